using System.Text.Json;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.Engine;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests;

/// <summary>
/// A BuildKit of its own, reached in every way there is, and what it makes. The BuildKit is that of Docker 28 with containerd's store,
/// whose own exporter is never asked: what a daemon of BuildKit's does otherwise isn't shown here.
/// </summary>
[NonParallelizable]
[Category("NewerEngine")]
public sealed class BuilderTests
{
    private Workspace _work = null!;
    private BuildKitStandIn _buildKit = null!;

    [SetUp]
    public async Task Open()
    {
        var host = await SharedEngines.HostAsync(EngineKind.NewerContainerd);
        (_work, _buildKit) = (new Workspace(host), new BuildKitStandIn(host));
    }

    [TearDown]
    public async Task Close()
    {
        await _buildKit.DisposeAsync();
        await _work.DisposeAsync();
    }

    [Test]
    public async Task One_recipe_gives_the_same_image_however_its_builder_is_reached()
    {
        var project = Project();
        var here = await _work.Cake.MultiStageMeasureAsync(await _work.Cake.MultiStageBuildAsync(project));
        Builder[] builders =
        [
            _buildKit.Socket, Builder.At(_buildKit.Tcp) with { Certificates = _buildKit.Certificates }, _buildKit.Container,
        ];
        foreach (var (index, builder) in builders.Index())
        {
            var image = await _work.Cake.MultiStageBuildAsync(project, new MultiStageBuildSettings
            {
                Builder = builder,
                Outputs = [BuildOutput.Archive($"out/{index}.tar"), BuildOutput.Layout($"out/{index}")],
            });
            var measured = await _work.Cake.MultiStageMeasureAsync(image);
            Assert.That(Files(measured), Is.EqualTo(Files(here)), builder.ToString());
            Assert.That(Files(await _work.Cake.MultiStageMeasureAsync($"./out/{index}.tar")), Is.EqualTo(Files(here)));
            Assert.That(measured.Stages.Select(stage => stage.Name), Is.EqualTo(["final"]), "its other stages are in no store");
            var check = await _work.Cake.MultiStageCheckAsync(measured, new MultiStageCheckSettings { FailOn = null });
            Assert.That(check.Findings.Select(finding => finding.Rule), Has.None.EqualTo("program-exists"));
        }
    }

    [Test]
    public async Task Two_platforms_are_pushed_as_one_index_without_a_store_and_each_is_measured()
    {
        await using var registry = await TestRegistry.StartAsync();
        var tag = $"{registry.Address}/{_work.Repository}:1.0";
        _work.Write("app/Dockerfile", $"FROM scratch\nLABEL {_work.Label.Name}={_work.Label.Value}\nARG TARGETARCH\nCOPY $TARGETARCH /\n");
        _work.Write("app/amd64/text", "one");
        _work.Write("app/arm64/text", "another");
        var image = await _work.Cake.MultiStageBuildAsync(
            _work.Cake.MultiStageFromDockerfile("app"),
            new MultiStageBuildSettings
            {
                Builder = _buildKit.Socket,
                Tags = [tag],
                Platforms = ["linux/amd64", "linux/arm64"],
                Outputs = [BuildOutput.Push()],
            });
        Assert.That(image.Platforms.Select(platform => platform.ToString()), Is.EqualTo(["linux/amd64", "linux/arm64"]));
        Assert.That(await _work.InEngineAsync(), Is.Empty, "no store has it");
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add("Accept", "application/vnd.oci.image.index.v1+json");
        using var answer = await client.GetAsync(new Uri($"http://{registry.Address}/v2/{_work.Repository}/manifests/1.0"));
        using var index = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.That(answer.Headers.GetValues("Docker-Content-Digest"), Is.EqualTo([image.Digest!.ToString()]));
        Assert.That(
            index.RootElement.GetProperty("manifests").EnumerateArray()
                .Select(part => part.GetProperty("platform").GetProperty("architecture").GetString()),
            Is.SupersetOf(["amd64", "arm64"]));
        foreach (var (platform, size) in (IEnumerable<(string, long)>)[("linux/amd64", 3L), ("linux/arm64", 7L)])
        {
            var half = await _work.Cake.MultiStageMeasureAsync(image, new MultiStageMeasureSettings { Platform = platform });
            Assert.That((half.Image.Platform.ToString(), half.Size.Bytes), Is.EqualTo((platform, size)));
        }

        Assert.That((await _work.Cake.MultiStageMeasureAsync(image)).Image.Platform, Is.EqualTo(new Images.Platform("linux", "amd64")));
    }

    [Test]
    public async Task An_engine_keeps_an_index_of_which_each_platform_is_measured()
    {
        _work.Write("app/Dockerfile", $"FROM scratch\nLABEL {_work.Label.Name}={_work.Label.Value}\nARG TARGETARCH\nCOPY $TARGETARCH /\n");
        _work.Write("app/amd64/text", "one");
        _work.Write("app/arm64/text", "another");
        var image = await _work.Cake.MultiStageBuildAsync(
            _work.Cake.MultiStageFromDockerfile("app", docker => docker.Tags.Add(_work.Tag)),
            new MultiStageBuildSettings { Platforms = ["linux/amd64", "linux/arm64"] });
        foreach (var (platform, size) in (IEnumerable<(string, long)>)[("linux/amd64", 3L), ("linux/arm64", 7L)])
        {
            var half = await _work.Cake.MultiStageMeasureAsync(image, new MultiStageMeasureSettings { Platform = platform });
            Assert.That((half.Image.Platform.ToString(), half.Size.Bytes), Is.EqualTo((platform, size)));
        }

        var error = await Fault.OfAsync<MultiStageException>(
            () => _work.Cake.MultiStageMeasureAsync(image, new MultiStageMeasureSettings { Platform = "linux/s390x" }));
        Assert.That(error.Message, Does.Contain("it is for linux/amd64, linux/arm64"));
    }

