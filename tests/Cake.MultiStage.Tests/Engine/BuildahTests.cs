using System.Formats.Tar;
using System.Text;
using System.Text.Json;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.Builds;
using Cake.MultiStage.Images;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Engine;

/// <summary>Podman's builder, by what a Podman 4.3.1 with Buildah 1.28.2 has answered.</summary>
internal sealed class BuildahTests : EngineFixture
{
    private static readonly string[] Ids =
        ["5af25ef1b2b", "3657a7f5b42", "282b1cdad9928502e85c2eb2ffdb33c82682fea857d968b77d9e5485bdcee29c"];

    [SetUp]
    public void Be_Podman() => Be();

    [Test]
    public async Task Podman_is_known_by_what_it_says_it_is()
    {
        using var connection = await ConnectAsync();
        Assert.That((connection.Builder, connection.Buildah, connection.EngineVersion),
            Is.EqualTo((BuilderKind.Buildah, new Version(1, 28, 2), "4.3.1")));
    }

    [Test]
    public async Task One_that_does_not_say_its_builders_version_is_taken_for_the_oldest()
    {
        Daemon.On("/_ping", exchange => exchange.AnswerAsync(200, "OK"));
        using var connection = await ConnectAsync();
        Assert.That((connection.Builder, connection.Buildah), Is.EqualTo((BuilderKind.Buildah, new Version(1, 0))));
    }

    [TestCase(BuilderKind.BuildKit, "BuildKit")]
    [TestCase(BuilderKind.Legacy, "the legacy builder")]
    public void A_builder_that_Podman_does_not_have_is_told(BuilderKind builder, string name) =>
        Assert.That(() => BuildAsync(builder: builder), Throws.InstanceOf<EngineException>()
            .With.Message.Contains($"ask for {name}, which the engine 4.3.1").And.Message.Contains("Leave the builder unset"));

    [Test]
    public async Task Stages_steps_and_output_are_told_as_on_BuildKit()
    {
        Daemon.Builds(Recorded.Stream("buildah-two-stages"));
        var image = await BuildAsync();
        Assert.Multiple(() =>
        {
            Assert.That(image.Id.ToString(), Is.EqualTo("sha256:" + Ids[2]));
            Assert.That(image.Steps.Select(step => step.Stage),
                Is.EqualTo(["left", "left", "right", "right", "stage-2", "stage-2", "stage-2", "stage-2", "stage-2"]));
            Assert.That(image.Steps.Any(step => step.Cached), Is.False);
            Assert.That(Observer.Output("[left 2/2]"), Is.EqualTo(["left"]));
            Assert.That(Observer.Output("[right 2/2]"), Is.EqualTo(["right 1", "right 2", "right 3", "err", "100%"]));
            Assert.That(Observer.Output("[stage-2 5/5]"), Is.Empty);
        });
    }

    [Test]
    public async Task The_other_stages_are_looked_at_by_the_ids_that_Buildah_prints()
    {
        Daemon.Builds(Recorded.Stream("buildah-two-stages"));
        var image = await BuildAsync();
        Assert.That(image.Record!.Stages.Select(stage => stage.Id is null), Is.All.False);
        Assert.That(Daemon.Requests.Where(request => request.Contains("/images/", StringComparison.Ordinal)),
            Has.Some.Contains(Ids[0]).And.Some.Contains(Ids[1]));
        Assert.That(Daemon.Requests, Has.None.StartsWith("DELETE "));
    }

    [Test]
    public async Task A_cached_build_says_so_of_each_instruction()
    {
        Daemon.Builds(Recorded.Stream("buildah-cached"));
        var image = await BuildAsync();
        Assert.That(image.Steps.Where(step => !step.Name.Contains("] FROM", StringComparison.Ordinal)).Select(step => step.Cached),
            Is.EqualTo(Enumerable.Repeat(true, 6)));
    }

    [Test]
    public async Task A_failing_command_is_told_with_its_line_output_and_exit_code()
    {
        Daemon.Builds(Recorded.Stream("buildah-failing-run"));
        var exception = await FailureAsync(Recorded.Failing);
        Assert.Multiple(() =>
        {
            Assert.That((exception.Stage, exception.Line, exception.ExitCode), Is.EqualTo(("builder", 4, 3)));
            Assert.That(exception.Output, Is.EqualTo(["compiling", "main.c:3: error: ünknown"]));
            Assert.That(exception.Message, Does.Contain("did not complete successfully: exit code: 3").And.Not.Contain("building at STEP"));
        });
    }

