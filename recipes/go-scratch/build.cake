#addin nuget:?package=Cake.MultiStage&prerelease

var hello = MultiStageGo(".", go =>
{
    go.Name = "hello";
    go.BuilderImage = "golang:1.21";
    go.Tags.Add("hello:1.0");
});

Task("Dockerfile")
    .Description("Prints the Dockerfile that the description makes.")
    .Does(() => Information(MultiStageDockerfile(hello).ToString()));

Task("Image")
    .Description("Builds and tags the image.")
    .Does(() => MultiStageBuild(hello));

Task("Image-Measure")
    .Description("Builds the image, measures and checks it, and reports.")
    .Does(() =>
{
    var image = MultiStageBuild(hello);          // generate, send, build, tag
    var measured = MultiStageMeasure(image);     // stages, layers, savings
    var result = MultiStageCheck(measured, check => check.FailOn = null);
    MultiStageReport(measured, report =>
    {
        report.Directory = Argument("report", "./artifacts/image");
        report.Check = result;
    });
    result.FailOn(FindingLevel.Error);           // will it start, is it safe
});

RunTarget(Argument("target", "Image-Measure"));
