#addin nuget:?package=Cake.MultiStage&prerelease

var tool = MultiStageRuby(".", ruby => ruby.Tags.Add("ruby-tool:1.0"));

Task("Image")
    .Description("Builds and tags the image.")
    .Does(() => MultiStageBuild(tool));

Task("Image-Measure")
    .Description("Builds the image, measures it and reports.")
    .Does(() => MultiStageReport(
        MultiStageMeasure(MultiStageBuild(tool)),
        report => report.Directory = Argument("report", "./artifacts/image")));

RunTarget(Argument("target", "Image-Measure"));
