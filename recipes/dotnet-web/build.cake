#addin nuget:?package=Cake.MultiStage&prerelease

var service = MultiStageDotNet(".", dotnet =>
{
    dotnet.Project = "Web";
    dotnet.TestCommand = "dotnet run --project tests/Words.Tests";   // a plain program; test frameworks are found without this
    dotnet.Tags.Add("dotnet-web:1.0");
});

Task("Image")
    .Description("Builds and tags the image.")
    .Does(() => MultiStageBuild(service));

Task("Image-Test")
    .Description("Runs the tests in a stage of the same Dockerfile.")
    .Does(() => MultiStageBuild(service, build => build.Variant = "test"));

Task("Image-Measure")
    .Description("Builds the image, measures it and reports.")
    .Does(() =>
{
    var image = MultiStageBuild(service);
    var measured = MultiStageMeasure(image);
    MultiStageReport(measured, report => report.Directory = Argument("report", "./artifacts/image"));
});

RunTarget(Argument("target", "Image-Measure"));
