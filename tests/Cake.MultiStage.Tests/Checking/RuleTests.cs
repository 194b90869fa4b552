using System.Text;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Checking.Rules;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Checking;

public sealed class RuleTests
{
    [Test]
    public void Every_rule_has_an_id_of_its_own_and_a_reason()
    {
        Assert.That(ImageChecker.Rules.Select(rule => rule.Id),
            Is.Unique.And.All.Match("^(start|needs|safe|small|dockerfile|check|base|license)-[a-z-]+$"));
        Assert.That(ImageChecker.Rules.Select(rule => rule.Reason), Has.All.Match(@"^[A-Z].*\.$"));
    }

    [Test]
    public void Every_rule_is_in_the_guide()
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Documents", "recipes", "guides", "checks.md"));
        Assert.That(ImageChecker.Rules.Select(rule => $"`{rule.Id}`").Where(id => !text.Contains(id, StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void No_name_of_a_file_gives_a_CI_provider_commands()
    {
        var finding = new Finding("safe-secret", FindingLevel.Error, "'/a\n::error::x\r##vso[task.complete]' holds a key.", "Take it out.");
        Assert.That(finding.ToString(), Is.EqualTo("safe-secret: '/a : :error::x # #vso[task.complete]' holds a key. Take it out."));
        Assert.That(new CheckFailedException("hello:1.0", [finding]).Message.Split('\n'),
            Has.None.StartsWith("::").And.None.Contain("##vso["));
    }

    [Test]
    public void How_an_image_is_run_is_read_from_its_configuration()
    {
        var settings = ImageSettings.Read(Encoding.UTF8.GetBytes("""
            {
              "architecture": "amd64",
              "config": { "User": "65532:65532", "WorkingDir": "/app", "Entrypoint": ["run"], "Cmd": ["a"],
                "Env": ["PATH=/x:/y", "A=b=c"] },
              "history": [{ "created_by": "COPY a" }, {}]
            }
            """));
        Assert.That((settings.Architecture, settings.User, settings.WorkingDirectory), Is.EqualTo(("amd64", "65532:65532", "/app")));
        Assert.That(settings.Command, Is.EqualTo(["run", "a"]));
        Assert.That(settings.SearchPath, Is.EqualTo(["/x", "/y"]));
        Assert.That(settings.Environment["A"], Is.EqualTo("b=c"));
        Assert.That(settings.History, Is.EqualTo(["COPY a", ""]));
        Assert.That((settings.Absolute("b"), settings.Absolute("/b")), Is.EqualTo(("/app/b", "/b")));
    }

    [Test]
    public void An_image_that_sets_nothing_has_what_containers_have()
    {
        var settings = ImageSettings.Read("{}"u8.ToArray());
        Assert.That((settings.User, settings.WorkingDirectory, settings.Command.Count), Is.EqualTo(("", "/", 0)));
        Assert.That(settings.SearchPath, Does.Contain("/usr/bin"));
    }

    [TestCase("""{ "runtimeOptions": { "framework": { "name": "Microsoft.NETCore.App", "version": "10.0.0" } } }""", 1)]
    [TestCase("""{ "runtimeOptions": { "frameworks": [{ "name": "A", "version": "10.0.0" }, { "name": "B", "version": "10.0.0" }] } }""",
        2)]
    [TestCase("""{ "runtimeOptions": { "includedFrameworks": [] } }""", 0)]
    [TestCase("""{ "runtimeOptions": { "framework": { "name": 5 }, "frameworks": "a" } }""", 0)]
    [TestCase("""{ "runtimeOptions": { "framework": { "name": "\ud800" } } }""", 0)]
    [TestCase("[1]", 0)]
    [TestCase("{ no json", 0)]
    public void The_frameworks_of_a_runtime_configuration_are_read(string text, int count) =>
        Assert.That(RuntimeConfiguration.Read(Encoding.UTF8.GetBytes(text)).Frameworks, Has.Count.EqualTo(count));

    [Test]
    public void Odd_values_of_a_configuration_are_as_good_as_none()
    {
        var settings = ImageSettings.Read(Encoding.UTF8.GetBytes("""
            { "config": { "User": 5, "Env": [1, "A", "B=\ud800"], "Entrypoint": "x", "Cmd": [null],
              "Healthcheck": [], "Volumes": { "\ud800": {}, "/data": {} } }, "history": [1] }
            """));
        Assert.That((settings.User, settings.Entrypoint.Count, settings.Environment.Count, settings.HealthCheck.Count),
            Is.EqualTo(("", 0, 0, 0)));
        Assert.That(settings.Volumes, Is.EqualTo(["/data"]));
    }

    [Test]
    public void Findings_of_one_rule_and_kind_are_one_with_a_count()
    {
        Finding Of(string path, string? kind, string rule = "safe-writable") =>
            new(rule, FindingLevel.Warning, $"'{path}' may be written to.", "Don't.") { Path = path, Kind = kind };
        var merged = FindingMerger.Merge([Of("/a", "x"), Of("/b", "x"), Of("/n", null), Of("/c", "x"), Of("/m", null), Of("/d", "x"),
            Of("/e", "x"), Of("/f", "y"), Of("/g", "x", "safe-setuid")]).ToList();
        Assert.That(merged.Select(finding => (finding.Path, finding.Count)),
            Is.EqualTo(new[] { ("/a", 5), ("/n", 1), ("/m", 1), ("/f", 1), ("/g", 1) }));
        Assert.That(merged[0].Message, Is.EqualTo("'/a' may be written to. There are 5 like it, also '/b', '/c', '/d', …."));
    }
}
