// A pipeline that exists already, and takes the image in: the package brings the tasks Image, Image-Test, Image-Measure…
#load nuget:?package=Cake.MultiStage&prerelease

Setup<ImageProject>(context => context.MultiStageGo(".", go =>
{
    go.Name = "hello";
    go.BuilderImage = "golang:1.21";
    go.Tags.Add("hello:1.0");
}));

Task("Version")
    .IsDependeeOf("Image")
    .Does<ImageProject>(project => Information("Building {0}", project.Tags[0]));

Task("Default")
    .IsDependentOn("Image-Dockerfile")
    .IsDependentOn("Image-Test")
    .IsDependentOn("Image-Check");

RunTarget(Argument("target", "Default"));
