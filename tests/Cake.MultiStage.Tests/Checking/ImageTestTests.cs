using System.Text;
using System.Xml.Linq;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Checking.Programs;
using Cake.MultiStage.Checking.Testing;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Reporting;
using Cake.MultiStage.Reporting.Document;
using Cake.MultiStage.Tests.Measuring;
using Cake.MultiStage.Tests.Reporting;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Checking;

/// <summary>Tests that users write of their images: what holds passes, what doesn't says what is otherwise.</summary>
public sealed class ImageTestTests
{
    private const string Configuration = """
        { "config": { "User": "1654", "WorkingDir": "/app", "Entrypoint": ["/app/web", "--x"], "Cmd": ["a b"], "Env": ["A=1"],
          "Labels": { "l": "v" }, "ExposedPorts": { "8080/tcp": {} }, "Volumes": { "/data": {} } } }
        """;

    private static MeasuredImage Image => AnalysisTests.Image([
        AnalysisTests.Text("/app/web", "version 1.4\nend") with { Mode = 0b111_101_101, UserId = 5, GroupId = 6 },
        AnalysisTests.Of(ImageFileType.SymbolicLink, "/bin", "app"), AnalysisTests.Of(ImageFileType.SymbolicLink, "/gone", "/nowhere")]);

    private static IEnumerable<TestCaseData> Passing => Cases(
        tests => tests.Exists("/app/web"),
        tests => tests.Exists("/bin/web", "0755", "5:6", "^version 1\\.\\d$"),
        tests => tests.Exists("/app/web", "755", "5"),
        tests => tests.Exists("/app"),
        tests => tests.Missing("/bin/sh"),
        tests => tests.Missing("/app/web/x"),
        tests => tests.User("1654"),
        tests => tests.WorkingDirectory("/app"),
        tests => tests.Entrypoint("/app/web", "--x"),
        tests => tests.Cmd("a b"),
        tests => tests.Environment("A", "1"),
        tests => tests.Label("l", "v"),
        tests => tests.Port(8080),
        tests => tests.Volume("/data"),
        tests => tests.Exists("/app/web", content: "end$", without: "version 2"),
        tests => tests.NoEnvironment("B"),
        tests => tests.NoPort(8080, "udp"),
        tests => tests.NoVolume("/app"));

    private static IEnumerable<TestCaseData> Failing => Cases(
        ("'/none' exists: it doesn't exist.", tests => tests.Exists("/none")),
        ("'/gone' exists: its link '/gone' leads to nothing.", tests => tests.Exists("/gone")),
        ("'/app/web' exists, with the mode 0644: its mode is 0755.", tests => tests.Exists("/app/web", "0644")),
        ("'/app/web' exists, with the owner 0:0: its owner is 5:6.", tests => tests.Exists("/app/web", owner: "0:0")),
        ("'/app/web' exists, with /2/ in it: its text is 'version 1.4 end'.", tests => tests.Exists("/app/web", content: "2")),
        ("'/app' exists, with /2/ in it: it is a directory.", tests => tests.Exists("/app", content: "2")),
        ("'/app' exists, with the mode 0755: no layer lists it, so its mode is not known.", tests => tests.Exists("/app", "0755")),
        ("'/app/web' doesn't exist: it does, brought by 'RUN 0'.", tests => tests.Missing("/app/web")),
        ("'/bin/web' doesn't exist: it does, brought by 'RUN 0'.", tests => tests.Missing("/bin/web")),
        ("'/gone' doesn't exist: it does, brought by 'RUN 0'.", tests => tests.Missing("/gone")),
        ("the user is 'app': it is '1654'.", tests => tests.User("app")),
        ("""the entry point is '["/app/web"]': it is '["/app/web", "--x"]'.""", tests => tests.Entrypoint("/app/web")),
        ("""the command is '["a", "b"]': it is '["a b"]'.""", tests => tests.Cmd("a", "b")),
        ("the variable B is '1': it isn't set.", tests => tests.Environment("B", "1")),
        ("the label l is 'w': it is 'v'.", tests => tests.Label("l", "w")),
        ("there is the port 53/udp: there is 8080/tcp.", tests => tests.Port(53, "udp")),
        ("there is the volume /x: there is /data.", tests => tests.Volume("/x")),
        ("the working directory is '/': it is '/app'.", tests => tests.WorkingDirectory("/")),
        ("'/app/web' exists, with /end/ in it, no /^v/ in it: its text is 'version 1.4 end'.",
            tests => tests.Exists("/app/web", content: "end", without: "^v")),
        ("the variable A isn't set: it is '1'.", tests => tests.NoEnvironment("A")),
        ("there is no port 8080/tcp: there is.", tests => tests.NoPort(8080)),
        ("there is no volume /data: there is.", tests => tests.NoVolume("/data")),
        ("'/app/web' as the user 0 with A, B ends with 1 and prints /x/ and doesn't print /y/: it was not run: the image lies at "
            + "./image.tar, and only an engine can run it.",
            tests => tests.Command(["/app/web"], "x", 1, without: "y", user: "0",
                environment: new Dictionary<string, string>(StringComparer.Ordinal) { ["B"] = "secret", ["A"] = "" })),
        ("'/app/web --version' ends with 0: it was not run: the image lies at ./image.tar, and only an engine can run it.",
            tests => tests.Command(["/app/web", "--version"])));

