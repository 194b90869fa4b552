using System.Diagnostics;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests;

/// <summary>A build cache in a registry that asks for a login, written by one engine and read by one that has nothing.</summary>
[Category("NewerEngine")]
[NonParallelizable]
public sealed class SharedCacheTests
{
    private TestRegistry _registry = null!;
    private Workspace _work = null!;

    private string Place => $"{_registry.Address}/team/cache";

    [SetUp]
    public async Task Start_a_registry_with_a_login()
    {
        _registry = await TestRegistry.StartAsync(RegistryAccess.Basic);
        _work = new Workspace(await SharedEngines.HostAsync(EngineKind.NewerContainerd));
    }

    [TearDown]
    public async Task Clean()
    {
        await _work.DisposeAsync();
        await _registry.DisposeAsync();
    }

    [Test]
    public async Task An_engine_that_has_nothing_builds_nothing_of_what_is_cached()
    {
        var first = await BuildAsync(settings => settings.Cache = BuildCache.Registry(Place));
        await ForgetAsync();
        var second = await BuildAsync(settings => settings.Cache = BuildCache.Registry(Place));
        await TestContext.Out.WriteLineAsync($"first {first.Duration}, second {second.Duration}");
        Assert.That(Run(first), Has.Some.Contains("sleep 1"));
        Assert.That(Run(second), Is.Empty);
        Assert.That(await _work.Engine.RunAsync(_work.Tag), Is.EqualTo((0L, "built\n")));
        Assert.That(_work.Log.Lines, Has.Some.Contains("There is no cache at ").And.Some.Contains("The size of 'builder' isn't told"));
        Assert.That(second.Record!.Stages.Select(stage => stage.Layers is null), Is.EqualTo([true, false]));
    }

    [Test]
    public async Task What_changed_is_built_on_what_is_cached()
    {
        await BuildAsync(settings => settings.CacheTo.Add(CacheLocation.Registry(Place + ":own")));
        await ForgetAsync();
        var second = await BuildAsync(settings => settings.CacheFrom.Add(CacheLocation.Registry(Place + ":own")), "other");
        Assert.That(Run(second), Has.None.Contains("sleep 1").And.Some.Contains("echo other"));
        Assert.That(second.Record!.Stages.Select(stage => stage.Layers is null), Is.EqualTo([false, false]));
    }

    [Test]
    public async Task A_cache_that_can_not_be_written_leaves_the_image_and_is_told()
    {
        var image = await _work.BuildAsync(Project("built"), BuilderKind.BuildKit, settings => settings.Cache = BuildCache.Registry(Place));
        Assert.That((await _work.Engine.InspectAsync(_work.Tag)).ID, Is.EqualTo(image.Id.ToString()));
        Assert.That(_work.Log.Lines, Has.Some.Contains("The cache was not written"));
    }

    [Test]
    public async Task A_cache_that_has_lost_layers_is_told_and_left_aside()
    {
        await BuildAsync(settings => settings.CacheTo.Add(CacheLocation.Registry(Place + ":own")));
        await ForgetAsync();
        _registry.LoseLayers();
        var started = Stopwatch.GetTimestamp();
        await BuildAsync(settings => settings.CacheFrom.Add(CacheLocation.Registry(Place + ":own")));
        Assert.That(Stopwatch.GetElapsedTime(started), Is.LessThan(TimeSpan.FromSeconds(30)));
        Assert.That(_work.Log.Lines, Has.Some.Contains("A layer is missing that").And.Some.Contains(Place + ":own"));
        Assert.That(await _work.Engine.RunAsync(_work.Tag), Is.EqualTo((0L, "built\n")));
    }

    /// <summary>The steps that ran.</summary>
    private static string[] Run(BuiltImage image) =>
        [.. image.Steps.Where(step => step.Stage is not null && !step.Cached).Select(step => step.Name)
            .Where(name => !name.Contains("] FROM ", StringComparison.Ordinal))];

    private Task<BuiltImage> BuildAsync(Action<MultiStageBuildSettings> configure, string text = "built") =>
        _work.BuildAsync(Project(text), BuilderKind.BuildKit, settings =>
        {
            settings.RegistryCredentials[_registry.Address] = TestRegistry.Login;
            configure(settings);
        });

    private ImageProject Project(string text) => _work.Project(settings =>
    {
        settings.Commands.Add($"echo {_work.Repository}; sleep 1");
        settings.Commands.Add($"echo {text} > /text");
        settings.Artifacts.Add("/bin/busybox", "/bin/cat");
        settings.Artifacts.Add("/text");
        settings.Entrypoint = ["/bin/cat", "/text"];
    });

    private async Task ForgetAsync()
    {
        await _work.Engine.DeleteAsync(_work.Tag);
        await Shell.RunAsync("docker", ["--host", _work.Engine.Host, "builder", "prune", "--all", "--force"]);
    }
}
