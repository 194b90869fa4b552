#addin nuget:?package=Cake.MultiStage&prerelease

var squeeze = MultiStageC(".", c =>
{
    c.Static = false;
    c.Tags.Add("squeeze:1.0");
});

Task("Image")
    .Description("Builds and tags the image.")
    .Does(() => MultiStageBuild(squeeze));

Task("Image-Measure")
    .Description("Builds, measures and reports the image.")
    .Does(() =>
{
    var measured = MultiStageMeasure(MultiStageBuild(squeeze));
    MultiStageReport(measured, report => report.Directory = Argument("report", "./artifacts/image"));
});

RunTarget(Argument("target", "Image-Measure"));
