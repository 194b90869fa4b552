#addin nuget:?package=Cake.MultiStage&prerelease

var service = MultiStageGo(".", go =>
{
    go.TimeZones = true;
    go.Ports.Add("8080");
    go.Tags.Add("go-service:1.0");
});

Task("Image")
    .Description("Builds and tags the image.")
    .Does(() => MultiStageBuild(service));

Task("Image-Measure")
    .Description("Builds the image, measures it and reports.")
    .Does(() => MultiStageReport(
        MultiStageMeasure(MultiStageBuild(service)),
        report => report.Directory = Argument("report", "./artifacts/image")));

RunTarget(Argument("target", "Image-Measure"));
