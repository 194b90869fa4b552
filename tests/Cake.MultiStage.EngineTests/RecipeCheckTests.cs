using Cake.Core.IO;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Checking;
using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests;

/// <summary>What a folder is, is detected; and no check raises a false alarm on what the presets make.</summary>
public sealed class RecipeCheckTests : WorkspaceFixture
{
    [TestCase("go-service")]
    [TestCase("dotnet-web")]
    [TestCase("node-api")]
    [TestCase("python-api")]
    [TestCase("rust-tool")]
    [TestCase("java-plain")]
    [TestCase("c-static")]
    [TestCase("site-plain")]
    [TestCase("site-hugo")]
    public async Task A_detected_recipe_builds_and_has_no_finding(string recipe)
    {
        var project = _work.Cake.MultiStageDetect(new DirectoryPath(Repository.File("recipes", recipe)),
            detect => detect.Tags.Add(_work.Tag));
        var measured = await _work.Cake.MultiStageMeasureAsync(await _work.Cake.MultiStageBuildAsync(project));
        var findings = (await _work.Cake.MultiStageCheckAsync(measured, new MultiStageCheckSettings { FailOn = null })).Findings;
        Assert.That(findings.Where(finding => finding.Level > FindingLevel.Note).Select(finding => finding.Rule), Is.Empty);
    }
}
