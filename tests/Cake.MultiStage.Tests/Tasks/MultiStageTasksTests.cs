using Cake.Core;
using Cake.Core.Diagnostics;
using Cake.Core.IO;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Tasks;
using Cake.MultiStage.Tests.Contexts;
using Moq;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Tasks;

/// <summary>The ready-made tasks, run by Cake's own engine.</summary>
public sealed class MultiStageTasksTests
{
    private readonly List<string> _log = [];
    private TemporaryFolder _folder = null!;
    private CakeEngine _engine = null!;
    private ICakeContext _context = null!;

    [SetUp]
    public void Make_an_engine()
    {
        _log.Clear();
        _folder = new TemporaryFolder().File("main.go", "package main\n");
        var log = new Mock<ICakeLog>();
        log.SetupGet(one => one.Verbosity).Returns(Verbosity.Normal);
        log.Setup(one => one.Write(It.IsAny<Verbosity>(), It.IsAny<LogLevel>(), It.IsAny<string>(), It.IsAny<object[]>()))
            .Callback<Verbosity, LogLevel, string, object[]>(
                (_, _, format, arguments) => _log.Add(string.Format(System.Globalization.CultureInfo.InvariantCulture, format, arguments)));
        var data = new CakeDataService();
        var environment = Mock.Of<ICakeEnvironment>(fake => fake.WorkingDirectory == new DirectoryPath(_folder.Path));
        _context = Mock.Of<ICakeContext>(fake => fake.Environment == environment && fake.Log == log.Object && fake.Data == data);
        _engine = new CakeEngine(data, log.Object);
    }

    [TearDown]
    public void Clean() => _folder.Dispose();

    [Test]
    public void They_are_added_with_a_description_each()
    {
        MultiStageTasks.AddTo(_engine.RegisterTask);
        Assert.That(_engine.Tasks.Select(task => task.Name),
            Is.EquivalentTo(["Image", "Image-Dockerfile", "Image-Test", "Image-Measure", "Image-Check", "Image-Push"]));
        Assert.That(_engine.Tasks.Select(task => task.Description), Has.None.Null.And.None.Empty);
        Assert.That(_engine.Tasks.Where(task => task.Dependencies.Any(dependency => dependency.Name == "Image")).Select(task => task.Name),
            Is.EquivalentTo(["Image-Measure", "Image-Push"]));
    }

    [Test]
    public void A_prefix_lets_a_script_have_those_of_several_projects()
    {
        MultiStageTasks.AddTo(_engine.RegisterTask, tasks => tasks.Prefix = "Api");
        MultiStageTasks.AddTo(_engine.RegisterTask, tasks => tasks.Prefix = "Web");
        Assert.That(_engine.Tasks.Select(task => task.Name), Is.SupersetOf(new[] { "Api-Measure", "Web-Measure" }));
    }

    [Test]
    public async Task They_compose_and_work_on_the_description_of_a_setup()
    {
        MultiStageTasks.AddTo(_engine.RegisterTask);
        _engine.RegisterSetupAction<ImageProject>(context => context.MultiStageGo(".", go => go.Name = "hello"));
        _engine.RegisterTask("First").IsDependeeOf("Image-Dockerfile").Does(() => _log.Add("first"));
        await RunAsync("Image-Dockerfile");
        Assert.That(_log, Does.Contain("first"));
        Assert.That(_log,
            Has.Some.Contains("FROM golang:1.27 AS builder\n    The toolchain of 'golang:1.27' builds here, and stays behind."));
    }

    [Test]
    public async Task A_project_without_tests_says_so()
    {
        MultiStageTasks.AddTo(_engine.RegisterTask);
        _engine.RegisterSetupAction<ImageProject>(context => context.MultiStageGo(".", go => go.Name = "hello"));
        await RunAsync("Image-Test");
        Assert.That(_log, Has.Some.EqualTo("Project 'hello' has no tests."));
    }

    [Test]
    public async Task Several_projects_have_a_description_each_which_is_made_once()
    {
        var described = 0;
        MultiStageTasks.AddTo(_engine.RegisterTask, "Orders", context =>
        {
            described++;
            return context.MultiStageGo(".", go => go.Name = "orders");
        });
        MultiStageTasks.AddTo(_engine.RegisterTask, "Web", context => context.MultiStageGo(".", go => go.Name = "web"),
            tasks => tasks.TestResults = "./web");
        _engine.RegisterTask("All").IsDependentOn("Orders-Test").IsDependentOn("Orders-Dockerfile").IsDependentOn("Web-Test");
        Assert.That(described, Is.Zero);
        await RunAsync("All");
        Assert.That(described, Is.EqualTo(1));
        Assert.That(_log, Has.Some.EqualTo("Project 'orders' has no tests.").And.Some.EqualTo("Project 'web' has no tests."));
    }

    [TestCase("Image", "artifacts/image", "artifacts/test-results")]
    [TestCase("Orders", "artifacts/orders", "artifacts/orders/test-results")]
    [TestCase("Shop: Web/2", "artifacts/shop-web-2", "artifacts/shop-web-2/test-results")]
    public void Tasks_of_several_projects_write_to_folders_of_their_own(string prefix, string reports, string results)
    {
        var settings = new MultiStageTaskSettings { Prefix = prefix };
        Assert.That((settings.Reports.FullPath, settings.TestResults.FullPath), Is.EqualTo((reports, results)));
        settings.TestResults = "./mine";
        Assert.That(settings.TestResults.FullPath, Is.EqualTo("mine"));
    }

    [TestCase("Image-Measure", "Task 'Image-Measure' goes on with what task 'Image' made, which did not run.")]
    [TestCase("Image-Push", "--target=Image --target=Image-Push --exclusive")]
    [TestCase("Image-Check", "what task 'Image-Measure' made")]
    public void A_task_that_runs_alone_says_what_it_lacks(string target, string text)
    {
        MultiStageTasks.AddTo(_engine.RegisterTask);
        _engine.RegisterSetupAction<ImageProject>(context => context.MultiStageGo(".", go => go.Name = "hello"));
        Assert.That(() => RunAsync(target, exclusive: true),
            Throws.InstanceOf<CakeReportException>().With.InnerException.InstanceOf<MultiStageException>().And.Message.Contains(text));
    }

    [Test]
    public async Task What_runs_no_task_describes_nothing()
    {
        MultiStageTasks.AddTo(_engine.RegisterTask, "Orders", _ => throw new InvalidOperationException("described"));
        // As --dryrun does: the order is found, and no task runs. --tree and --description only list the tasks.
        var dryRun = new Mock<IExecutionStrategy>();
        await _engine.RunTargetAsync(_context, dryRun.Object, new ExecutionSettings().SetTarget("Orders-Check"));
        Assert.That(
            dryRun.Invocations.Where(call => call.Method.Name == nameof(IExecutionStrategy.ExecuteAsync))
                .Select(call => ((CakeTask)call.Arguments[0]!).Name),
            Is.EqualTo(["Orders", "Orders-Measure", "Orders-Check"]));
    }

    private Task<CakeReport> RunAsync(string target, bool exclusive = false)
    {
        var settings = new ExecutionSettings().SetTarget(target);
        settings = exclusive ? settings.UseExclusiveTarget() : settings;
        return _engine.RunTargetAsync(_context, new DefaultExecutionStrategy(_context.Log, Mock.Of<ICakeReportPrinter>()), settings);
    }
}
