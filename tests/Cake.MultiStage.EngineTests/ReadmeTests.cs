using System.Text.RegularExpressions;
using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests;

/// <summary>A newcomer who does what the README says, in an empty folder, has a measured image of a web service.</summary>
public sealed partial class ReadmeTests
{
    [Test]
    public async Task The_first_image_is_what_the_README_says()
    {
        await using var work = new Workspace();
        await Shell.RunAsync("dotnet", ["new", "web", "--output", work.Folder, "--name", "Web"]);
        var first = Script().Match(await File.ReadAllTextAsync(Repository.File("README.md"))).Groups["code"].Value;
        var script = work.Write("build.cake", first.Replace("shop/web:1.0", work.Tag, StringComparison.Ordinal));

        await using var package = await PackedAddin.MakeAsync();
        var output = await package.RunAsync(
            script, ["--target=Image"], new Dictionary<string, string>(StringComparer.Ordinal) { ["DOCKER_HOST"] = work.Engine.Host });

        Assert.That(output, Does.Contain("saved").And.Contain("no findings"));
        Assert.That(File.Exists(Path.Combine(work.Folder, "artifacts", "image", "report.html")), Is.True);
        Assert.That((await work.Engine.InspectAsync(work.Tag)).ID, Does.StartWith("sha256:"));
    }

    [GeneratedRegex("```csharp\n(?<code>#addin.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Script();
}
