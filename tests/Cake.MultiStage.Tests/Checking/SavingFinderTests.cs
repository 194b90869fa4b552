using Cake.MultiStage.Checking;
using Cake.MultiStage.Checking.Rules;
using Cake.MultiStage.Images;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Checking;

/// <summary>What to change to save most, and which files a program needs.</summary>
public sealed class SavingFinderTests
{
    private static byte[] Bytes(byte content, int length)
    {
        var bytes = new byte[length];
        Array.Fill(bytes, content);
        return bytes;
    }

    [Test]
    public async Task What_saves_most_comes_first_and_no_byte_counts_twice()
    {
        var image = await TestImage.Sound
            .File("/usr/local/go/bin/go", Bytes(1, 900_000))
            .File("/usr/local/go/pkg/a.pdb", Bytes(2, 400_000))
            .File("/app/a.bin", Bytes(3, 200_000)).File("/app/b.bin", Bytes(3, 200_000)).File("/app/c.bin", Bytes(3, 200_000))
            .File("/app/app.pdb", Bytes(4, 150_000))
            .File("/app/runtimes/osx-x64/native/a.dylib", Bytes(5, 120_000))
            .File("/data/x", Bytes(6, 500_000))
            .Layer()
            .File("/data/x", Bytes(7, 10))
            .LookAsync();
        var savings = new SavingFinder(image).Find();
        Assert.That(savings.Select(saving => $"{saving.Size} {saving.What}"), Is.EqualTo(
        [
            "1.30 MB Go, in '/usr/local/go'",
            "500 kB '/data/x', that 'RUN 1' replaces or removes",
            "400 kB 2 files, '/app/b.bin' the largest, that are there once more",
            "150 kB debug symbols: '/app/app.pdb'",
            "120 kB for other platforms than linux/amd64: '/app/runtimes/osx-x64/native/a.dylib'",
        ]));
        Assert.That(savings.Select(saving => saving.Instruction).Distinct(StringComparer.Ordinal), Is.EqualTo(["RUN 0"]));
        Assert.That(savings.Sum(saving => saving.Size!.Value.Bytes), Is.LessThan(image.Measured.Size.Bytes));
    }

    [Test]
    public async Task What_only_another_base_saves_is_told_as_the_bases()
    {
        var image = await new TestImage().File("/usr/lib/gcc/cc1", Bytes(1, 900_000)).Layer()
            .File("/bin/app", TestElf.Make(), TestImage.Executable)
            .LookAsync(baseLayers: 1);
        Assert.That(new SavingFinder(image).Find().Select(saving => $"{saving.Size} {saving.What}: {saving.Fix}"), Is.EqualTo(
        [
            "900 kB GCC of the base 'debian:13', in '/usr/lib/gcc': Build in a builder stage, and take a base without it for the final "
                + "one; for a Dockerfile MultiStageSuggest proposes how.",
            " the base 'debian:13': Take 'debian:13-slim', which has less in it, and check that the image starts.",
        ]));
    }

    [Test]
    public async Task A_whole_runtime_beside_a_program_could_be_trimmed_by_how_much_only_trying_tells()
    {
        var image = await TestImage.Sound.File("/app/System.Private.CoreLib.dll", "x")
            .File("/app/Microsoft.VisualBasic.Core.dll", "y").LookAsync();
        Assert.That(new SavingFinder(image).Find().Single(), Is.EqualTo(
            new Saving("'/app' has all of .NET's libraries beside the program",
                "Publish it trimmed or ahead of time (dotnet.Deployment), and test it: the program keeps what it uses.", null)
            {
                Instruction = "RUN 0",
            }));
    }

    [TestCase("python:3.13", "python:3.13-slim")]
    [TestCase("python:3.13-bookworm", "python:3.13-slim-bookworm")]
    [TestCase("rust:trixie", "rust:slim-trixie")]
    [TestCase("node:22-bookworm", "node:22-bookworm-slim")]
    [TestCase("debian:trixie", "debian:trixie-slim")]
    [TestCase("python:latest", "python:slim")]
    [TestCase("debian:latest", null)]
    [TestCase("mcr.microsoft.com/dotnet/aspnet:latest", null)]
    [TestCase("eclipse-temurin:21-jdk", "eclipse-temurin:21-jre")]
    [TestCase("mcr.microsoft.com/dotnet/aspnet:10.0", "mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled")]
    [TestCase("python:3.13-alpine", null)]
    [TestCase("mcr.microsoft.com/dotnet/aspnet:10.0-noble", null)]
    [TestCase("example.com/own:1", null)]
    [TestCase("python", null)]
    public void A_base_may_have_a_smaller_form(string name, string? smaller) =>
        Assert.That(SmallerBase.Of(ImageReference.Parse(name))?.ToString(), Is.EqualTo(smaller));