    [Test]
    public async Task A_missing_file_is_told_without_Podmans_own_folders()
    {
        Daemon.Builds(Recorded.Stream("buildah-missing-file"));
        var exception = await FailureAsync(Recorded.MissingFile);
        Assert.That((exception.Stage, exception.Line, exception.Instruction, exception.ExitCode),
            Is.EqualTo(("final", 5, "COPY --from=builder /missing.txt /", (int?)null)));
        Assert.That(exception.Message, Does.Contain("""under the stage: copier: stat: "/missing.txt": no such file"""));
    }

    [Test]
    public async Task A_program_that_does_not_exist_has_no_exit_code()
    {
        Daemon.Builds(Recorded.Stream("buildah-no-program"));
        var exception = await FailureAsync(Files(
            Stage.From("busybox:stable").With(new ArgInstruction("TARGETARCH")).Run(["nosuchprogram", "x"])));
        Assert.That((exception.Line, exception.ExitCode), Is.EqualTo((3, (int?)null)));
        Assert.That(exception.Message, Does.Contain("can't be started: ").And.Contain("executable file not found in $PATH"));
        Assert.That(Observer.Events.OfType<BuildWarning>().Select(warning => warning.Text), Is.Empty,
            "the arguments of platforms are set by Buildah itself");
    }

    [Test]
    public async Task What_Buildah_warns_of_is_told()
    {
        const string Time = "time=\"2026-11-30T22:17:50Z\"";
        Says(Time + " level=warning msg=\"missing \\\"BASE\\\" build argument. Try --build-arg\"\n", "STEP 1/1: FROM a\n");
        await FailureAsync(Files(Stage.From("a")));
        Assert.That(Observer.Events.OfType<BuildWarning>().Single().Text, Is.EqualTo("missing \"BASE\" build argument. Try --build-arg"));
    }

    [Test]
    public async Task Output_that_looks_like_Buildahs_own_lines_stays_output()
    {
        Says("STEP 1/3: FROM a\n", "STEP 2/3: RUN b\n", "STEP 9/9: FROM x\n", "--> 0123456789a\n", "after\n",
            "--> Using cache 0123456789012345678901234567890123456789012345678901234567890123\n", "STEP 2/3: RUN b\n", "no end",
            "--> bbbbbbbbbbb\n", "STEP 3/3: RUN c\n", "COMMIT\n", "--> ccccccccccc\n");
        await FailureAsync(Files(Stage.From("a").Run("b").Run("c")));
        Assert.That(Observer.Output("[stage-0 2/3]"), Is.EqualTo(
            ["STEP 9/9: FROM x", "--> 0123456789a", "after",
                "--> Using cache 0123456789012345678901234567890123456789012345678901234567890123", "STEP 2/3: RUN b", "no end"]));
        Assert.That(Observer.Finished.Select(step => step.Cached), Is.All.False);
        Assert.That(Observer.Output("[stage-0 3/3]"), Is.Empty);
    }

    [Test]
    public async Task Steps_that_the_base_image_triggers_stand_before_the_files_own()
    {
        Says("STEP 1/3: FROM a\n", "STEP 2/3: COPY x y\n", "STEP 3/3: RUN b\n");
        var exception = await FailureAsync(Files(Stage.From("a").Run("b")));
        Assert.That(exception.Line, Is.EqualTo(2));
    }

