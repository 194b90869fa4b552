using System.Text.RegularExpressions;
using NUnit.Framework;
using YamlDotNet.Serialization;

namespace Cake.MultiStage.Tests.House;

/// <summary>
/// The workflows of the README and the guides, and this repository's own: read as their runners read them, as far as a test can.
/// </summary>
public sealed partial class WorkflowTests
{
    private const string Reports = "artifacts/image";
    private static readonly string[] Commands = ["dotnet tool restore", "dotnet cake --target=Image", "dotnet cake --target=Image-Report"];
    private static readonly string Root = FindRoot(new DirectoryInfo(TestContext.CurrentContext.TestDirectory));

    private static IEnumerable<TestCaseData> Workflows() =>
        Directory.EnumerateFiles(Path.Combine(Root, "recipes", "guides"), "*.md").Prepend(Path.Combine(Root, "README.md"))
            .Select(file => Path.GetRelativePath(Root, file))
            .SelectMany(document => Block().Matches(Text(document))
                .Select((block, index) => new TestCaseData(block.Groups["code"].Value).SetArgDisplayNames(document, $"{index + 1}")));

    [TestCaseSource(nameof(Workflows))]
    public void A_workflow_of_a_document_has_the_steps_of_its_provider(string text)
    {
        var workflow = Read(text);
        foreach (var step in Steps(workflow))
        {
            Assert.That(step.Keys.Intersect(["uses", "run", "task", "script", "publish"]), Has.Exactly(1).Items, text);
        }

        Assert.That(Lines(workflow), Is.SubsetOf(Commands));
        var files = Scalars(workflow).SelectMany(value => value.Split('\'', ' '))
            .Where(value => value.StartsWith("artifacts/", StringComparison.Ordinal));
        Assert.That(files.Where(file => file != Reports).Distinct(StringComparer.Ordinal), Is.SubsetOf(
            new[] { "report.sarif", "report.codequality.json", "report.junit.xml", "report.json" }.Select(file => $"{Reports}/{file}")));
    }

    [Test]
    public void The_guide_has_a_workflow_for_each_provider()
    {
        var workflows = Workflows().Select(one => Read((string)one.Arguments[0]!)).OfType<Dictionary<object, object>>().ToList();
        Assert.That(workflows, Has.Some.ContainKey("on"), "GitHub Actions");
        Assert.That(workflows, Has.Some.ContainKey("trigger"), "Azure Pipelines");
        Assert.That(workflows, Has.Some.ContainKey("build-image"), "GitLab CI, where no job can have a keyword's name, such as 'image'");
        Assert.That(Text("recipes/guides/ci.md"), Does.Contain("## TeamCity"));
    }

    [Test]
    public void This_repository_tests_packs_under_its_tag_and_would_publish()
    {
        var workflow = (Dictionary<object, object>)Read(Text(".github/workflows/build.yml"))!;
        var jobs = (Dictionary<object, object>)workflow["jobs"];
        var publish = (Dictionary<object, object>)jobs["publish"];
        Assert.That(publish["needs"], Is.EqualTo("test"));
        Assert.That(publish["if"], Is.EqualTo("startsWith(github.ref, 'refs/tags/v')"));
        Assert.That(Lines(jobs["test"]), Has.One.Contains("--target=Test").And.One.Contains("--target=Image"));
        Assert.That(Lines(publish), Has.One.EqualTo("export Version=\"${GITHUB_REF_NAME#v}\"")
            .And.One.Contains("--target=Pack --package-version=\"$Version\"").And.One.StartsWith("dotnet nuget push"));
    }

    [TestCase("bug", "--verbosity=diagnostic", "report.json")]
    [TestCase("project", "MultiStageWriteDockerfile")]
    public void A_template_of_an_issue_asks_for_what_answers_it(string template, params string[] asked)
    {
        var form = (Dictionary<object, object>)Read(Text($".github/ISSUE_TEMPLATE/{template}.yml"))!;
        Assert.That(form.Keys, Is.SupersetOf(new[] { "name", "description", "body" }));
        foreach (var part in ((List<object>)form["body"]).Cast<Dictionary<object, object>>())
        {
            Assert.That(part["type"], Is.AnyOf("textarea", "input", "dropdown", "checkboxes", "markdown"));
            Assert.That(((Dictionary<object, object>)part["attributes"]).Keys, Does.Contain("label"));
        }

        foreach (var text in asked)
        {
            Assert.That(Scalars(form), Has.Some.Contains(text));
        }
    }

    private static object? Read(string text) => new DeserializerBuilder().Build().Deserialize<object>(text);

    /// <summary>Finds the steps of a workflow: what lists of that name hold, or a list that stands alone.</summary>
    private static IEnumerable<Dictionary<object, object>> Steps(object? node) => node switch
    {
        List<object> list when list.TrueForAll(one => one is Dictionary<object, object>) => list.Cast<Dictionary<object, object>>(),
        Dictionary<object, object> map => map.SelectMany(
            pair => pair.Key is "steps" || pair.Value is Dictionary<object, object> ? Steps(pair.Value) : []),
        _ => [],
    };

    /// <summary>Finds the lines of shell that a workflow has its runner run.</summary>
    private static IEnumerable<string> Lines(object? node) => node switch
    {
        List<object> list => list.SelectMany(Lines),
        Dictionary<object, object> map => map.SelectMany(pair => (pair.Key, pair.Value) switch
        {
            ("run" or "script", string line) => line.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            ("script", List<object> lines) => lines.Cast<string>(),
            ("with", _) => [],
            _ => Lines(pair.Value),
        }),
        _ => [],
    };

    private static IEnumerable<string> Scalars(object? node) => node switch
    {
        string text => [text],
        List<object> list => list.SelectMany(Scalars),
        Dictionary<object, object> map => map.Values.SelectMany(Scalars),
        _ => [],
    };

    private static string Text(string file) => File.ReadAllText(Path.Combine(Root, file)).ReplaceLineEndings("\n");

    private static string FindRoot(DirectoryInfo folder) =>
        File.Exists(Path.Combine(folder.FullName, "Cake.MultiStage.sln")) ? folder.FullName : FindRoot(folder.Parent!);

    [GeneratedRegex("```yaml\n(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Block();
}
