using Cake.Core;
using Cake.Core.IO;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects;
using Moq;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Builds;

/// <summary>Many builds run in the order that their descriptions ask for, and each comes to an end that is told.</summary>
public sealed class BuildPlanTests
{
    private static readonly ImageProject Platform = Project("platform", "alpine:3.20");
    private static readonly ImageProject Orders = Project("orders", "shop/platform:1");
    private static readonly ImageProject Web = Project("web", "golang:1.25", Stage.From(StageBase.Scratch).Named("x")
        .CopyFrom("shop/orders:1", "/a", "/a"));

    [Test]
    public void What_others_start_from_and_copy_from_comes_first_whatever_the_order()
    {
        const string Expected =
            """
            1. platform → shop/platform:1
            2. orders → shop/orders:1 (after platform for shop/platform:1)
            3. web → shop/web:1 (after orders for shop/orders:1)

            """;
        Assert.That(Plan([Web, Orders, Platform]).ToString(), Is.EqualTo(Expected));
        Assert.That(Plan([Orders, Platform, Web]).ToString(), Is.EqualTo(Expected));
    }

    [Test]
    public void Contexts_are_needs_too()
    {
        var byImage = Web with { Contexts = Context(NamedContext.Image("shop/platform:1")) };
        var byProject = Web with { Contexts = Context(NamedContext.Project(Platform)) };
        Assert.That(Plan([byImage, Platform]).Builds[1].Needs, Is.EqualTo([new BuildNeed("platform", "shop/platform:1")]));
        Assert.That(Plan([byProject, Platform]).Builds[1].Needs, Is.EqualTo([new BuildNeed("platform", "context 'golang:1.25'")]));
    }

    [Test]
    public void Builds_that_wait_for_each_other_are_told()
    {
        var platform = Project("platform", "shop/web:1");
        Assert.That(Assert.Throws<MultiStageException>(() => Plan([Web, Orders, platform]))!.Message,
            Does.Contain("'web' → 'orders' → 'platform' → 'web'"));
    }

    [Test]
    public void Two_that_give_the_same_tag_are_told() =>
        Assert.That(Assert.Throws<MultiStageException>(() => Plan([Web, Web]))!.Message, Does.Contain("'web' and 'web #2'")
            .And.Contain("shop/web:1"));

    [Test]
    public void A_matrix_makes_a_build_for_each_of_its_cells_with_tags_of_their_own()
    {
        var plan = Plan([Platform, Orders], all =>
        {
            all.Platforms = ["linux/amd64", "linux/arm64"];
            all.Matrix["VERSION"] = ["3.12", "3.13"];
        });
        Assert.That(plan.Builds.Select(build => (build.Name, Tag: build.Tags.Single().ToString())).Take(2), Is.EqualTo(new[]
        {
            ("platform (linux/amd64, VERSION=3.12)", "shop/platform:1-linux-amd64-3.12"),
            ("platform (linux/amd64, VERSION=3.13)", "shop/platform:1-linux-amd64-3.13"),
        }));
        Assert.That(plan.Builds, Has.Count.EqualTo(8));
        Assert.That(plan.Builds[^1].Request.Platforms.Select(platform => platform.ToString()), Is.EqualTo(["linux/arm64"]));
    }

