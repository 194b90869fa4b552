using Cake.MultiStage.Checking;
using Cake.MultiStage.Checking.Programs;
using Cake.MultiStage.Checking.Rules;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Tests.Measuring;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Checking;

/// <summary>What interpreters are given, and what they need beside themselves.</summary>
public sealed class InterpreterRuleTests
{
    [TestCase("node ./dist/main")]
    [TestCase("node dist/main.js")]
    [TestCase("node --max-old-space-size 4096 dist/none.js")]
    [TestCase("node --enable-source-maps dist/main.js")]
    [TestCase("python3 -m app.py")]
    [TestCase("sh -c ./none.sh")]
    [TestCase("java -Xmx1g -jar /app/app.jar")]
    [TestCase("python3 -m app")]
    public void A_file_that_is_there_or_that_is_not_known_has_no_finding(string command) =>
        Assert.That(Found(command, "/app/dist/main.js", "/app/app.jar"), Is.Empty);

    [TestCase("node ./dist/main")]
    [TestCase("java -jar app.jar")]
    [TestCase("dotnet app.dll")]
    [TestCase("python3.13 app.py")]
    [TestCase("python3 -u app.py")]
    [TestCase("node --enable-source-maps dist/none.js")]
    [TestCase("node --inspect=0.0.0.0:9229 dist/none.js")]
    [TestCase("sh ./run.sh")]
    [TestCase("ruby app.rb")]
    public void A_file_that_is_missing_is_told(string command) => Assert.That(Found(command, "/app/other"), Is.EqualTo(["start-argument"]));

    [Test]
    public void A_jar_that_the_user_may_not_read_is_told() =>
        Assert.That(Check("java -jar app.jar", AnalysisTests.File("/app/app.jar", 1) with { Mode = 0b110_000_000 }),
            Is.EqualTo(["start-readable"]));

    [TestCase("/opt/jre/lib/server/libjvm.so", "/opt/jre/lib/modules", 0)]
    [TestCase("/opt/jre/lib/server/libjvm.so", "/opt/jre/lib/other", 1)]
    [TestCase("/opt/jre/lib/amd64/server/libjvm.so", "/opt/jre/lib/rt.jar", 0)]
    public void A_launcher_of_Java_has_its_machine_and_its_classes(string machine, string classes, int count) =>
        Assert.That(Found("/opt/jre/bin/java -version", machine, classes).Count(), Is.EqualTo(count));

    private static IEnumerable<string> Found(string command, params string[] files) =>
        Check(command, [.. files.Select(file => AnalysisTests.File(file, 1))]);

    private static IEnumerable<string> Check(string command, params ImageFile[] files)
    {
        var settings = new ImageSettings { Entrypoint = command.Split(' '), WorkingDirectory = "/app", User = "65532" };
        var path = settings.Command[0].StartsWith('/') ? settings.Command[0] : "/usr/bin/" + settings.Command[0];
        var program = new StartedProgram(settings.Command[0])
            { Path = path, Elf = path.StartsWith("/opt/", StringComparison.Ordinal) ? new ElfFile("amd64", null, []) : null };
        var image = new CheckedImage(AnalysisTests.Image([.. files]), settings,
            new StartedPrograms { Words = settings.Command, Program = program });
        CheckRule[] rules = [new ArgumentFileExists(), new ArgumentFileIsReadable(), new JavaRuntimeExists()];
        return [.. rules.SelectMany(rule => rule.Check(image)).Select(finding => finding.Rule)];
    }
}
