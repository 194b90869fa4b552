using Cake.MultiStage.Building;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests;

/// <summary>Base images that the engine lacks come from their registry.</summary>
[TestFixture(BuilderKind.BuildKit)]
[TestFixture(BuilderKind.Legacy)]
public sealed class PullTests(BuilderKind builder)
{
    private TestRegistry _registry = null!;
    private Workspace _work = null!;

    private string Base => $"{_registry.Address}/{_work.Repository}:base";

    [SetUp]
    public async Task Fill_a_registry()
    {
        _registry = await TestRegistry.StartAsync();
        _work = new Workspace();
        var repository = $"{_registry.Address}/{_work.Repository}";
        await _work.Engine.TagAsync(Workspace.Busybox, repository, "base");
        await _work.Engine.PushAsync(repository, "base");
        await _work.Engine.UntagAsync(Base);
    }

    [TearDown]
    public async Task Clean()
    {
        await _work.Engine.UntagAsync(Base);
        await _work.DisposeAsync();
        await _registry.DisposeAsync();
    }

    [Test]
    public async Task A_base_image_that_the_engine_lacks_is_pulled()
    {
        await _work.BuildAsync(OnBase(), builder);
        Assert.That(await _work.Engine.ReadFileAsync(_work.Tag, "/out"), Is.EqualTo("built\n"));
        Assert.That(_work.Log.Lines, Has.Exactly(1).Matches($"^pull {Base} [0-9.]+s$"));
    }

    [Test]
    public async Task A_base_image_that_the_engine_has_is_not_pulled_again()
    {
        await _work.BuildAsync(OnBase(), builder);
        await _registry.StopAsync();
        await _work.BuildAsync(OnBase(), builder, settings => settings.NoCache = true);
        Assert.That(_work.Log.Lines, Has.Exactly(1).StartsWith($"pull {Base} "));
    }

    [Test]
    public async Task A_tag_that_the_registry_lacks_is_told()
    {
        var error = await Fault.OfAsync<MultiStageException>(() => _work.BuildAsync(OnBase(":none"), builder));
        Assert.That(error.Message,
            Does.Contain($"from {_registry.Address} failed").And.Contain("not found").Or.Contain("manifest unknown"));
    }

    [Test]
    public async Task A_registry_that_is_nowhere_is_told()
    {
        // A name that will never be in any DNS (RFC 6761).
        var project = _work.Project(settings =>
        {
            settings.BuilderImage = "registry.invalid/team/tools:1";
            settings.Artifacts.Add("/out");
        });
        var error = await Fault.OfAsync<MultiStageException>(() => _work.BuildAsync(project, builder));
        Assert.That(error.Message,
            Does.Contain("'registry.invalid/team/tools:1'").And.Contain("from registry.invalid failed").And.Contain("without credentials"));
    }

    private ImageProject OnBase(string tag = ":base") => _work.Project(settings =>
    {
        settings.BuilderImage = Base.Replace(":base", tag, StringComparison.Ordinal);
        settings.Commands.Add("echo built > /out");
        settings.Artifacts.Add("/out");
    });
}
