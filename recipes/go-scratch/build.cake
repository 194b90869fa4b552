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
    .Description("Builds the image, measures, checks and starts it, and reports.")
    .Does(() =>
{
    var image = MultiStageBuild(hello);          // generate, send, build, tag
    MultiStageVerify(image, verify =>            // stages, layers, savings; will it start, is it safe; report, then fail
    {
        verify.Report.Directory = Argument("report", "./artifacts/image");
        verify.Budget.MaxSize = "10 MB";
    });
});

RunTarget(Argument("target", "Image-Measure"));
