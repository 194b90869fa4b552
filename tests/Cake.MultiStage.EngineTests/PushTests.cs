using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Registries;

namespace Cake.MultiStage.EngineTests;

/// <summary>Images go to a registry that asks for a login, and come back from it as bases.</summary>
[TestFixture(EngineKind.Default, RegistryAccess.Basic)]
[TestFixture(EngineKind.Default, RegistryAccess.Bearer)]
[TestFixture(EngineKind.Newer, RegistryAccess.Basic)]
[TestFixture(EngineKind.Newer, RegistryAccess.Bearer)]
[TestFixture(EngineKind.NewerContainerd, RegistryAccess.Basic)]
[TestFixture(EngineKind.NewerContainerd, RegistryAccess.Bearer)]
public sealed class PushTests(EngineKind kind, RegistryAccess access)
{
    private TestRegistry _registry = null!;
    private Workspace _work = null!;

    private string Reference => $"{_registry.Address}/{_work.Repository}:1";

    [SetUp]
    public async Task Start_a_registry_with_a_login()
    {
        _registry = await TestRegistry.StartAsync(access);
        _work = new Workspace(await SharedEngines.HostAsync(kind));
    }

    [TearDown]
    public async Task Clean()
    {
        await _work.Engine.UntagAsync(Reference);
        await _work.DisposeAsync();
        await _registry.DisposeAsync();
    }

    [Test]
    public async Task A_pushed_image_has_a_digest_and_its_references_share_the_upload()
    {
        var image = await BuildAsync();
        var settings = Settings(TestRegistry.Login, Reference, Reference + "-again");
        settings.Sbom = await _work.Cake.MultiStageMeasureAsync(image);
        var pushed = await _work.Cake.MultiStagePushAsync(image, settings);
        Assert.That(await AttachedAsync(pushed[0]), Is.EqualTo(new[] { "application/vnd.cyclonedx+json" }));
        await _work.Engine.UntagAsync(Reference + "-again");
        Assert.That(pushed.Select(one => one.Digest).Distinct().Count(), Is.EqualTo(1));
        Assert.That(pushed[0].ToString(), Does.StartWith(Reference + "@sha256:"));
        Assert.That(pushed[0].Size.Bytes, Is.GreaterThan(0));
        Assert.That(Layers(Reference), Is.Not.Empty.And.All.EqualTo("Pushed"));
        Assert.That(Layers(Reference + "-again"), Is.Not.Empty.And.All.EqualTo("Layer already exists"));
        var released = $"{_registry.Address}/released:1";
        Assert.That((await _work.Cake.MultiStagePromoteAsync(pushed[0].ToString(), released, Promotion())).Digest,
            Is.EqualTo(pushed[0].Digest));
        Assert.That(Layers(released), Is.Not.Empty.And.All.StartWith("Mounted from"));
        Assert.That(_registry.TokensGiven > 0, Is.EqualTo(access == RegistryAccess.Bearer));
    }

    private async Task<IEnumerable<string?>> AttachedAsync(PushedImage pushed)
    {
        using var client = new RegistryClient(new RegistryKeyring(
            null, new Dictionary<string, RegistryCredentials>(StringComparer.Ordinal) { [_registry.Address] = TestRegistry.Login }));
        return (await client.ReferrersAsync(pushed.Reference, pushed.Digest, CancellationToken.None)).Select(one => one.ArtifactType);
    }

    [Test]
    public async Task A_refused_push_says_registry_user_and_reference()
    {
        var image = await BuildAsync();
        var error = await Fault.OfAsync<MultiStageException>(
            () => _work.Cake.MultiStagePushAsync(image, Settings(new RegistryCredentials("robot", "mistaken"), Reference)));
        Assert.That(error.Message,
            Does.Contain(Reference).And.Contain($"to {_registry.Address} failed").And.Contain("user 'robot'").And.Not.Contain("mistaken"));
    }

    [Test]
    public async Task A_push_without_a_login_says_how_to_make_one()
    {
        var image = await BuildAsync();
        var error = await Fault.OfAsync<MultiStageException>(() => _work.Cake.MultiStagePushAsync(image, Settings(login: null, Reference)));
        Assert.That(error.Message, Does.Contain($"docker login {_registry.Address}"));
    }

    [TestCase(BuilderKind.BuildKit)]
    [TestCase(BuilderKind.Legacy)]
    public async Task A_base_image_is_pulled_with_the_login(BuilderKind builder)
    {
        await _work.Cake.MultiStagePushAsync(await BuildAsync(), Settings(TestRegistry.Login, Reference));
        await _work.Engine.UntagAsync(Reference);
        await BuildOnPushedAsync(builder, TestRegistry.Login);
        Assert.That(await _work.Engine.ReadFileAsync(_work.Tag, "/copied"), Is.EqualTo("built\n"));
    }

    [TestCase(BuilderKind.BuildKit)]
    [TestCase(BuilderKind.Legacy)]
    public async Task A_base_image_behind_a_login_is_not_had_with_another_password(BuilderKind builder)
    {
        await _work.Cake.MultiStagePushAsync(await BuildAsync(), Settings(TestRegistry.Login, Reference));
        await _work.Engine.UntagAsync(Reference);
        var error = await Fault.OfAsync<MultiStageException>(() => BuildOnPushedAsync(builder, new RegistryCredentials("robot",
            "mistaken")));
        Assert.That(error.Message,
            Does.Contain(Reference).And.Contain($"from {_registry.Address} failed").And.Contain("user 'robot'")
                .And.Not.Contain("mistaken"));
    }

    private Task<BuiltImage> BuildAsync() => _work.BuildAsync(
        _work.Project(settings =>
        {
            settings.Commands.Add($"echo {_work.Repository} > /id && echo built > /out");
            settings.Artifacts.Add("/out");
            settings.Artifacts.Add("/id");
        }),
        BuilderKind.BuildKit);

    private Task<BuiltImage> BuildOnPushedAsync(BuilderKind builder, RegistryCredentials login) => _work.BuildAsync(
        _work.Project(settings =>
        {
            settings.BuilderImage = Reference;
            settings.Artifacts.Add("/out", "/copied");
        }),
        builder,
        settings => settings.RegistryCredentials[_registry.Address] = login);

    /// <summary>What the log says of a reference's layers.</summary>
    private IEnumerable<string> Layers(string reference) =>
        _work.Log.Lines.Where(line => line.StartsWith($"push {reference} layer ", StringComparison.Ordinal))
            .Select(line => line[(line.LastIndexOf(": ", StringComparison.Ordinal) + 2)..]);

    private MultiStagePromoteSettings Promotion() =>
        new() { RegistryCredentials = new Dictionary<string,
            RegistryCredentials>(StringComparer.Ordinal) { [_registry.Address] = TestRegistry.Login } };

    private MultiStagePushSettings Settings(RegistryCredentials? login, params string[] references)
    {
        var settings = new MultiStagePushSettings { References = [.. references] };
        if (login is not null)
        {
            settings.RegistryCredentials[_registry.Address] = login;
        }

        return settings;
    }
}
