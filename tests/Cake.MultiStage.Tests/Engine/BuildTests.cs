using System.Text.Json;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Dockerfiles.Reading;
using Cake.MultiStage.Engine.BuildKit;
using Cake.MultiStage.Engine.Builds;
using Cake.MultiStage.Engine.Grpc;
using Cake.MultiStage.Images;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Engine;

public sealed class BuildTests : EngineFixture
{
    [Test]
    public async Task A_build_by_BuildKit_has_an_id_a_platform_and_steps()
    {
        Daemon.Builds(Recorded.Stream("buildkit-two-stages"));
        var image = await BuildAsync();
        Assert.Multiple(() =>
        {
            Assert.That(image.Id.ToString(), Is.EqualTo("sha256:1bc99fab42ffb6eeb89c635157828047110023c3629e7bd541420c9905404029"));
            Assert.That(image.Platform, Is.EqualTo(new Platform("linux", "arm", "v7")));
            Assert.That(image.Engine, Is.EqualTo(Daemon.Endpoint));
            Assert.That(image.Steps.Select(step => step.Stage).OfType<string>().Distinct(StringComparer.Ordinal),
                Is.EquivalentTo(["left", "right", "stage-2"]));
            Assert.That(image.Steps.Single(step => step.Name.StartsWith("[left 2/2] RUN echo left", StringComparison.Ordinal)).Duration,
                Is.GreaterThan(TimeSpan.FromSeconds(0.3)));
        });
    }

    [Test]
    public async Task A_cached_build_says_so_of_each_step()
    {
        Daemon.Builds(Recorded.Stream("buildkit-cached"));
        var image = await BuildAsync();
        var steps = image.Steps.Where(step => step.Stage is not null).ToList();
        Assert.That(steps.Where(step => !step.Name.Contains("FROM", StringComparison.Ordinal)).Select(step => (step.Cached, step.Duration)),
            Is.EqualTo(Enumerable.Repeat((true, TimeSpan.Zero), 5)));
    }

    [Test]
    public async Task Output_belongs_to_the_step_that_wrote_it_even_in_parallel_stages()
    {
        Daemon.Builds(Recorded.Stream("buildkit-two-stages"));
        await BuildAsync();
        Assert.Multiple(() =>
        {
            Assert.That(Observer.Output("[left 2/2]"), Is.EqualTo(["left"]));
            Assert.That(Observer.Output("[right 2/2]"), Is.EqualTo(["right 1", "right 2", "right 3", "100%", "err"]));
        });
    }

    [Test]
    public async Task Every_step_starts_once_and_ends_once_after_its_output()
    {
        Daemon.Builds(Recorded.Stream("buildkit-two-stages"));
        await BuildAsync();
        foreach (var step in Observer.Finished.Select(finished => finished.Step))
        {
            var events = Observer.Events.Where(
                happened => happened is StepStarted started && started.Step == step
                    || happened is StepOutput output && output.Step == step
                    || happened is StepFinished finished && finished.Step == step).ToList();
            Assert.That((events.OfType<StepStarted>().Count(), events.OfType<StepFinished>().Count(), events[0] is StepStarted,
                events[^1] is StepFinished), Is.EqualTo((1, 1, true, true)), step.Text);
        }
    }

    [Test]
    public async Task A_failing_RUN_is_told_with_stage_instruction_line_and_output()
    {
        Daemon.Builds(Recorded.Stream("buildkit-failing-run"));
        var exception = await FailureAsync(Recorded.Failing, BuilderKind.BuildKit);
        Assert.Multiple(() =>
        {
            Assert.That((exception.Stage, exception.Line), Is.EqualTo(("builder", 4)));
            Assert.That(exception.Instruction, Does.StartWith("RUN echo \"compiling\""));
            Assert.That(exception.Output, Is.EqualTo(["main.c:3: error: ünknown", "compiling"]));
            Assert.That(exception.Message,
                Does.Contain("The build failed in stage 'builder' at line 4").And.Contain("exit code: 3")
                    .And.Contain("  main.c:3: error: ünknown").And.EndsWith("No tag was moved."));
            Assert.That(Observer.Finished.Last().Error, Does.Contain("exit code: 3"));
        });
    }

