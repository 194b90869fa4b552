#addin nuget:?package=Cake.MultiStage&prerelease

var greet = MultiStageC(".", c =>
{
    c.ToolchainVersion = "14";
    c.Tags.Add("greet:1.0");
});

Task("Image")
    .Description("Builds and tags the image.")
    .Does(() => MultiStageBuild(greet));

Task("Image-Measure")
    .Description("Builds, measures and reports the image.")
    .Does(() =>
{
    var measured = MultiStageMeasure(MultiStageBuild(greet));
    MultiStageReport(measured, report => report.Directory = Argument("report", "./artifacts/image"));
});

RunTarget(Argument("target", "Image-Measure"));
