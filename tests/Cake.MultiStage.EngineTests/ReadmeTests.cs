using System.IO.Compression;
using System.Text.RegularExpressions;
using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests;

/// <summary>
/// A newcomer who does what the README of the package says, line by line and in its order, beginning in an empty folder, has a measured
/// image of a web service; and so has a runner.
/// </summary>
public sealed partial class ReadmeTests
{
    private readonly Workspace _work = new();
    private PackedAddin _package = null!;
    private string _readme = null!;

    [OneTimeSetUp]
    public async Task Pack()
    {
        _package = await PackedAddin.MakeAsync();
        await using var archive = await ZipFile.OpenReadAsync(_package.File);
        using var text = new StreamReader(await archive.GetEntry("README.md")!.OpenAsync());
        _readme = (await text.ReadToEndAsync()).ReplaceLineEndings("\n");
    }

    [OneTimeTearDown]
    public async Task Delete()
    {
        await _work.DisposeAsync();
        await _package.DisposeAsync();
    }

    [Test]
    public async Task The_first_image_is_what_it_says_by_hand_and_on_a_runner()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_work.Folder, "first")).FullName;
        var (install, run) = (Blocks("sh")[0], Blocks("sh")[1]);
        await RunAsync(folder, install);
        await RunAsync(folder, "dotnet new web --output .");
        var script = Blocks("csharp")[0];
        Assert.That(script, Does.StartWith($"#addin nuget:?package=Cake.MultiStage&version={_package.Version}\n"));
        await File.WriteAllTextAsync(
            Path.Combine(folder, "build.cake"), script.Replace("shop/web:1.0", _work.Tag, StringComparison.Ordinal));

        var output = await RunAsync(folder, run);

        Assert.That(output, Does.Contain("saved").And.Contain("no findings"));
        Assert.That(File.Exists(Path.Combine(folder, "artifacts", "image", "report.html")), Is.True);
        Assert.That((await _work.Engine.InspectAsync(_work.Tag)).ID, Does.StartWith("sha256:"));

        // As a runner of GitHub's does with the workflow's steps, in the same folder for the sake of time.
        Directory.Delete(Path.Combine(folder, "artifacts"), recursive: true);
        var summary = _work.Write("summary.md", "");
        var steps = RunStep().Matches(Blocks("yaml")[0]).Select(step => step.Groups["line"].Value).ToList();
        Assert.That(steps, Is.EqualTo(["dotnet tool restore", run.Trim()]));
        foreach (var step in steps)
        {
            await RunAsync(folder, step, ("CI", "true"), ("GITHUB_ACTIONS", "true"), ("GITHUB_STEP_SUMMARY", summary));
        }

        Assert.That(await File.ReadAllTextAsync(summary), Does.Contain(_work.Tag));
        Assert.That(Path.Exists(Path.Combine(folder, Artifact().Match(Blocks("yaml")[0]).Groups["path"].Value)), Is.True);
    }

    /// <summary>Runs lines of shell in a folder. Where Cake looks for the addin is all that it is told beside them.</summary>
    private Task<string> RunAsync(string folder, string lines, params (string Name, string Value)[] variables) => Shell.RunAsync(
        "bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", $"cd '{folder}'\n{lines}"],
        variables.Append(("DOCKER_HOST", _work.Engine.Host)).Append(("CAKE_NUGET_SOURCE", _package.Feed))
            .ToDictionary(variable => variable.Item1, variable => variable.Item2, StringComparer.Ordinal));

    private IReadOnlyList<string> Blocks(string language) => [.. Block().Matches(_readme)
        .Where(block => block.Groups["language"].Value == language).Select(block => block.Groups["code"].Value)];

    [GeneratedRegex("^```(?<language>[a-z]+)\n(?<code>.*?)^```$",
        RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Block();

    [GeneratedRegex(@"^\s*- run: (?<line>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex RunStep();

    [GeneratedRegex(@"^\s*path: (?<path>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Artifact();
}
