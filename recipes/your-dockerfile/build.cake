#addin nuget:?package=Cake.MultiStage&prerelease

// The Dockerfile that is there is built as it stands; what is not in it is said here.
var hello = MultiStageFromDockerfile("./Dockerfile", dockerfile =>
{
    dockerfile.Name = "your-dockerfile";
    dockerfile.Tags.Add("your-dockerfile:1.0");
});

Task("Check")
    .Description("Checks the Dockerfile before anything is built.")
    .Does(() => MultiStageCheck(hello));

Task("Suggest")
    .Description("Says whether a description could take the Dockerfile's place, and what it would gain.")
    .Does(() => Information("{0}", MultiStageSuggest(hello)));

Task("Image-Measure")
    .Description("Builds the image, measures, checks and starts it, and reports.")
    .IsDependentOn("Check")
    .IsDependentOn("Suggest")
    .Does(() =>
{
    var image = MultiStageBuild(hello);          // as it stands, byte for byte
    MultiStageVerify(image, verify =>            // stages, layers, savings; will it start, is it safe; report, then fail
    {
        verify.Report.Directory = Argument("report", "./artifacts/image");
        verify.Budget.MaxSize = "10 MB";
    });
});

RunTarget(Argument("target", "Image-Measure"));
