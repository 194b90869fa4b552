using System.Text.Json;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests;

/// <summary>Base images by digest, by a policy, and what is recorded of them.</summary>
[TestFixture(EngineKind.Default, BuilderKind.BuildKit)]
[TestFixture(EngineKind.Default, BuilderKind.Legacy)]
[TestFixture(EngineKind.Newer, BuilderKind.BuildKit)]
[TestFixture(EngineKind.NewerContainerd, BuilderKind.BuildKit)]
[TestFixture(EngineKind.NewerContainerd, BuilderKind.Legacy)]
public sealed class BaseImageTests(EngineKind kind, BuilderKind builder)
{
    private TestRegistry _registry = null!;
    private Workspace _work = null!;
    private Digest _digest = null!;

    private string Repository => $"{_registry.Address}/library/{_work.Repository}";

    private string Base => Repository + ":base";

    private string Pinned => $"{Base}@{_digest}";

    [SetUp]
    public async Task Fill_a_registry()
    {
        _registry = await TestRegistry.StartAsync();
        _work = new Workspace(await SharedEngines.HostAsync(kind));
        // A layer of its own: the engines then know this registry's digest and no other.
        var image = await _work.BuildAsync(_work.Project(settings =>
        {
            settings.FinalBase = Workspace.Busybox;
            settings.Commands.Add($"echo {_work.Repository} > /id");
            settings.Artifacts.Add("/id");
        }), BuilderKind.BuildKit);
        _digest = (await _work.Cake.MultiStagePushAsync(image, new MultiStagePushSettings { References = [Base] }))[0].Digest;
        await _work.Engine.UntagAsync(Base);
    }

    [TearDown]
    public async Task Clean()
    {
        await _work.Engine.UntagAsync(Base);
        await _work.Engine.UntagAsync(Pinned);
        await _work.DisposeAsync();
        await _registry.DisposeAsync();
    }

    [Test]
    public async Task A_description_pins_a_base_to_a_digest()
    {
        var image = await _work.BuildAsync(OnBase(Pinned), builder, settings => settings.RecordBaseImages = true);
        Assert.That(await _work.Engine.ReadFileAsync(_work.Tag, "/out"), Is.EqualTo(_work.Repository + "\n"));
        Assert.That(image.BaseImages, Is.EqualTo([new BaseImage(ImageReference.Parse(Pinned), _digest, "builder")]));
    }

    [Test]
    public async Task What_each_base_was_is_recorded_in_the_image_and_in_the_report()
    {
        var project = OnBase(Base, finalBase: Base);
        var image = await _work.BuildAsync(project, builder, settings => settings.RecordBaseImages = true);
        var labels = (await _work.Engine.ConfigAsync(_work.Tag)).Labels!;
        Assert.That(labels["org.opencontainers.image.base.name"], Is.EqualTo(Base));
        Assert.That(labels["org.opencontainers.image.base.digest"], Is.EqualTo(_digest.ToString()));
        Assert.That(image.BaseImages.Select(used => (used.Reference.ToString(), used.Digest, used.Stage)),
            Is.EqualTo([(Base, _digest, "builder"), (Base, _digest, "final")]));

        await _work.Cake.MultiStageReportAsync(await _work.Cake.MultiStageMeasureAsync(image),
            new MultiStageReportSettings { Directory = _work.Folder });
        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_work.Folder, "report.json")));
        var recorded = report.RootElement.GetProperty("build").GetProperty("baseImages")[1];
        Assert.That((recorded.GetProperty("reference").GetString(), recorded.GetProperty("digest").GetString()),
            Is.EqualTo((Base, _digest.ToString())));
    }

    [Test]
    public async Task Nothing_is_recorded_unasked()
    {
        var image = await _work.BuildAsync(OnBase(Base, finalBase: Base), builder);
        Assert.That(image.BaseImages, Is.Empty);
        Assert.That((await _work.Engine.ConfigAsync(_work.Tag)).Labels!.Keys, Has.None.StartsWith("org.opencontainers.image.base."));
    }

    [Test]
    public async Task A_policy_takes_all_bases_from_a_mirror_pinned()
    {
        var policy = new BaseImagePolicy { Registry = _registry.Address, Pins = { [_work.Repository + ":base"] = _digest.ToString() } };
        var project = OnBase(_work.Repository + ":base");
        var image = await _work.BuildAsync(project, builder, settings => (settings.BaseImages, settings.RecordBaseImages) = (policy, true));
        Assert.That(await _work.Engine.ReadFileAsync(_work.Tag, "/out"), Is.EqualTo(_work.Repository + "\n"));
        Assert.That(image.BaseImages.Select(used => used.ToString()), Is.EqualTo([Pinned]));
        Assert.That(project.ToDockerfile().ToString(), Does.Contain($"FROM {_work.Repository}:base AS builder"));
    }

    private ImageProject OnBase(string image, string finalBase = "scratch") => _work.Project(settings =>
    {
        settings.BuilderImage = image;
        settings.FinalBase = finalBase;
        settings.Commands.Add("cp /id /out");
        settings.Artifacts.Add("/out");
    });
}
