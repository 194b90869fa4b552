#addin nuget:?package=Cake.MultiStage&prerelease

var count = MultiStageRust(".", rust =>
{
    rust.Name = "count";
    rust.Tags.Add("count:1.0");
});

Task("Image")
    .Description("Builds and tags the image.")
    .Does(() => MultiStageBuild(count));

Task("Image-Measure")
    .Description("Builds, measures and reports the image.")
    .Does(() =>
{
    var measured = MultiStageMeasure(MultiStageBuild(count));
    MultiStageReport(measured, report => report.Directory = Argument("report", "./artifacts/image"));
});

RunTarget(Argument("target", "Image-Measure"));
