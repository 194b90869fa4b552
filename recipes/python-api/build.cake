#addin nuget:?package=Cake.MultiStage&prerelease

var api = MultiStagePython(".", python =>
{
    python.Ports.Add("8000");
    python.Tags.Add("python-api:1.0");
});

Task("Image")
    .Description("Builds and tags the image.")
    .Does(() => MultiStageBuild(api));

Task("Image-Measure")
    .Description("Builds the image, measures it and reports.")
    .Does(() => MultiStageReport(
        MultiStageMeasure(MultiStageBuild(api)),
        report => report.Directory = Argument("report", "./artifacts/image")));

RunTarget(Argument("target", "Image-Measure"));