    [Test]
    public async Task A_smaller_base_is_named_where_the_registry_that_was_asked_has_it()
    {
        var image = await new TestImage().File("/lib/x").Layer().File("/bin/app", TestElf.Make(), TestImage.Executable)
            .LookAsync(baseLayers: 1);
        var asked = new BaseTags(ImageReference.Parse("debian:13"), []);
        Assert.That(new SavingFinder(image with { BaseTags = asked }).Find(), Is.Empty);
        Assert.That(new SavingFinder(image with { BaseTags = asked with { Tags = ["13-slim"] } }).Find(), Has.Count.EqualTo(1));
        Assert.That(new SavingFinder(image with { BaseTags = asked with { Trouble = "No route." } }).Find(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_registry_that_is_not_reached_is_told_once()
    {
        var image = await TestImage.Sound.LookAsync() with
        {
            BaseTags = new BaseTags(ImageReference.Parse("debian:13"), []) { Trouble = "The registry can't be reached." },
        };
        Assert.That(new BaseIsNewest().Check(image).Single().Message,
            Is.EqualTo("Whether there is a newer base than 'debian:13' can't be told: The registry can't be reached."));
    }

    [TestCase("3.13.1-slim", "3.13.10-slim")]
    [TestCase("3.13", "3.14")]
    [TestCase("v1.2.3", "v1.2.9")]
    [TestCase("10.0-noble-chiseled", null)]
    [TestCase("3", null)]
    [TestCase("trixie-20260101", null)]
    public void The_newest_tag_of_a_variant_is_told(string tag, string? newer) => Assert.That(
        NewerTag.Of(tag, ["3.13.9-slim", "3.13.10-slim", "3.13.11-alpine", "3.13.12-slim-rc1", "4.0.0-slim", "3.9", "3.14", "3.14.1", "4",
            "v1.2.9", "v1.3.0", "1.4.0", "10.0-noble", "latest", "", "99999999999.1"]), Is.EqualTo(newer));

    [Test]
    public async Task A_program_needs_itself_and_the_libraries_that_are_loaded_with_it()
    {
        var (program, library) = (TestElf.Make("/lib/ld.so", ["liba.so"]), TestElf.Make());
        var image = await new TestImage().File("/bin/app", program, TestImage.Executable).File("/lib/ld.so", library)
            .File("/lib/liba.so", library).File("/src/app.c", Bytes(1, 1000)).LookAsync();
        Assert.That(NeededFiles.Of(image), Is.EqualTo(new NeededFiles("'/bin/app' and the 2 libraries that are loaded with it",
            new ByteSize(program.Length + (2 * library.Length)))));
    }

    [Test]
    public async Task An_interpreter_needs_the_folder_of_its_script_and_the_packages()
    {
        var image = await (new TestImage() with { Settings = new() { Cmd = ["python3", "app.py"], WorkingDirectory = "/app" } })
            .File("/usr/bin/python3", TestElf.Make(), TestImage.Executable).File("/usr/lib/python3/site-packages/old.py", Bytes(1, 70))
            .Layer().File("/app/app.py", Bytes(1, 50)).File("/app/node_modules/a/index.js", Bytes(2, 5))
            .File("/usr/lib/python3/site-packages/flask.py", Bytes(3, 7)).File("/tmp/x", Bytes(4, 1000))
            .LookAsync(baseLayers: 1);
        Assert.That(NeededFiles.Of(image),
            Is.EqualTo(new NeededFiles("'/app' and '/usr/lib/python3/site-packages'", new ByteSize(50 + 5 + 7))));
    }

    [Test]
    public async Task What_starts_nothing_needs_nothing_that_is_known() =>
        Assert.That(NeededFiles.Of(await TestImage.Sound.Runs("/bin/other").LookAsync()), Is.Null);
}
