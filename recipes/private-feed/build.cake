// A build whose restore needs a token. The step that restores gets it as a secret; nothing else does, and nothing keeps it:
//
//   FEED_TOKEN=… dotnet cake --feed=https://feed.example.com
#addin nuget:?package=Cake.MultiStage&prerelease

var app = MultiStageProject(".", project =>
{
    project.Name = "private-feed";
    project.BuilderImage = "busybox:1";
    project.BuilderEnvironment["FEED"] = Argument("feed", "http://127.0.0.1:8081");
    project.Secrets["token"] = BuildSecret.FromEnvironment("FEED_TOKEN");
    project.Sources = ["packages.txt"];
    project.Commands.Add(
        "while read -r name; do wget -q -O \"/restored-$name\" --header \"Authorization: Bearer $(cat /run/secrets/token)\" \"$FEED/$name\" || exit 1; done < packages.txt",
        RunMount.Secret("token", required: true));
    project.Artifacts.Add("/restored-greeting.txt", "/greeting.txt");
    project.FinalBase = "busybox:1";
    project.User = "65532:65532";
    project.Entrypoint = ["cat", "/greeting.txt"];
    project.Tags.Add("private-feed:1.0");
});

// The feed may be one of this machine, or one that only this machine reaches.
void OnHostNetwork(MultiStageBuildSettings build) => build.Network = "host";

Task("Image")
    .Description("Builds and tags the image.")
    .Does(() => MultiStageBuild(app, OnHostNetwork));

Task("Image-Measure")
    .Description("Builds the image, measures it and reports.")
    .Does(() => MultiStageReport(
        MultiStageMeasure(MultiStageBuild(app, OnHostNetwork)),
        report => report.Directory = Argument("report", "./artifacts/image")));

RunTarget(Argument("target", "Image-Measure"));