    [Test]
    public async Task The_query_the_Dockerfile_and_the_secrets_are_sent()
    {
        var (query, files) = await SentAsync(Request() with
        {
            Tags = [ImageReference.Parse("h.io:5/app:1"), ImageReference.Parse("b:2")],
            Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["z"] = "1", ["a"] = "$HOME \"b\"" },
            BuildArguments = new Dictionary<string, string>(StringComparer.Ordinal) { ["B"] = "2", ["A"] = "1" },
            Network = "none",
            NoCache = true,
            Steps = new StepOptions
            {
                Hosts = new Dictionary<string, string>(StringComparer.Ordinal) { ["me"] = "10.0.0.1" },
                Limits = [ResourceLimit.Parse("nofile", "1024:2048")],
                SharedMemory = new ByteSize(1024),
            },
            Secrets = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal)
                { ["token"] = "hush-hush"u8.ToArray(), ["key"] = "other-value"u8.ToArray() },
        });
        Assert.Multiple(() =>
        {
            Assert.That(Uri.UnescapeDataString(query), Is.EqualTo(
                """
                /v1.41/build?dockerfile=.multistage.Dockerfile&excludes=[".multistage.Dockerfile"]&rm=1&forcerm=1&identitylabel=0
                &t=h.io:5/app:1&t=b:2&buildargs={"A":"1","B":"2"}&networkmode=NetworkDisabled
                &nsoptions=[{"Name":"network","Host":false}]&extrahosts=["me:10.0.0.1"]&ulimits=["nofile=1024:2048"]&shmsize=1024&nocache=1
                &secrets=["id=key,src=.multistage.secret1","id=token,src=.multistage.secret2"]
                """.Replace("\n", "", StringComparison.Ordinal)));
            Assert.That(files.Keys, Is.EqualTo([".multistage.Dockerfile", ".multistage.secret1", ".multistage.secret2", "hello.txt"]));
            Assert.That(files[".multistage.secret2"], Is.EqualTo("hush-hush"));
            Assert.That(files[".multistage.Dockerfile"], Does.EndWith("CMD [\"/x\"]\nLABEL a=\"\\$HOME \\\"b\\\"\"\nLABEL z=1\n"));
        });
    }

    [Test]
    public async Task A_target_is_the_last_stage_that_is_sent()
    {
        var (query, files) = await SentAsync(Request() with { Target = "right" });
        Assert.That(query, Does.Not.Contain("target="));
        Assert.That(files[".multistage.Dockerfile"].TrimEnd(), Does.StartWith("\n\n").Or.StartsWith("FROM").And.Not.Contain("AS left"));
    }

    [Test]
    public async Task A_file_of_the_project_keeps_its_name_and_an_ignore_file_travels()
    {
        Context.File(".multistage.secret1").File(".dockerignore");
        var dockerfile = Files(Stage.From("a").Copy(".", "/"));
        var (query, files) = await SentAsync(Request(dockerfile) with
            { Secrets = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal) { ["id"] = "hush-hush"u8.ToArray() } });
        Assert.That(Uri.UnescapeDataString(query), Does.Contain("id=id,src=.multistage.secret2"));
        Assert.That(files.Keys, Does.Contain(".dockerignore").And.Contain(".multistage.secret1"));
    }

    [Test]
    public async Task An_image_behind_the_name_of_a_context_takes_its_place()
    {
        var (_, files) = await SentAsync(Request(Files(Stage.From("base").Run("true"))) with
        {
            Contexts = new Dictionary<string, NamedInput>(StringComparer.Ordinal)
                { ["base"] = AddressInput.Of(ImageReference.Parse("b:1")) },
        });
        Assert.That(files[".multistage.Dockerfile"], Does.StartWith("FROM b:1\n").Or.StartWith("FROM docker.io/library/b:1\n"));
    }

    [TestCaseSource(nameof(Refusals))]
    public async Task What_the_API_lacks_is_refused_before_anything_is_sent(BuildRequest asked, string told)
    {
        using var connection = await ConnectAsync();
        var request = asked with { ContextDirectory = Context.Path };
        Assert.That(() => new ImageBuildService(connection).BuildAsync(request, Observer, CancellationToken.None),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains(told));
        Assert.That(Daemon.Requests, Has.None.Contains("/build"));
    }

    [Test]
    public void A_cache_outside_is_passed_over_and_that_is_said()
    {
        var settled = OutsideCaches.Settle(
            Request() with { CacheFrom = [CacheLocation.Registry("a")] }, BuilderKind.Buildah, new("linux", "amd64"), Observer);
        Assert.That(settled.HasOutsideCache, Is.False);
        Assert.That(Observer.Events.OfType<BuildWarning>().Single().Text, Does.Contain("Podman's builder has none"));
    }

    [TestCase("""["linux/arm64"]""", true)]
    [TestCase("""["linux/s390x"]""", false)]
    public async Task A_platform_that_Podman_can_not_run_is_refused_where_a_step_would_need_it(string emulated, bool runs)
    {
        Daemon.On("/v1.41/libpod/info", exchange => exchange.AnswerAsync(200, """{"host":{"emulatedArchitectures":""" + emulated + "}}"))
            .Builds(Recorded.Stream("buildah-two-stages"));
        using var connection = await ConnectAsync();
        var request = Request() with { Platforms = [Platform.Parse("linux/arm64")] };
        Task<BuiltImage> Build() => new ImageBuildService(connection).BuildAsync(request, Observer, CancellationToken.None);
        if (runs)
        {
            Assert.That((await Build()).Id.ToString(), Does.EndWith(Ids[2]));
        }
        else
        {
            Assert.That(Build, Throws.InstanceOf<MultiStageException>().With.Message.Contains("runs programs for linux/arm64")
                .And.Message.Contains("linux/amd64, linux/s390x"));
        }
    }

    [Test]
    public void A_cancelled_build_says_that_Podman_goes_on()
    {
        using var cancellation = new CancellationTokenSource();
        Daemon.On("/v1.41/build", async exchange =>
        {
            await exchange.ReadBodyAsync();
            await exchange.StreamAsync(Recorded.Stream("buildah-two-stages").Cut(lines: 3));
            await cancellation.CancelAsync();
            await exchange.EndAsync();
        });
        Assert.That(() => BuildAsync(cancellationToken: cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Observer.Events.OfType<BuildWarning>().Select(warning => warning.Text), Has.One.Contains("goes on with the step"));
    }

    private static IEnumerable<TestCaseData> Refusals()
    {
        var request = new BuildRequest { Dockerfile = Recorded.TwoStages, ContextDirectory = "" };
        var arm = Platform.Parse("linux/arm64");
        TestCaseData Of(BuildRequest asked, string told, string name) =>
            new TestCaseData(asked, told).SetArgDisplayNames(name);
        yield return Of(request with { Platforms = [arm, new Platform("linux", "amd64")] }, "builds for one platform", "platforms");
        yield return Of(request with { Outputs = [BuildOutput.Archive("a.tar")] }, "keeps what it builds in its own store", "archive");
        yield return Of(request with { Outputs = [BuildOutput.Engine(), BuildOutput.Layout("a")] }, "in its own store", "two outputs");
        yield return Of(request with { Outputs = [BuildOutput.Files("a")] }, "MultiStageExport brings them", "files");
        yield return Of(request with { Reproducible = true }, "rewrites no times in the layers", "reproducible");
        yield return Of(request with { Steps = new StepOptions { Allowed = ["security.insecure"] } }, "'security.insecure'", "allow");
        yield return Of(
            request with
            {
                Steps = new StepOptions
                {
                    Hosts = new Dictionary<string, string>(StringComparer.Ordinal) { ["me"] = StepOptions.HostGateway },
                },
            },
            "which address 'host-gateway' is", "a gateway");
        yield return Of(
            request with { Attestations = new Attestations(Provenance.Min, SbomGenerator: null) }, "makes no attestations", "attestations");
        yield return Of(request with { Network = "mine" }, "can't run steps in the network 'mine'", "network");
        yield return Of(
            request with { Secrets = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal) { ["a,b"] = new byte[1] } },
            "has a comma", "the id of a secret");
        yield return Of(
            request with { Contexts = new Dictionary<string, NamedInput>(StringComparer.Ordinal) { ["shared"] = new FolderInput("/") } },
            "can't be given the context 'shared'", "a folder");
        yield return Of(
            request with
            {
                Dockerfile = Files(Stage.From("a").Run("b", RunMount.Ssh())),
                SshAgents = new Dictionary<string, SshAgent>(StringComparer.Ordinal) { ["default"] = SshAgent.Running() },
            },
            "can't be given ssh agents", "ssh");
    }

    private static Dockerfile Files(params Stage[] stages) => new() { Stages = stages };

    private void Be() => Daemon
        .On("/_ping", exchange => exchange.AnswerAsync(200, "OK", "Libpod-Buildah-Version: 1.28.2"))
        .On("/v1.41/version", exchange => exchange.AnswerAsync(
            200, """{"Version":"4.3.1","Os":"linux","Arch":"amd64","Components":[{"Name":"Podman Engine","Version":"4.3.1"}]}"""));

    /// <summary>Has the daemon tell these messages and then fail.</summary>
    private void Says(params string[] messages) => Daemon.Builds(
        string.Concat(messages.Select(message => JsonSerializer.Serialize(new { stream = message }) + "\n"))
            + """{"error":"over"}""" + "\n");

    private async Task<BuildFailedException> FailureAsync(Dockerfile dockerfile)
    {
        try
        {
            await BuildAsync(dockerfile);
        }
        catch (BuildFailedException exception)
        {
            return exception;
        }

        throw new AssertionException("The build succeeded.");
    }

    private async Task<(string Query, IReadOnlyDictionary<string, string> Files)> SentAsync(BuildRequest request)
    {
        byte[] body = [];
        Daemon.On("/v1.41/build", async exchange =>
        {
            body = await exchange.ReadBodyAsync();
            await exchange.StreamAsync(Recorded.Stream("buildah-two-stages"));
            await exchange.EndAsync();
        });
        using var connection = await ConnectAsync();
        await new ImageBuildService(connection).BuildAsync(request, Observer, CancellationToken.None);
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var reader = new TarReader(new MemoryStream(body));
        while (await reader.GetNextEntryAsync() is { } entry)
        {
            using var text = new StreamReader(entry.DataStream ?? Stream.Null, Encoding.UTF8);
            files[entry.Name] = await text.ReadToEndAsync();
        }

        return (Daemon.Requests.Single(sent => sent.StartsWith("POST /v1.41/build", StringComparison.Ordinal))[5..], files);
    }
}