    [Test]
    public async Task A_missing_file_is_told_with_the_COPY_that_wants_it()
    {
        Daemon.Builds(Recorded.Stream("buildkit-missing-file"));
        var exception = await FailureAsync(Recorded.MissingFile, BuilderKind.BuildKit);
        Assert.That((exception.Stage, exception.Line, exception.Instruction), Is.EqualTo(("builder", 2, "COPY hello.txt ./")));
        Assert.That(exception.Message, Does.Contain("\"/missing.txt\" not found"));
    }

    [Test]
    public async Task The_legacy_builder_gives_the_same()
    {
        Daemon.Builds(Recorded.Stream("legacy-two-stages"));
        var image = await BuildAsync(builder: BuilderKind.Legacy);
        Assert.Multiple(() =>
        {
            Assert.That(image.Id.ToString(), Does.StartWith("sha256:ccfa08fd138c"));
            Assert.That(image.Steps.Select(step => step.Stage),
                Is.EqualTo(["left", "left", "right", "right", "stage-2", "stage-2", "stage-2", "stage-2", "stage-2"]));
            Assert.That(image.Steps.Any(step => step.Cached), Is.False);
            Assert.That(Observer.Output("[left 2/2]"), Is.EqualTo(["left"]));
            Assert.That(Observer.Output("[right 2/2]"), Is.EqualTo(["right 1", "right 2", "right 3", "err", "100%"]));
        });
    }

    [TestCase("unable to find image \"sha256:0123456789012345678901234567890123456789012345678901234567890123\"")]
    [TestCase("failed to export layer: NotFound: lease does not exist: not found")]
    [TestCase("failed to prepare extraction snapshot \"extract-6197067-_Ovn sha256:0f4b\": parent snapshot sha256:"
        + "0123456789012345678901234567890123456789012345678901234567890123 does not exist: not found")]
    [TestCase("failed to export layer: CreateDiff: mount callback failed on /a: mount callback failed on /b: failed to commit: rename /c")]
    public async Task Where_the_engine_comes_across_itself_it_is_tried_again(string error)
    {
        var builds = 0;
        var refused = System.Text.Json.JsonSerializer.Serialize(new { errorDetail = new { message = error }, error });
        Daemon.On("/v1.41/build", async exchange =>
        {
            await exchange.ReadBodyAsync();
            await exchange.AnswerAsync(200, ++builds < 3 ? refused + "\n" : Recorded.Stream("legacy-two-stages"));
        });
        Assert.That((await BuildAsync(builder: BuilderKind.Legacy)).Id.ToString(), Does.StartWith("sha256:ccfa08fd138c"));
        Assert.That(Observer.Events.OfType<BuildWarning>().Count(warning => warning.Text.Contains("tried again", StringComparison.Ordinal)),
            Is.EqualTo(2));
    }

    [Test]
    public async Task The_legacy_builder_tells_the_ids_of_the_other_stages_which_stay()
    {
        Daemon.Builds(Recorded.Stream("legacy-two-stages"));
        var image = await BuildAsync(builder: BuilderKind.Legacy);
        Assert.That(image.Record!.Stages.Select(stage => stage.Id?.Abbreviated),
            Is.EqualTo(["b6d943d22067", "593aaafebcd5", image.Id.Abbreviated]));
        Assert.That(Daemon.Requests, Has.None.StartsWith("DELETE "));
    }

    [Test]
    public async Task A_cached_build_of_the_legacy_builder_says_so_of_each_instruction()
    {
        Daemon.Builds(Recorded.Stream("legacy-cached"));
        var image = await BuildAsync(builder: BuilderKind.Legacy);
        Assert.That(image.Steps.Where(step => !step.Name.Contains("] FROM", StringComparison.Ordinal)).Select(step => step.Cached),
            Is.EqualTo(Enumerable.Repeat(true, 6)));
    }

    [Test]
    public async Task A_failing_RUN_of_the_legacy_builder_is_told_alike()
    {
        Daemon.Builds(Recorded.Stream("legacy-failing-run"));
        var exception = await FailureAsync(Recorded.Failing, BuilderKind.Legacy);
        Assert.Multiple(() =>
        {
            Assert.That((exception.Stage, exception.Line), Is.EqualTo(("builder", 4)));
            Assert.That(exception.Output, Is.EqualTo(["main.c:3: error: ünknown", "compiling"]));
            Assert.That(exception.Message, Does.Contain("returned a non-zero code: 3"));
        });
    }

