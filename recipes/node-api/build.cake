#addin nuget:?package=Cake.MultiStage&prerelease

var api = MultiStageNode(".", node =>
{
    node.Ports.Add("3000");
    node.Tags.Add("node-api:1.0");
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
