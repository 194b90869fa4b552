using Cake.MultiStage.Building;
using Cake.MultiStage.Contexts;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Builds;

/// <summary>A plan says of each build why it is needed, as far as that shows without an engine.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PlanReasonsTests : IDisposable
{
    private static readonly PlannedHow UpToDate = new(UpToDate: true, InRegistry: false, IsForced: false);

    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _store = new();

    public void Dispose()
    {
        _folder.Dispose();
        _store.Dispose();
    }

    [Test]
    public async Task What_changed_since_the_last_build_here_is_told_and_nothing_where_nothing_did()
    {
        _folder.File("main.go", "package main");
        Assert.That(await ReasonsAsync(Request), Is.EqualTo(["no earlier build of it is known here"]));

        await KeepAsync(Request);
        Assert.That(await ReasonsAsync(Request), Is.Empty);

        _folder.File("main.go", "package main // another");
        Assert.That(await ReasonsAsync(Request), Is.EqualTo(["main.go changed"]));
        Assert.That(await ReasonsAsync(Request with { BuildArguments = Values("VERSION", "2") }),
            Is.EqualTo(["main.go changed", "argument VERSION is new: 2"]));
    }

    [Test]
    public async Task What_it_uses_and_what_is_asked_for_are_reasons_too()
    {
        _folder.File("main.go", "package main");
        await KeepAsync(Request);

        Assert.That(await ReasonsAsync(Request, earlier: "platform"), Is.EqualTo(["'platform' is built first, which it uses"]));
        Assert.That(await ReasonsAsync(Request, UpToDate with { IsForced = true }), Is.EqualTo(["it is asked for"]));
        Assert.That(await ReasonsAsync(Request, UpToDate with { UpToDate = false }), Is.EqualTo(["UpToDate is off"]));
        Assert.That(await ReasonsAsync(Request with { Name = "other" }, new(UpToDate: false, InRegistry: true, IsForced: false)),
            Is.EqualTo(["no earlier build of it is known here; its registry is asked first"]));
        Assert.That(
            await new PlanReasons(Hashes, kept: null).OfAsync(Request, UpToDate, ["NPM_TOKEN"], [], CancellationToken.None),
            Has.One.StartsWith("the value of argument NPM_TOKEN looks like a secret"));
    }

    [Test]
    public void A_plan_shows_the_reasons_behind_each_build()
    {
        var plan = new BuildPlan
        {
            Builds =
            [
                new PlannedBuild(Request) { Name = "a", Reasons = [] },
                new PlannedBuild(Request) { Name = "b", Reasons = ["x changed", "y changed", "z changed", "q changed"] },
                new PlannedBuild(Request) { Name = "c" },
            ],
        };

        Assert.That(plan.ToString(), Is.EqualTo(
            """
            1. a: nothing changed
            1. b: x changed, y changed, z changed and 1 more
            1. c

            """));
    }

    private BuildRequest Request => new()
    {
        Name = "orders",
        Dockerfile = new Dockerfile { Stages = [Stage.From("golang:1.25").Copy(".", "/src")] },
        ContextDirectory = _folder.Path,
    };

    private FileHashes Hashes => new(kept: null, FileState.Read, TimeProvider.System);

    private Task<IReadOnlyList<string>> ReasonsAsync(BuildRequest request, PlannedHow? how = null, params string[] earlier) =>
        new PlanReasons(Hashes, new KeptBuilds(_store.Path)).OfAsync(request, how ?? UpToDate, [], earlier, CancellationToken.None);

    /// <summary>Keeps what a build on an engine of another platform, with a base image that it asked for, would have kept.</summary>
    private async Task KeepAsync(BuildRequest request)
    {
        var context = await request.CollectContextAsync(CancellationToken.None);
        var contents = await Hashes.OfAsync(context, request.Name, CancellationToken.None);
        var bases = Values("golang:1.25", "sha256:1");
        var inputs = BuildInputs.Of(request, contents, bases, BuilderKind.Legacy, new Platform("linux", "arm64"));
        await new KeptBuilds(_store.Path).KeepAsync(request, inputs, CancellationToken.None);
    }

    private static Dictionary<string, string> Values(string name, string value) => new(StringComparer.Ordinal) { [name] = value };
}
