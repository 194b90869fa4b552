using Cake.MultiStage.Checking;
using Cake.MultiStage.Checking.Rules;
using Cake.MultiStage.Measuring;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Checking;

/// <summary>What starts in the end is followed: through links, scripts, shells, inits and entry scripts.</summary>
public sealed class ProgramFollowerTests
{
    private static readonly byte[] Shell = TestElf.Make();

    [Test]
    public async Task A_link_that_leads_to_nothing_is_told_apart_from_a_file_that_is_missing()
    {
        var link = await FindAsync(new TestImage().Link("/bin/app", "../lib/app").Layer());
        Assert.That(link,
            Is.EqualTo(
                [
                    "start-program: The program '/bin/app' is not in the image: '/bin/app' is a link to '../lib/app', and nothing is "
                        + "there."]));
        Assert.That(await FindAsync(new TestImage().File("/bin/other")),
            Is.EqualTo(["start-program: The program '/bin/app' is not in the image."]));
        var folder = await FindAsync(new TestImage().Link("/bin", "usr/bin").File("/usr/lib/app"));
        Assert.That(folder,
            Is.EqualTo(
                ["start-program: The program '/bin/app' is not in the image: '/bin' is a link to 'usr/bin', and nothing is there."]));
    }

    [Test]
    public async Task What_is_no_regular_file_is_told() => Assert.That(
        await FindAsync(new TestImage().Entry(new ImageFile { Path = "/bin/app", Type = ImageFileType.CharacterDevice })),
        Is.EqualTo(["start-program: The program '/bin/app' is not in the image: '/bin/app' is a device."]));

    [TestCase("#!/bin/sh\r\necho hello\r\n")]
    [TestCase("#!/bin/sh -e\r\necho hello\r\n")]
    [TestCase("#!/usr/bin/env sh\r\n")]
    public async Task A_script_with_the_line_endings_of_Windows_is_told(string script)
    {
        var found = await FindAsync(Script("/bin/app", script).File("/usr/bin/env", Shell, TestImage.Executable));
        Assert.That(found,
            Has.Count.EqualTo(1)
                .And.All.StartsWith("start-interpreter: The first line of the script '/bin/app' ends in a carriage return (CRLF)"));
    }

    [TestCase("#! /bin/sh \t\n")]
    [TestCase("#!/bin/sh")]
    [TestCase("#!/usr/bin/env -S sh -e\n")]
    public async Task A_sound_script_has_no_finding(string script) =>
        Assert.That(await FindAsync(Script("/bin/app", script).File("/usr/bin/env", Shell, TestImage.Executable)), Is.Empty);

    [TestCase("/bin/sh", "-c", "/app/run.py --port 80")]
    [TestCase("/bin/sh", "-c", "exec '/app/run.py'")]
    [TestCase("/bin/sh", "-c", "PORT=80 /app/run.py")]
    [TestCase("/sbin/tini", "--", "/app/run.py")]
    [TestCase("/sbin/tini", "-g", "/app/run.py")]
    [TestCase("/usr/bin/env", "A=b", "/app/run.py")]
    [TestCase("/entry.sh", "/app/run.py")]
    public async Task A_script_that_may_not_be_executed_is_found_behind_what_starts_it(params string[] command)
    {
        var image = Image().File("/app/run.py", "#!/usr/bin/python3\n", 0b110_100_100);
        image = command[0] == "/entry.sh"
            ? image with { Settings = image.Settings with { Entrypoint = [command[0]], Cmd = command[1..] } }
            : image.Runs(command);
        Assert.That(await FindAsync(image), Has.Count.EqualTo(1).And.All.StartsWith("start-executable: '/app/run.py' can't be executed"));
    }

    [TestCase("/bin/sh", "-c", "cd /app && ./run.py")]
    [TestCase("/bin/sh", "-c", "$RUN")]
    [TestCase("/bin/sh", "-c", "echo hello")]
    [TestCase("/sbin/tini", "-p", "SIGTERM", "/bin/sh")]
    [TestCase("/usr/bin/env", "-i", "none")]
    [TestCase("/entry.sh", "--verbose")]
    public async Task What_a_shell_makes_of_a_text_is_not_guessed(params string[] command)
    {
        var image = Image();
        image = command[0] == "/entry.sh"
            ? image with { Settings = image.Settings with { Entrypoint = [command[0]], Cmd = command[1..] } }
            : image.Runs(command);
        Assert.That(await FindAsync(image), Is.Empty);
    }