    [TestCaseSource(nameof(Passing))]
    public async Task What_holds_passes(Action<MultiStageTestSettings> write) =>
        Assert.That((await RunAsync(write)).Single().Failure, Is.Null);

    [TestCaseSource(nameof(Failing))]
    public async Task What_does_not_hold_says_what_is_otherwise(string told, Action<MultiStageTestSettings> write)
    {
        var results = await RunAsync(write);
        Assert.That($"{results.Single().Name}: {results.Single().Failure}", Is.EqualTo(told));
        var finding = ImageTester.Findings(results).Single();
        Assert.That((finding.Rule, finding.Level, finding.Message), Is.EqualTo(("image-test", FindingLevel.Error, told)));
    }

    [Test]
    public void What_can_not_be_tested_is_an_error_at_once()
    {
        var tests = new MultiStageTestSettings();
        Assert.That(() => tests.Exists("app/web"), Throws.InstanceOf<MultiStageException>().With.Message.Contains("from the image's root"));
        Assert.That(() => tests.Missing(""), Throws.InstanceOf<MultiStageException>().With.Message.Contains("from the image's root"));
        Assert.That(() => tests.Exists("/a", "rwx"), Throws.InstanceOf<MultiStageException>().With.Message.Contains("in octal"));
        foreach (var pattern in new[] { "(", "(a)\\1" })
        {
            Assert.That(() => tests.Exists("/a", content: pattern),
                Throws.InstanceOf<MultiStageException>().With.Message.Contains("regular expression"));
        }

        Assert.That(() => tests.Command([]), Throws.InstanceOf<MultiStageException>().With.Message.Contains("tests.Command(["));
    }

    [Test]
    public async Task Results_are_written_as_JUnit_does()
    {
        var check = new CheckResult("hello:1.0", [])
        {
            Tests = [new ImageTestResult("'/a' exists", null, TimeSpan.FromSeconds(0.25)),
                new ImageTestResult("<&\u0001>", "it \u001b[31m \"is\" not\u0000", TimeSpan.Zero)],
        };
        using var stream = new MemoryStream();
        await JUnitReport.WriteAsync(ImageReport.Of(ReportSamples.Clean with { Check = check }), stream, CancellationToken.None);
        var suite = XDocument.Parse(Encoding.UTF8.GetString(stream.ToArray())).Root!.Element("testsuite")!;
        Assert.That((suite.Attribute("tests")!.Value, suite.Attribute("failures")!.Value), Is.EqualTo(("2", "1")));
        var cases = suite.Elements("testcase").ToList();
        Assert.That(cases[0].Attribute("time")!.Value, Is.EqualTo("0.250"));
        Assert.That(cases[0].Elements(), Is.Empty);
        Assert.That(cases[1].Attribute("name")!.Value, Is.EqualTo("<&>"));
        Assert.That(cases[1].Element("failure")!.Attribute("message")!.Value, Is.EqualTo("it [31m \"is\" not"));
    }

    private static Task<IReadOnlyList<ImageTestResult>> RunAsync(Action<MultiStageTestSettings> write)
    {
        var tests = new MultiStageTestSettings();
        write(tests);
        var measured = Image;
        measured = measured with { Image = new Building.BuiltImage { Id = measured.Image.Id, Platform = measured.Image.Platform,
            Engine = null, Place = "./image.tar" } };
        var reader = new ProgramReader((path, piece, _) =>
        {
            piece(measured.Files.Resolve(path)!.File!.Content);
            return Task.CompletedTask;
        });
        return ImageTester.RunAsync(tests.Tests,
            new TestedImage(measured, ImageSettings.Read(Encoding.UTF8.GetBytes(Configuration)), reader, null), CancellationToken.None);
    }

    private static IEnumerable<TestCaseData> Cases(params Action<MultiStageTestSettings>[] cases) =>
        cases.Select((one, index) => new TestCaseData(one).SetArgDisplayNames(FormattableString.Invariant($"{index}")));

    private static IEnumerable<TestCaseData> Cases(params (string Told, Action<MultiStageTestSettings> Write)[] cases) =>
        cases.Select(one => new TestCaseData(one.Told, one.Write).SetArgDisplayNames(one.Told));
}