    [Test]
    public async Task A_missing_file_of_the_legacy_builder_is_told_alike()
    {
        Daemon.Builds(Recorded.Stream("legacy-missing-file"));
        var exception = await FailureAsync(Recorded.MissingFile, BuilderKind.Legacy);
        Assert.That((exception.Stage, exception.Line, exception.Instruction), Is.EqualTo(("builder", 2, "COPY hello.txt ./")));
    }

    [Test]
    public async Task Arguments_before_the_first_FROM_are_steps_of_the_legacy_builder_too()
    {
        string[] lines =
        [
            "Step 1/5 : ARG BASE=busybox:stable", "Step 2/5 : ARG OTHER", "Step 3/5 : FROM ${BASE} AS builder", " ---> 3571829e3a7d",
            "Step 4/5 : RUN true", " ---> Using cache", " ---> 4571829e3a7d", "Step 5/5 : RUN exit 3", " ---> Running in 5571829e3a7d",
        ];
        Daemon.Builds(string.Concat(lines.Select(line => JsonSerializer.Serialize(new { stream = line + "\n" }) + "\n"))
            + """{"errorDetail":{"code":3,"message":"returned a non-zero code: 3"},"error":"returned a non-zero code: 3"}""" + "\n");
        var dockerfile = new Dockerfile
        {
            Arguments = [new ArgInstruction("BASE", "busybox:stable"), new ArgInstruction("OTHER")],
            Stages = [Stage.From("${BASE}").Named("builder").Run("true").Run("exit 3")],
        };
        var exception = await FailureAsync(dockerfile, BuilderKind.Legacy);
        var text = dockerfile.ToString().Split('\n');
        Assert.That((exception.Stage, exception.Instruction), Is.EqualTo(("builder", "RUN exit 3")));
        Assert.That(text[exception.Line!.Value - 1], Is.EqualTo("RUN exit 3"));
        var steps = Observer.Finished.Where(step => step.Step.Stage is not null).ToList();
        Assert.That(steps.Select(step => (step.Step.Stage, step.Step.Position, step.Cached, step.Error is null)), Is.EqualTo(
            [("builder", 1, false, true), ("builder", 2, true, true), ("builder", 3, false, false)]));
    }

    [TestCase("""{"error":"went wrong"}""")]
    [TestCase("""{"errorDetail":{"message":"went wrong"}}""")]
    [TestCase("""{"errorDetail":null,"error":"went wrong"}""")]
    [TestCase("""{"errorDetail":{"code":1,"message":"went wrong"},"error":"older form"}""")]
    public async Task An_error_line_ends_the_build_in_either_form(string line)
    {
        Daemon.Builds(line + "\n");
        Assert.That((await FailureAsync(Recorded.Failing, BuilderKind.BuildKit)).Message, Does.Contain("Reason: went wrong"));
        Assert.That((await FailureAsync(Recorded.Failing, BuilderKind.Legacy)).Message, Does.Contain("Reason: went wrong"));
    }

    [Test]
    public async Task A_syntax_error_is_told_with_its_line()
    {
        Daemon.Builds("""{"errorDetail":{"message":"failed to solve: dockerfile parse error on line 4: unknown flag"}}""" + "\n");
        var exception = await FailureAsync(Recorded.Failing, BuilderKind.BuildKit);
        Assert.That((exception.Stage, exception.Line), Is.EqualTo(("builder", 4)));
    }

    [Test]
    public async Task The_legacy_builder_gets_the_build_context_with_the_Dockerfile()
    {
        byte[] body = [];
        Daemon.On("/v1.41/build", async exchange =>
        {
            body = await exchange.ReadBodyAsync();
            await exchange.StreamAsync(Recorded.Stream("legacy-two-stages"));
            await exchange.EndAsync();
        });
        await BuildAsync(builder: BuilderKind.Legacy);
        using var reader = new System.Formats.Tar.TarReader(new MemoryStream(body));
        List<string> names = [];
        while (await reader.GetNextEntryAsync() is { } entry)
        {
            names.Add(entry.Name);
        }

        Assert.That(names, Is.EqualTo([".multistage.Dockerfile", ".dockerignore", "hello.txt"]));
    }