    [Test]
    public async Task A_step_that_would_be_emulated_is_refused_before_the_build()
    {
        var error = await Fault.OfAsync<EngineException>(
            () => _work.Cake.MultiStageBuildAsync(Project(), new MultiStageBuildSettings { Platforms = ["linux/s390x"] }));
        Assert.That(error.Message, Does.Contain("not begun").And.Contain("of stage 'builder' runs programs for linux/s390x"));
    }

    [Test]
    public async Task What_it_made_is_loaded_into_an_engine_and_runs_there()
    {
        // The connection that an earlier builder of this name had is dead, which shows when it is used.
        await _work.Cake.MultiStageExportAsync(Project(), new MultiStageExportSettings
        {
            Stage = "builder", Paths = ["/text"], Destination = "to",
            Build = new MultiStageBuildSettings { Builder = _buildKit.Container },
        });
        Assert.That(File.ReadAllText(Path.Combine(_work.Folder, "to", "text")), Is.EqualTo("built\n"));
        await _buildKit.DisposeAsync();
        _buildKit = new BuildKitStandIn(_work.Engine.Host);
        await using var other = new Workspace();
        var image = await _work.Cake.MultiStageBuildAsync(Project(), new MultiStageBuildSettings
        {
            Builder = _buildKit.Container,
            Host = other.Engine.Host,
            Outputs = [BuildOutput.Engine()],
        });
        try
        {
            Assert.That(image.Engine!.Address, Is.EqualTo(new Uri(other.Engine.Host)));
            Assert.That(await other.Engine.RunAsync(_work.Tag), Is.EqualTo((0L, "built\n")));
            Assert.That((await _work.Cake.MultiStageMeasureAsync(image)).Size.Bytes, Is.GreaterThan(0));
        }
        finally
        {
            await other.Engine.CleanAsync(_work.Repository, $"{_work.Label.Name}={_work.Label.Value}");
        }
    }

    [Test]
    public async Task A_failing_step_is_told_and_leaves_no_file()
    {
        var project = _work.Project(settings =>
        {
            settings.Commands.Add("echo why; exit 3");
            settings.Artifacts.Add("/out");
        });
        var failure = await Fault.OfAsync<BuildFailedException>(() => _work.Cake.MultiStageBuildAsync(project, new MultiStageBuildSettings
        {
            Builder = _buildKit.Socket,
            Outputs = [BuildOutput.Archive("out/a.tar")],
        }));
        Assert.That((failure.Stage, failure.ExitCode), Is.EqualTo(("builder", (int?)3)));
        Assert.That(failure.Output, Is.EqualTo(["why"]));
        Assert.That(Directory.EnumerateFileSystemEntries(Path.Combine(_work.Folder, "out")), Is.Empty);
    }

    [Test]
    public async Task One_that_is_cut_off_in_mid_solve_is_told_and_its_step_ends()
    {
        var sleep = HostProcesses.UniqueSleep();
        var project = _work.Project(settings =>
        {
            settings.Commands.Add($"sleep {sleep}");
            settings.Artifacts.Add("/out");
        });
        var settings = new MultiStageBuildSettings
        {
            Builder = Builder.At(_buildKit.Tcp) with { Certificates = _buildKit.Certificates },
            Outputs = [BuildOutput.Archive("out/a.tar")],
        };
        var build = _work.Cake.MultiStageBuildAsync(project, settings);
        await HostProcesses.SleepStartsAsync(sleep, TimeSpan.FromSeconds(60));
        await _buildKit.DisposeAsync();
        var error = await Fault.OfAsync<EngineException>(() => build.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.That(error.Message, Does.Contain("BuildKit at tcp://localhost").And.Contain("closed the connection"));
        await HostProcesses.SleepStopsAsync(sleep, TimeSpan.FromSeconds(5));
        Assert.That(Directory.EnumerateFileSystemEntries(Path.Combine(_work.Folder, "out")), Is.Empty);
        _buildKit = new BuildKitStandIn(_work.Engine.Host);
    }

    private ImageProject Project() => _work.Project(settings =>
    {
        settings.Commands.Add("echo built > /text");
        settings.Artifacts.Add("/bin/busybox", "/bin/cat");
        settings.Artifacts.Add("/text");
        settings.Entrypoint = ["/bin/cat", "/text"];
    });

    private static IEnumerable<string> Files(Measuring.MeasuredImage image) => image.Layers.SelectMany(layer => layer.Entries)
        .Select(file => FormattableString.Invariant($"{file.Path} {file.Size.Bytes} {file.Mode} {file.UserId} {file.Hash}"));
}
