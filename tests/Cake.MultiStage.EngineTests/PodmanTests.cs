using System.Globalization;
using System.Text;
using System.Text.Json;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests;

/// <summary>The main jobs on Podman, which builds by Buildah.</summary>
[NonParallelizable]
[Category("Podman")]
public sealed class PodmanTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Starting = TimeSpan.FromSeconds(60);
    private readonly string _secret = "hush-" + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
    private Workspace _work = null!;

    [SetUp]
    public async Task Open() => _work = new Workspace(await SharedEngines.HostAsync(EngineKind.Podman));

    [TearDown]
    public async Task Close() => await _work.DisposeAsync();

    [Test]
    public async Task A_scratch_image_is_built_measured_and_started()
    {
        var image = await _work.Cake.MultiStageBuildAsync(Scratch(_work));
        await MeasureTests.AssertMeasuresAsSavedAsync(_work, image);
        Assert.That(image.Record!.Stages.Select(stage => stage.Size is null), Is.All.False);
        Assert.That(image.Steps.Select(step => step.Stage).Distinct(StringComparer.Ordinal), Is.EqualTo(["builder", "final"]));
        Assert.That(await _work.Engine.RunAsync(_work.Tag), Is.EqualTo((0L, "built\n")));
        var verified = await _work.Cake.MultiStageVerifyAsync(image, new MultiStageVerifySettings());
        Assert.That(verified.Check!.Start!.ExitCode, Is.Zero);
        Assert.That(verified.Check.Start.Output, Is.EqualTo("built\n"));
    }

    [Test]
    public async Task The_same_description_has_the_same_files_in_the_image_as_on_Docker()
    {
        await using var docker = new Workspace();
        var (here, there) = (await FilesAsync(_work), await FilesAsync(docker));
        Assert.That(here, Is.EqualTo(there).And.Not.Empty);
    }

    [Test]
    public async Task A_secret_reaches_its_step_alone()
    {
        _work.Write("text", "sent");
        var project = _work.Project(settings =>
        {
            settings.Sources.Add(".");
            settings.Commands.Add("cat /run/secrets/token && wc -c < /run/secrets/token > /out && ls -aR . > /list",
                RunMount.Secret("token", required: true), RunMount.Cache("/cache"));
            settings.Commands.Add("! test -e /run/secrets/token");
            settings.Secrets["token"] = BuildSecret.FromValue(_secret);
            settings.Artifacts.Add("/out");
            settings.Artifacts.Add("/list");
        });
        await _work.Cake.MultiStageBuildAsync(project);
        Assert.That(await _work.Engine.ReadFileAsync(_work.Tag, "/out"), Is.EqualTo($"{_secret.Length}\n"));
        Assert.That(await _work.Engine.ReadFileAsync(_work.Tag, "/list"), Does.Contain("text").And.Not.Contain("multistage."));
        Assert.That(await File.ReadAllTextAsync(await SavedAsync(), Encoding.Latin1), Does.Not.Contain(_secret));
        Assert.That(_work.Log.Lines, Has.Some.Contains("***").And.None.Contains(_secret));
    }

    [Test]
    public async Task A_health_check_and_a_shell_stay()
    {
        _work.Write("Dockerfile", """
            FROM busybox:1
            SHELL ["/bin/busybox", "sh", "-c"]
            HEALTHCHECK --interval=7s CMD ["/bin/true"]
            """);
        await _work.Cake.MultiStageBuildAsync(FromDockerfile());
        var folder = (await SavedAsync()) + ".unpacked";
        using var manifest = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "manifest.json")));
        var config = await File.ReadAllTextAsync(Path.Combine(folder, manifest.RootElement[0].GetProperty("Config").GetString()!));
        Assert.That(config, Does.Contain("\"Interval\":7000000000").And.Contain("\"Shell\":[\"/bin/busybox\""));
    }

    [Test]
    public async Task A_failing_command_is_told_with_its_stage_line_output_and_exit_code()
    {
        var project = _work.Project(settings =>
        {
            settings.Commands.Add("echo why; exit 3");
            settings.Artifacts.Add("/out");
        });
        var failure = await Fault.OfAsync<BuildFailedException>(() => _work.Cake.MultiStageBuildAsync(project));
        Assert.That((failure.Stage, failure.Instruction, failure.Line, failure.ExitCode),
            Is.EqualTo(("builder", "RUN echo why; exit 3", 4, 3)));
        Assert.That(failure.Output, Is.EqualTo(["why"]));
    }

    [Test]
    public async Task A_second_build_comes_from_the_cache_and_has_the_same_id()
    {
        var settings = new MultiStageBuildSettings { UpToDate = true, Force = true };
        var first = await _work.Cake.MultiStageBuildAsync(Scratch(_work), settings);
        var second = await _work.Cake.MultiStageBuildAsync(Scratch(_work), settings);
        Assert.That(second.Id, Is.EqualTo(first.Id));
        Assert.That(second.Steps.Where(step => !step.Cached && !step.Name.Contains("] FROM ", StringComparison.Ordinal)), Is.Empty);
        settings.Force = false;
        Assert.That((await _work.Cake.MultiStageBuildAsync(Scratch(_work), settings)).UpToDate, Is.True);
    }

    [Test]
    public async Task Files_come_out_of_a_stage_and_an_image_is_saved()
    {
        await _work.Cake.MultiStageBuildAsync(ExportTests.Project(_work));
        var before = await _work.InEngineAsync();
        ExportTests.AssertFiles(await _work.Cake.MultiStageExportAsync(ExportTests.Project(_work),
            new MultiStageExportSettings { Stage = "builder", Paths = ["/out"], Destination = "to" }), _work.Folder);
        Assert.That(await _work.InEngineAsync(), Is.EquivalentTo(before));
        var saved = await _work.Cake.MultiStageSaveAsync([_work.Tag], "image.tar");
        Assert.That(await Shell.RunAsync("tar", ["-xOf", saved.Path, "manifest.json"]), Does.Contain(_work.Tag));
    }

    [Test]
    public async Task An_image_is_pushed()
    {
        await using var registry = await TestRegistry.StartAsync(RegistryAccess.Basic);
        var reference = $"{registry.Address}/{_work.Repository}:1";
        var image = await _work.Cake.MultiStageBuildAsync(Scratch(_work));
        var settings = new MultiStagePushSettings { References = [reference] };
        settings.RegistryCredentials[registry.Address] = TestRegistry.Login;
        var pushed = await _work.Cake.MultiStagePushAsync(image, settings);
        Assert.That(pushed.Single().ToString(), Does.StartWith(reference + "@sha256:"));
        await _work.Engine.UntagAsync(reference);
    }

    [Test]
    public async Task A_cancelled_build_ends_at_once_and_says_that_Podman_goes_on()
    {
        using var cancellation = new CancellationTokenSource();
        var duration = HostProcesses.UniqueSleep();
        _work.Write("Dockerfile", $"FROM busybox:1\nLABEL {_work.Label.Name}={_work.Label.Value}\nRUN timeout 3 sleep {duration}\n");
        var build = _work.Cake.MultiStageBuildAsync(FromDockerfile(), null, cancellation.Token);
        await HostProcesses.SleepStartsAsync(duration, Starting);
        await cancellation.CancelAsync();
        Assert.That(async () => await build.WaitAsync(Soon), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_work.Log.Lines, Has.Some.Contains("goes on with the step that it was at"));
        await HostProcesses.SleepStopsAsync(duration, Soon);
    }

    [Test]
    public async Task What_its_API_lacks_is_refused_with_the_reason()
    {
        var several = new MultiStageBuildSettings { Platforms = ["linux/amd64", "linux/arm64"] };
        Assert.That((await Fault.OfAsync<MultiStageException>(() => _work.Cake.MultiStageBuildAsync(Scratch(_work), several))).Message,
            Does.Contain("builds for one platform by its Docker API"));
        var legacy = await Fault.OfAsync<MultiStageException>(() => _work.BuildAsync(Scratch(_work), BuilderKind.Legacy));
        Assert.That(legacy.Message, Does.Contain("ask for the legacy builder, which the engine 4."));
        await using var docker = new Workspace();
        var buildah = await Fault.OfAsync<MultiStageException>(() => docker.BuildAsync(Scratch(docker), BuilderKind.Buildah));
        Assert.That(buildah.Message, Does.Contain("ask for Podman's builder, which the engine "));
    }

    private static ImageProject Scratch(Workspace work) => work.Project(settings =>
    {
        settings.Commands.Add("echo built > /text");
        settings.Artifacts.Add("/bin/busybox", "/bin/cat");
        settings.Artifacts.Add("/text");
        settings.Entrypoint = ["/bin/cat", "/text"];
    });

    private ImageProject FromDockerfile() =>
        _work.Cake.MultiStageFromDockerfile("Dockerfile", settings => settings.Tags.Add(_work.Tag));

    /// <summary>Lists the files of the image's layers as <c>tar -tv</c> shows them, without times.</summary>
    private static async Task<IReadOnlyList<string>> FilesAsync(Workspace work)
    {
        await work.Cake.MultiStageBuildAsync(ExportTests.Project(work));
        var file = Path.Combine(work.Folder, "image.tar");
        await work.Engine.SaveAsync(work.Tag, file);
        List<string> files = [];
        foreach (var layer in await SavedImage.OpenAsync(file))
        {
            files.AddRange((await Shell.RunAsync("tar", ["--numeric-owner", "-tvf", layer])).Split('\n')
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(parts => parts.Length > 5)
                .Where(parts => parts[0][0] != 'd').Select(parts => string.Join(' ', [parts[0], parts[1], parts[2], .. parts[5..]])));
        }

        return [.. files.Order(StringComparer.Ordinal)];
    }

    private async Task<string> SavedAsync()
    {
        var file = Path.Combine(_work.Folder, "image.tar");
        await _work.Engine.SaveAsync(_work.Tag, file);
        await SavedImage.OpenAsync(file);
        return file;
    }
}
