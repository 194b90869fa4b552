using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests;

/// <summary>Programs of the host, which are shell scripts here.</summary>
[Platform("Linux,MacOsX")]
[NonParallelizable]
[CancelAfter(60_000)]
public sealed class HostProgramTests
{
    private TemporaryFolder _folder = null!;
    private string _path = "";
    private string _here = "";

    [SetUp]
    public void Make() =>
        (_folder, _path, _here) = (new TemporaryFolder(), Environment.GetEnvironmentVariable("PATH")!, Directory.GetCurrentDirectory());

    [TearDown]
    public void Clean()
    {
        Environment.SetEnvironmentVariable("PATH", _path);
        Directory.SetCurrentDirectory(_here);
        _folder.Dispose();
    }

    [TestCase("")]
    [TestCase(".")]
    [TestCase("bin")]
    [TestCase("./bin")]
    [TestCase("HERE")]
    [TestCase("HERE/")]
    public void Nothing_is_found_in_the_working_directory_whatever_PATH_says(string entry)
    {
        Script("tool", "echo pwned");
        Script("bin/tool", "echo pwned");
        Directory.SetCurrentDirectory(_folder.Path);
        Environment.SetEnvironmentVariable("PATH",
            entry.Replace("HERE", Directory.GetCurrentDirectory(), StringComparison.Ordinal) + Path.PathSeparator + _path);
        Assert.That(HostProgram.Find("tool"), Is.Null);
        Assert.That(() => new HostProgram("tool", []).RunAsync("", TimeSpan.FromSeconds(20), CancellationToken.None),
            Throws.InstanceOf<HostProgramException>().With.Message.Contains("PATH"));
    }

    [TestCase("../tool")]
    [TestCase("/bin/sh")]
    [TestCase("bin\\tool")]
    [TestCase("")]
    public void A_path_is_no_programs_name(string name) => Assert.That(HostProgram.Find(name), Is.Null);

    [Test]
    public void The_first_file_of_PATH_that_may_be_run_counts()
    {
        _folder.File("a/tool").Mode("a/tool", UnixFileMode.UserRead).Folder("b/tool");
        Script("c/tool", "exit 0");
        Environment.SetEnvironmentVariable("PATH", string.Join(Path.PathSeparator, _folder["a"], _folder["b"], _folder["c"]));
        Assert.That(HostProgram.Find("tool"), Is.EqualTo(_folder["c/tool"]));
    }

    [Test]
    public async Task A_program_gets_the_environment_that_it_needs_and_no_secret()
    {
        const string Secret = "CAKE_MULTISTAGE_TEST_TOKEN";
        Script("bin/tool", "env");
        Environment.SetEnvironmentVariable("PATH", _folder["bin"] + Path.PathSeparator + _path);
        Environment.SetEnvironmentVariable(Secret, "hush-hush");
        try
        {
            var program = new HostProgram("tool", []) { Environment = { ["SSH_AUTH_SOCK"] = "here" } };
            var output = (await program.RunAsync("", TimeSpan.FromSeconds(20), CancellationToken.None)).Output;
            Assert.That(output, Does.Not.Contain("hush-hush").And.Contain("PATH=").And.Contain("SSH_AUTH_SOCK=here"));
            var named = (await new HostProgram("tool", [], "CAKE_MULTISTAGE_*").RunAsync("", TimeSpan.FromSeconds(20),
                CancellationToken.None)).Output;
            Assert.That(named, Does.Contain("hush-hush"));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Secret, null);
        }
    }

    [Test]
    public async Task A_long_answer_is_cut_and_does_not_fill_the_memory()
    {
        Script("bin/tool", "head -c 50000000 /dev/zero | tr '\\0' x");
        Environment.SetEnvironmentVariable("PATH", _folder["bin"] + Path.PathSeparator + _path);
        Assert.That((await new HostProgram("tool", []).RunAsync("", TimeSpan.FromSeconds(50), CancellationToken.None)).Output,
            Has.Length.LessThan(2_000_000));
    }

    [Test]
    public void A_program_that_does_not_end_is_stopped()
    {
        Script("bin/tool", "sleep 600");
        Environment.SetEnvironmentVariable("PATH", _folder["bin"] + Path.PathSeparator + _path);
        Assert.That(() => new HostProgram("tool", []).RunAsync("", TimeSpan.FromMilliseconds(300), CancellationToken.None),
            Throws.InstanceOf<HostProgramException>().With.Message.Contains("no answer"));
    }

    private void Script(string path, string script) =>
        _folder.File(path, "#!/bin/sh\n" + script + "\n")
            .Mode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}