    [Test]
    public async Task A_program_that_only_a_shell_starts_is_looked_at_as_the_program_itself()
    {
        var found = await FindAsync(Image().Runs("/bin/sh", "-c", "/app/none --port 80"));
        Assert.That(found, Is.EqualTo(["start-program: The program '/app/none' is not in the image."]));
        var node = await FindAsync(Image().File("/usr/bin/node", Shell, TestImage.Executable).Runs("/bin/sh", "-c", "node server.js"));
        Assert.That(node, Is.EqualTo(["start-argument: '/usr/bin/node' is given 'server.js', and there is no '/server.js' in the image."]));
    }

    [TestCase("is not in the image, in none of /usr/local/sbin", "CMD", "curl", "-f", "localhost")]
    [TestCase("is not in the image, in none of /usr/local/sbin", "CMD-SHELL", "curl -f localhost || exit 1")]
    [TestCase("'/bin/closed' can't be executed", "CMD", "/bin/closed")]
    [TestCase("'/bin/dynamic' is linked dynamically, and its loader '/lib/ld.so' is not in the image", "CMD", "/bin/dynamic")]
    public async Task The_program_of_a_health_check_is_looked_for_as_that_of_the_image(string message, params string[] check)
    {
        var image = Image()
            .File("/bin/closed", Shell, 0b110_100_100)
            .File("/bin/dynamic", TestElf.Make("/lib/ld.so"), TestImage.Executable);
        var found = await FindAsync(image with { Settings = image.Settings with { Entrypoint = ["/bin/sh"], HealthCheck = check } });
        Assert.That(found, Has.Count.EqualTo(1).And.All.StartsWith("start-health: ").And.All.Contain(message));
    }

    [TestCase("CMD-SHELL", "test -f /ready")]
    [TestCase("CMD-SHELL", "$CHECK || exit 1")]
    [TestCase("CMD", "sh", "/check.sh")]
    [TestCase("NONE")]
    public async Task A_health_check_that_can_run_or_is_not_known_has_no_finding(params string[] check) =>
        Assert.That(await FindAsync(Image() with { Settings = Image().Settings with { HealthCheck = check, Entrypoint = ["/bin/sh"] } }),
            Is.Empty);

    [Test]
    public async Task A_health_check_in_shell_form_wants_a_shell()
    {
        var image = TestImage.Sound with { Settings = TestImage.Sound.Settings with { HealthCheck = ["CMD-SHELL", "/bin/app --health"] } };
        Assert.That(await FindAsync(image),
            Is.EqualTo(["start-health: The health check is written in shell form, and the image has no shell."]));
    }

    [Test]
    public async Task A_program_is_read_in_pieces_of_which_few_are_held()
    {
        // What it is linked to stands behind more than is held of a file, which a later piece brings.
        var large = TestElf.Make("/lib/ld.so", ["libx.so"], text: "\0os.CreateTemp\0", padding: 70 << 20);
        var image = await new TestImage().File("/bin/app", large, TestImage.Executable).File("/lib/ld.so", TestElf.Make()).LookAsync();
        Assert.That(image.Program!.MissingLibraries, Is.EqualTo(new[] { ("libx.so", "/bin/app") }));
        Assert.That(image.Programs.Limits, Is.Empty);
    }

    private static TestImage Image() => new TestImage()
        .File("/bin/sh", Shell, TestImage.Executable)
        .File("/sbin/tini", Shell, TestImage.Executable)
        .File("/usr/bin/env", Shell, TestImage.Executable)
        .File("/usr/bin/python3", Shell, TestImage.Executable)
        .File("/entry.sh", "#!/bin/sh\nset -e\nexec \"$@\"\n", TestImage.Executable);

    private static TestImage Script(string path, string text) =>
        new TestImage().File("/bin/sh", Shell, TestImage.Executable).File(path, text, TestImage.Executable);

    private static async Task<IReadOnlyList<string>> FindAsync(TestImage image)
    {
        var looked = await image.LookAsync();
        CheckRule[] rules = [new ProgramExists(), new ProgramIsExecutable(), new LoaderExists(), new LibrariesExist(),
            new ScriptInterpreterExists(), new ArgumentFileExists(), new HealthCheckExists()];
        return [.. rules.SelectMany(rule => rule.Check(looked)).Select(finding => $"{finding.Rule}: {finding.Message}")];
    }
}
