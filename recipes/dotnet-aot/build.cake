#addin nuget:?package=Cake.MultiStage&prerelease

var count = MultiStageDotNet(".", dotnet => dotnet.Tags.Add("dotnet-aot:1.0"));

// The native compiler is a package: the restore needs a way to NuGet.
var settings = new MultiStageBuildSettings { Network = "host" };

Task("Image")
    .Description("Builds and tags the image.")
    .Does(() => MultiStageBuild(count, settings));

Task("Image-Measure")
    .Description("Builds the image, measures it and reports.")
    .Does(() =>
{
    var image = MultiStageBuild(count, settings);
    var measured = MultiStageMeasure(image);
    MultiStageReport(measured, report => report.Directory = Argument("report", "./artifacts/image"));
});

RunTarget(Argument("target", "Image-Measure"));
