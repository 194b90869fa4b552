#addin nuget:?package=Cake.MultiStage&prerelease

var web = MultiStagePhp(".", php => php.Tags.Add("php-web:1.0"));

Task("Image")
    .Description("Builds and tags the image.")
    .Does(() => MultiStageBuild(web));

Task("Image-Measure")
    .Description("Builds the image, measures it and reports.")
    .Does(() => MultiStageReport(
        MultiStageMeasure(MultiStageBuild(web)),
        report => report.Directory = Argument("report", "./artifacts/image")));

RunTarget(Argument("target", "Image-Measure"));
