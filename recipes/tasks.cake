// Ready-made tasks: Image, Image-Dockerfile, Image-Test, Image-Measure, Image-Check, Image-Push. They work on the description that a
// setup of the loading script gives, as in
//
//   #load nuget:?package=Cake.MultiStage
//   Setup<ImageProject>(context => context.MultiStageGo("./hello", go => go.Tags.Add("hello:1.0")));
//
// and compose into its pipeline by IsDependentOn("Image") and IsDependeeOf("Image"). The argument --report says where the
// report goes, ./artifacts/image by default.

MultiStageTasks.AddTo(Task, tasks => tasks.Verify = verify => verify.Report.Directory = Argument("report", "./artifacts/image"));
