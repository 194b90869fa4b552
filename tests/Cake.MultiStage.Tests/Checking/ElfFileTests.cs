using NUnit.Framework;

namespace Cake.MultiStage.Tests.Checking;

/// <summary>What programs ask for, read from real ones of this host.</summary>
public sealed class ElfFileTests
{
    [Test]
    [Platform("Linux")]
    public void A_dynamic_program_names_its_loader_and_its_libraries()
    {
        var shell = File.ReadAllBytes(Path.GetFullPath("/bin/sh"));
        var elf = WholeFile.Elf(shell);
        Assert.That(elf!.Machine, Is.EqualTo("amd64").Or.EqualTo("arm64"));
        Assert.That(elf.Interpreter, Does.StartWith("/lib").And.Contain("ld-"));
        Assert.That(elf.Needed, Has.Some.StartsWith("libc."));
    }

    [Test]
    public void A_file_of_another_kind_is_none() => Assert.That(WholeFile.Elf("#!/bin/sh\n"u8.ToArray()), Is.Null);

    [Test]
    public void A_cut_or_broken_file_is_none_and_no_fault()
    {
        var shell = File.ReadAllBytes("/bin/sh");
        var random = new Random(1);
        for (var round = 0; round < 500; round++)
        {
            var broken = shell[..random.Next(5, Math.Min(shell.Length, 4096))];
            broken[random.Next(4, broken.Length)] ^= (byte)random.Next(1, 256);
            Assert.That(() => WholeFile.Elf(broken), Throws.Nothing);
        }
    }
}
