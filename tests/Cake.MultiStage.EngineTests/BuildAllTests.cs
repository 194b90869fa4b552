using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests;

/// <summary>A pipeline of several images, pushed three times: all new, one changed, nothing changed.</summary>
public sealed class BuildAllTests : WorkspaceFixture
{
    private string Platform => $"{_work.Repository}:platform";

    [Test]
    public async Task Three_pushes_build_what_changed_and_what_stands_on_it()
    {
        _work.Write("orders", "one");
        _work.Write("web", "one");
        _work.Write("base", "one");
        var projects = new[] { Service("orders"), Service("web"), Described("base", "platform", Workspace.Busybox) };

        Assert.That(await PushAsync(projects), Is.EqualTo("platform: built, orders: built, web: built"));
        Assert.That(string.Join('\n', _work.Log.Lines), Does.Contain("[orders]   [builder 2/").And.Contain("2. orders → "));
        Assert.That(await _work.Engine.ReadFileAsync($"{_work.Repository}:orders", "/base"), Is.EqualTo("one"));

        _work.Write("orders", "two");
        Assert.That(await PushAsync(projects), Is.EqualTo("platform: up to date, orders: orders changed, web: up to date"));
        Assert.That(await PushAsync(projects), Is.EqualTo("platform: up to date, orders: up to date, web: up to date"));

        _work.Write("base", "two");
        Assert.That(await PushAsync(projects),
            Is.EqualTo($"platform: base changed, orders: base {Platform} moved, web: base {Platform} moved"));
        Assert.That(await _work.Engine.ReadFileAsync($"{_work.Repository}:web", "/base"), Is.EqualTo("two"));
    }

    [Test]
    public async Task A_failure_names_its_image_and_leaves_the_others_as_asked()
    {
        _work.Write("web", "one");
        var failing = _work.Project(settings =>
        {
            settings.Tags.Clear();
            settings.Tags.Add($"{_work.Repository}:orders");
            settings.Commands.Add("echo no such file; exit 3");
            settings.Artifacts.Add("/x");
        }) with { Name = "orders" };
        var failed = await Assert.ThrowsAsync<BuildAllFailedException>(() => _work.Cake.MultiStageBuildAllAsync(
            [failing, Described("web", "web", Workspace.Busybox)], new MultiStageBuildAllSettings { KeepGoing = true }));
        Assert.That(failed!.Message, Does.StartWith("Of 2 builds 1 failed:\n[orders]").And.Contain("no such file"));
        Assert.That(failed.Outcomes.Single(outcome => outcome.Name == "web").Image, Is.Not.Null);
    }

    private ImageProject Service(string name) => Described(name, name, Platform);

    private ImageProject Described(string file, string name, string image) => _work.Project(settings =>
    {
        settings.BuilderImage = image;
        settings.FinalBase = image;
        settings.Sources.Add(file);
        settings.Commands.Add($"cp {file} /{file}");
        settings.Artifacts.Add($"/{file}");
        settings.Tags.Clear();
        settings.Tags.Add($"{_work.Repository}:{name}");
    }) with { Name = name };

    private async Task<string> PushAsync(IEnumerable<ImageProject> projects)
    {
        var outcomes = await _work.Cake.MultiStageBuildAllAsync(projects,
            new MultiStageBuildAllSettings { Build = build => (build.UpToDate, build.Builder) = (true, BuilderKind.BuildKit) });
        return string.Join(", ", outcomes.Select(outcome => $"{outcome.Name}: " + (outcome.Image!.UpToDate ? "up to date"
            : outcome.Image.Reasons[0].StartsWith("no earlier", StringComparison.Ordinal) ? "built" : outcome.Image.Reasons[0])));
    }
}