    [TestCase(1, false)]
    [TestCase(8, true)]
    public async Task Each_build_begins_when_what_it_needs_has_ended_and_no_more_run_than_may(int parallel, bool keepGoing)
    {
        List<string> ended = [];
        var (running, most) = (0, 0);
        var plan = Plan([Web, Orders, Platform, Project("other", "alpine:3.20"), Project("third", "alpine:3.20")]);
        var outcomes = await new PlanRunner(parallel, keepGoing).RunAsync(
            plan,
            async (build, token) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                Assert.That(build.Needs.Select(need => need.Build), Is.SubsetOf(ended));
                await Task.Delay(20, token);
                lock (ended)
                {
                    ended.Add(build.Name);
                }

                Interlocked.Decrement(ref running);
                return Image();
            },
            CancellationToken.None);
        Assert.That(outcomes.Select(outcome => outcome.Name), Is.EqualTo(plan.Builds.Select(build => build.Name)));
        Assert.That(outcomes.Select(outcome => outcome.Image), Has.None.Null);
        Assert.That(most, Is.LessThanOrEqualTo(parallel));
    }

    [TestCase(false, "orders platform web")]
    [TestCase(true, "orders web")]
    public async Task A_failure_stops_what_needs_it_and_as_asked_the_rest(bool keepGoing, string missing)
    {
        var platform = Platform with { Tags = [ImageReference.Parse("shop/platform:2")] };
        var outcomes = await new PlanRunner(4, keepGoing).RunAsync(
            Plan([Orders, platform, Web]),
            async (build, token) =>
            {
                if (build.Name == "orders")
                {
                    throw new MultiStageException("It does not compile.");
                }

                await Task.Delay(TimeSpan.FromMilliseconds(keepGoing ? 1 : 5000), token);
                return Image();
            },
            CancellationToken.None);
        var failed = new BuildAllFailedException(outcomes);
        var without = outcomes.Where(outcome => outcome.Image is null).Select(outcome => outcome.Name);
        Assert.That(string.Join(' ', without.Order(StringComparer.Ordinal)), Is.EqualTo(missing));
        Assert.That(failed.Message, Does.StartWith("Of 3 builds 1 failed:\n[orders] It does not compile.").And.Contain("web"));
        Assert.That(outcomes.Single(outcome => outcome.Name == "web").ToString(),
            Is.EqualTo("web: skipped, since 'orders' is missing, which it needs"));
    }

    [Test]
    public async Task A_stop_stops_all()
    {
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAsync<OperationCanceledException>(() => new PlanRunner(1, true).RunAsync(
            Plan([Orders, Platform]),
            async (_, token) =>
            {
                await stop.CancelAsync();
                token.ThrowIfCancellationRequested();
                return Image();
            },
            stop.Token));
    }

    [Test]
    public void Nothing_to_build_and_no_place_to_build_are_told()
    {
        Assert.That(Assert.Throws<MultiStageException>(() => Plan([]))!.Message, Does.Contain("no description"));
        Assert.That(Assert.Throws<MultiStageException>(() => Plan([Web], all => all.Parallel = 0))!.Message, Does.Contain("Parallel is 0"));
    }

    [Test]
    public void What_became_of_a_build_is_told_in_a_line()
    {
        Assert.That(new BuildOutcome("web") { Image = Image() with { UpToDate = true } }.ToString(), Is.EqualTo("web: up to date"));
        Assert.That(
            new BuildOutcome("web") { Image = Image() with { Reasons = ["a.go changed", "b", "c"] }, Duration = TimeSpan.FromSeconds(2) }
                .ToString(),
            Is.EqualTo("web: built in 2.0s, since a.go changed and 2 more"));
    }

    private static BuildPlan Plan(IReadOnlyList<ImageProject> projects, Action<MultiStageBuildAllSettings>? configure = null)
    {
        var settings = new MultiStageBuildAllSettings();
        configure?.Invoke(settings);
        return new PlannedBuilds(projects, settings, Mock.Of<ICakeEnvironment>(environment =>
            environment.WorkingDirectory == new DirectoryPath(AppContext.BaseDirectory))).Plan;
    }

    private static Dictionary<string, NamedContext> Context(NamedContext context) =>
        new(StringComparer.Ordinal) { ["golang:1.25"] = context };

    private static ImageProject Project(string name, string image, params Stage[] stages) => new()
    {
        Name = name,
        ContextDirectory = "/" + name,
        Builder = Stage.From(image).Named("builder"),
        Stages = stages,
        Artifacts = [new Artifact("/a", "/a"), .. stages.Select(stage => new Artifact("/a", "/b") { From = stage.Name! })],
        Tags = [ImageReference.Parse($"shop/{name}:1")],
    };

    private static BuiltImage Image() => new()
    {
        Id = Digest.Parse("sha256:" + new string('1', 64)),
        Platform = new Platform("linux", "amd64"),
        Engine = new EngineEndpoint(new Uri("unix:///x"), "the test"),
    };
}
