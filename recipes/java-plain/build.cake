#addin nuget:?package=Cake.MultiStage&prerelease

var clock = MultiStageJava(".", java =>
{
    java.Name = "clock";
    java.Tags.Add("clock:1.0");
});

Task("Image")
    .Description("Builds and tags the image.")
    .Does(() => MultiStageBuild(clock));

Task("Image-Measure")
    .Description("Builds, measures and reports the image.")
    .Does(() =>
{
    var measured = MultiStageMeasure(MultiStageBuild(clock));
    MultiStageReport(measured, report => report.Directory = Argument("report", "./artifacts/image"));
});

RunTarget(Argument("target", "Image-Measure"));