    [Test]
    public void The_query_of_the_legacy_builder_says_all_that_is_asked()
    {
        Assert.That(BuildQuery.Of(Everything() with { Network = "mine" }),
            Is.EqualTo(
                "/build?version=1&dockerfile=.multistage.Dockerfile&rm=1&forcerm=1&t=h.io%3A5%2Fapp%3A1&target=stage-2&"
                    + "buildargs=%7B%22A%22%3A%221%22%2C%22B%22%3A%222%20%5Cu0026%22%7D&labels=%7B%22l%22%3A%22v%22%7D&"
                    + "platform=linux%2Farm64&networkmode=mine&nocache=1&pull=1"));
    }

    [Test]
    public void The_order_to_BuildKit_says_all_that_is_asked()
    {
        var order = SolveOrder.Of(Everything(), "the-session");
        Assert.Multiple(() =>
        {
            Assert.That((order.Session, order.Frontend, order.Internal), Is.EqualTo(("the-session", "dockerfile.v0", false)));
            Assert.That(order.FrontendAttrs, Is.EquivalentTo(new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["filename"] = ".multistage.Dockerfile",
                ["image-resolve-mode"] = "pull",
                ["target"] = "stage-2",
                ["platform"] = "linux/arm64",
                ["no-cache"] = "",
                ["build-arg:A"] = "1",
                ["build-arg:B"] = "2 &",
                ["label:l"] = "v",
                ["force-network-mode"] = "host",
            }));
            Assert.That(order.Entitlements, Is.EqualTo(["network.host"]));
            Assert.That(order.Cache.Exports, Is.Empty);
        });
    }

    [Test]
    public void The_exporter_is_said_in_the_form_of_old_and_new_engines()
    {
        var order = SolveOrder.Of(Request() with { Tags = [ImageReference.Parse("h.io:5/app:1"), ImageReference.Parse("b:2")] }, "s");
        Assert.Multiple(() =>
        {
            Assert.That(order.Exporters.Single().Type, Is.EqualTo("moby"));
            Assert.That(order.Exporters.Single().Attrs["name"], Is.EqualTo("h.io:5/app:1,b:2"));
            Assert.That(order.ExporterDeprecated, Is.EqualTo("moby"));
            Assert.That(order.ExporterAttrsDeprecated, Is.EqualTo(order.Exporters.Single().Attrs));
            Assert.That(SolveOrder.Of(Request(), "s").ExporterAttrsDeprecated, Is.Empty, "an image without a tag has no name");
        });
    }

    [Test]
    public void Times_are_rewritten_by_BuildKits_own_exporter_under_full_names()
    {
        var order = SolveOrder.Of(
            Request() with { Reproducible = true, Tags = [ImageReference.Parse("a:1"), ImageReference.Parse("r.io/b")] }, "s");
        Assert.That(order.Exporters.Single().Type, Is.EqualTo("image"));
        Assert.That(order.Exporters.Single().Attrs, Is.EquivalentTo(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["name"] = "docker.io/library/a:1,r.io/b",
            ["rewrite-timestamp"] = "true",
            ["dangling-name-prefix"] = "moby-dangling",
        }));
    }

    [Test]
    public void An_engine_that_rewrites_no_times_is_refused()
    {
        var request = Request() with { Reproducible = true };
        Assert.That(BuilderFacts.AreNeededFor(request), Is.True);
        Assert.That(() => new BuilderFacts("28.5.2", ImageStore.Graphdriver).Check(request, Daemon.Endpoint),
            Throws.InstanceOf<Cake.MultiStage.Engine.EngineException>().With.Message.Contains("which Reproducible asks for"));
        Assert.That(() => new BuilderFacts("28.5.2", ImageStore.Containerd).Check(request, Daemon.Endpoint), Throws.Nothing);
    }

    [TestCase("yesterday")]
    [TestCase("-1")]
    [TestCase("999999999999999")]
    public async Task A_time_that_is_none_is_refused(string epoch)
    {
        Daemon.BuildKit.Labels = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["org.mobyproject.buildkit.worker.snapshotter"] = "overlayfs",
            ["org.mobyproject.buildkit.worker.executor"] = "containerd",
        };
        using var connection = await ConnectAsync();
        var request = Request() with
        {
            Reproducible = true,
            BuildArguments = new Dictionary<string, string>(StringComparer.Ordinal) { [BuildRequest.EpochArgument] = epoch },
        };
        Assert.That(() => new ImageBuildService(connection).BuildAsync(request, Observer, CancellationToken.None),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains($"'{epoch}', which is not a number of seconds"));
    }

    [Test]
    public async Task The_legacy_builder_rewrites_no_times_and_is_refused()
    {
        using var connection = await ConnectAsync();
        var request = Request(builder: BuilderKind.Legacy) with { Reproducible = true };
        Assert.That(() => new ImageBuildService(connection).BuildAsync(request, Observer, CancellationToken.None),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("the legacy builder rewrites no times"));
    }

    [TestCase("1", 1)]
    [TestCase("0", 0)]
    public void A_cache_within_the_image_is_asked_for_by_the_build_argument(string value, int exports)
    {
        var order = SolveOrder.Of(
            Request() with { BuildArguments = new Dictionary<string, string>(StringComparer.Ordinal)
                { ["BUILDKIT_INLINE_CACHE"] = value } }, "s");
        Assert.That(order.Cache.Exports.Count(entry => entry.Type == "inline"), Is.EqualTo(exports));
    }

    [TestCase("s", 0)]
    [TestCase("t", 2)]
    public void Files_of_a_stage_are_asked_for_without_an_image(string session, int elsewhere)
    {
        var request = Request() with { BuildArguments = new Dictionary<string, string>(StringComparer.Ordinal)
            { ["BUILDKIT_MULTI_PLATFORM"] = "1", ["BUILDKIT_INLINE_CACHE"] = "1" } };
        var order = SolveOrder.OfFiles(request, session, "s");
        Assert.That((order.Exporters.Single().Type, order.ExporterDeprecated, order.Session), Is.EqualTo(("local", "local", session)));
        Assert.That(order.Cache.Exports, Is.Empty);
        Assert.That(order.FrontendAttrs.Keys, Has.None.Contains("MULTI_PLATFORM"), "which would put them into a folder for each platform");
        Assert.That(order.FrontendAttrs.Count(pair => pair.Key.StartsWith("local-sessionid:", StringComparison.Ordinal)
            && pair.Value == "s"), Is.EqualTo(elsewhere));
    }

    [Test]
    public void A_network_that_BuildKit_does_not_have_is_refused_before_anything_is_sent()
    {
        Assert.That(() => SolveOrder.Of(Request() with { Network = "mine" }, "s"),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("'mine'").And.Message.Contains("BuilderKind.Legacy"));
    }

    [Test]
    public async Task Every_other_stage_is_looked_at_in_the_session_of_the_build_and_let_go()
    {
        Daemon.Builds(Recorded.Stream("buildkit-two-stages"));
        var image = await BuildAsync();
        var stages = Daemon.BuildKit.Solves.Where(solve => solve.Internal).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(stages.Select(solve => solve.FrontendAttrs["target"]), Is.EquivalentTo(["left", "right"]));
            Assert.That(stages.Select(solve => solve.Session).Distinct(StringComparer.Ordinal),
                Is.EqualTo([Daemon.BuildKit.Solves.Single(solve => !solve.Internal).Session]));
            Assert.That(stages.Select(solve => solve.Exporters.Single().Attrs["name"]),
                Is.Unique.And.All.StartsWith("cake-multistage-temporary:"));
            Assert.That(stages.Select(solve => solve.FrontendAttrs["label:org.cake-multistage.temporary"]), Is.Unique,
                "the image is nobody else's");
            Assert.That(image.Record!.Stages.Select(stage => (stage.Name, stage.Base)),
                Is.EqualTo([("left", "busybox:stable"), ("right", "busybox:stable"), ("stage-2", "scratch")]));
            Assert.That(image.Record.Stages.Select(stage => stage.Layers), Has.None.Null);
            Assert.That(image.Record.Stages.Select(stage => stage.Id), Is.EqualTo([null, null, image.Id]));
            foreach (var name in stages.Select(solve => solve.Exporters.Single().Attrs["name"]))
            {
                Assert.That(Daemon.Requests, Has.Some.StartsWith($"DELETE /v1.41/images/{name}"));
            }
        });
    }

    [Test]
    public async Task Stages_are_looked_at_while_the_image_is_built()
    {
        Daemon.Builds(Recorded.Stream("buildkit-two-stages"));
        var outcome = Daemon.BuildKit.Outcome;
        var looks = new SemaphoreSlim(0);
        Daemon.BuildKit.Outcome = async (request, call) =>
        {
            // The image is not there before both stages have been asked for.
            for (var look = 0; !request.Internal && look < 2; look++)
            {
                await looks.WaitAsync(call.CancellationToken);
            }

            looks.Release();
            return await outcome(request, call);
        };
        var image = await BuildAsync();
        Assert.That(image.Record!.Stages.Select(stage => stage.Layers), Has.None.Null);
    }

    [TestCase(true, "0")]
    [TestCase(false, "1")]
    public async Task Stages_wait_for_the_image_where_the_cache_is_passed_over_or_exported(bool noCache, string inlineCache)
    {
        Daemon.Builds(Recorded.Stream("buildkit-two-stages"));
        var outcome = Daemon.BuildKit.Outcome;
        var isBuilt = false;
        List<bool> looked = [];
        Daemon.BuildKit.Outcome = (request, call) =>
        {
            lock (looked)
            {
                isBuilt |= !request.Internal;
                looked.AddRange(request.Internal ? [isBuilt] : []);
            }

            return outcome(request, call);
        };
        using var connection = await ConnectAsync();
        var arguments = new Dictionary<string, string>(StringComparer.Ordinal) { ["BUILDKIT_INLINE_CACHE"] = inlineCache };
        await new ImageBuildService(connection).BuildAsync(Request() with { NoCache = noCache, BuildArguments = arguments }, Observer,
            CancellationToken.None);
        Assert.That(looked, Is.EqualTo([true, true]));
    }

    [Test]
    public async Task A_failed_build_says_nothing_of_the_stages_that_failed_with_it()
    {
        Daemon.Builds(Recorded.Stream("buildkit-failing-run"));
        await FailureAsync(Recorded.Failing, BuilderKind.BuildKit);
        Assert.That(Observer.Events.OfType<BuildWarning>()
            .Where(warning => warning.Text.Contains("size of stage", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task What_looks_like_a_secret_is_in_no_record()
    {
        Daemon.Builds(Recorded.Stream("buildkit-two-stages"));
        using var connection = await ConnectAsync();
        var arguments = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["NPM_TOKEN"] = "npm_12345",
            ["FEED"] = "https://me:hush-hush@feed.example.com/v3",
            ["VERSION"] = "1.2.34567",
        };
        var image = await new ImageBuildService(connection).BuildAsync(Request() with { BuildArguments = arguments }, Observer,
            CancellationToken.None);
        Assert.That(image.Record!.BuildArguments, Is.EquivalentTo(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["NPM_TOKEN"] = "***",
            ["FEED"] = "https://me:***@feed.example.com/v3",
            ["VERSION"] = "1.2.34567",
        }));
        Assert.That(image.Record.Asked!.Masked, Is.EqualTo(["FEED", "NPM_TOKEN"]));
        Assert.That(Daemon.BuildKit.Solves.First(solve => !solve.Internal).FrontendAttrs["build-arg:NPM_TOKEN"], Is.EqualTo("npm_12345"),
            "the build has the value");
    }

    [Test]
    public async Task A_default_that_looks_like_a_secret_is_in_no_record()
    {
        const string Text = "ARG FEED_PASSWORD=hush-hush\nFROM scratch AS a\n# kept\nARG API_KEY='another-one' \nARG VERSION=1.2.34567\n";
        Daemon.Builds(Recorded.Stream("buildkit-two-stages"));
        using var connection = await ConnectAsync();
        var request = Request() with { Dockerfile = DockerfileReader.Read(Text) };
        var record = (await new ImageBuildService(connection).BuildAsync(request, Observer, CancellationToken.None)).Record!;
        Assert.That(record.Dockerfile.ToString(),
            Is.EqualTo("ARG FEED_PASSWORD=***\nFROM scratch AS a\n# kept\nARG API_KEY='***' \nARG VERSION=1.2.34567\n"));
        Assert.That(record.Asked!.Masked, Is.EqualTo(["API_KEY", "FEED_PASSWORD"]));
    }

    [Test]
    public async Task Stages_are_left_alone_where_their_sizes_are_not_wanted()
    {
        Daemon.Builds(Recorded.Stream("buildkit-two-stages"));
        using var connection = await ConnectAsync();
        var image = await new ImageBuildService(connection).BuildAsync(Request() with { StageSizes = false }, Observer,
            CancellationToken.None);
        Assert.That(Daemon.BuildKit.Solves, Has.Count.EqualTo(1));
        Assert.That(image.Record!.Stages.Select(stage => (stage.Name, stage.Layers is null)),
            Is.EqualTo([("left", true), ("right", true), ("stage-2", false)]));
    }

    [Test]
    public async Task A_stage_that_can_not_be_looked_at_is_told_and_the_image_stays()
    {
        Daemon.Builds(Recorded.Stream("buildkit-two-stages"));
        var outcome = Daemon.BuildKit.Outcome;
        Daemon.BuildKit.Outcome = (request, call) => request.FrontendAttrs.GetValueOrDefault("target") == "left"
            ? throw new GrpcException(GrpcStatusCode.Unknown, "no room")
            : outcome(request, call);
        var image = await BuildAsync();
        Assert.That(image.Record!.Stages.Select(stage => stage.Layers is null), Is.EqualTo([true, false, false]));
        Assert.That(Observer.Events, Does.Contain(new BuildWarning("The size of stage 'left' can't be told: no room")));
    }

    [Test]
    public async Task A_base_image_that_is_missing_is_pulled_first()
    {
        var pulled = false;
        Daemon.Builds(Recorded.Stream("buildkit-two-stages"))
            .On("/v1.41/images/busybox", exchange => exchange.AnswerAsync(404, """{"message":"No such image"}"""))
            .On("/v1.41/images/create", exchange =>
            {
                pulled = true;
                return exchange.AnswerAsync(200, """{"status":"Pulling","id":"abc","progressDetail":{"current":1,"total":2}}""" + "\n");
            });
        await BuildAsync();
        Assert.That(pulled, Is.True);
        Assert.That(Observer.Events.OfType<StepStarted>().First().Step.Text, Is.EqualTo("pull busybox:stable"));
    }

    [Test]
    public void A_base_image_that_can_not_be_pulled_is_told_with_its_registry()
    {
        Daemon.On("/v1.41/images/busybox", exchange => exchange.AnswerAsync(404, """{"message":"No such image"}"""))
            .On("/v1.41/images/create",
                exchange => exchange.AnswerAsync(200,
                    """{"errorDetail":{"message":"no route to host"},"error":"no route to host"}""" + "\n"));
        Assert.That(() => BuildAsync(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains(
                "The base image 'busybox:stable' is not in the engine").And.Message.Contains(
                    "pulling it from docker.io failed, without credentials: no route to host").And.Message.Contains("'docker pull'"));
    }

    private BuildRequest Everything() => Request() with
    {
        Tags = [ImageReference.Parse("h.io:5/app:1")],
        Target = "stage-2",
        BuildArguments = new Dictionary<string, string>(StringComparer.Ordinal) { ["B"] = "2 &", ["A"] = "1" },
        Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["l"] = "v" },
        Platforms = [Platform.Parse("linux/arm64")],
        Network = "host",
        NoCache = true,
        Pull = true,
    };

    private async Task<BuildFailedException> FailureAsync(Cake.MultiStage.Dockerfiles.Dockerfile dockerfile, BuilderKind builder)
    {
        try
        {
            await BuildAsync(dockerfile, builder);
        }
        catch (BuildFailedException exception)
        {
            return exception;
        }

        throw new AssertionException("The build succeeded.");
    }
}
