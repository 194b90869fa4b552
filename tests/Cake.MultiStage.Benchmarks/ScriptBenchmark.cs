using System.Diagnostics;
using Cake.Core;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;

namespace Cake.MultiStage.Benchmarks;

/// <summary>
/// What a script waits for when nothing or little has changed: aliases as a script calls them, the link to the engine kept between them,
/// against what the Docker CLI and <c>tar</c> take for the same.
/// </summary>
internal static class ScriptBenchmark
{
    private const int Rounds = 5;
    private const double StageSeconds = 0.15;

    // A client that is able to build by BuildKit: with buildx, or older than 23.
    private const string Cli = "${DOCKER_CLI:-docker}";

    public static async Task<IReadOnlyList<Result>> RunAsync(Uri host)
    {
        var folder = Directory.CreateTempSubdirectory("multistage-benchmark-").FullName;
        try
        {
            var cake = Script.Context(folder, host);
            return [.. await BuildAsync(cake, host, folder), .. await MeasureAsync(cake, host)];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>An unchanged build, and what the sizes of the other stages add to it.</summary>
    private static async Task<IReadOnlyList<Result>> BuildAsync(ICakeContext cake, Uri host, string folder)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "main.go"), "package main\n\nfunc main() { println(\"hello\") }\n");
        var project = cake.MultiStageGo(folder, go =>
        {
            go.BuilderImage = "golang:1.21";
            go.Tags.Add("multistage-benchmark-script:1");
        });
        await File.WriteAllTextAsync(Path.Combine(folder, "Dockerfile"), cake.MultiStageDockerfile(project).ToString());
        Task<BuiltImage> OursAsync(bool sizes) => cake.MultiStageBuildAsync(project, new MultiStageBuildSettings { StageSizes = sizes });
        var image = await OursAsync(sizes: true);
        // A tag of its own: an engine may let go of an image that loses its last one.
        const string Other = "multistage-benchmark-script:cli";
        Task DockerAsync() => Result.ShellAsync(
            $"DOCKER_BUILDKIT=1 {Cli} --host '{host}' build --quiet --tag {Other} '{folder}' > /dev/null");
        var unchanged = await Result.CompareAsync("an unchanged build in a running script, against docker build", 0.1, warmUps: 2, Rounds,
            () => OursAsync(sizes: true), DockerAsync);
        var upToDate = await Result.CompareAsync("the same, up to date, against docker build", 0.1, warmUps: 2, Rounds,
            () => cake.MultiStageBuildAsync(project, new MultiStageBuildSettings { UpToDate = true }), DockerAsync);
        var (with, without) = (await MedianAsync(() => OursAsync(sizes: true)), await MedianAsync(() => OursAsync(sizes: false)));
        await Result.ShellAsync($"{Cli} --host '{host}' rmi --force {image.Tags[0]} {Other} > /dev/null");
        return [unchanged, upToDate,
            Result.Of("what sizes of the other stages add, in s", with - without, StageSeconds)];
    }

    /// <summary>An image whose builder weighs more than 1 GB, measured with its stages: for the first time, and unchanged.</summary>
    private static async Task<IReadOnlyList<Result>> MeasureAsync(ICakeContext cake, Uri host)
    {
        var project = cake.MultiStageProject(".", settings =>
        {
            settings.BuilderImage = "golang:1.21";
            settings.Sources.Clear();
            settings.Tags.Add("multistage-benchmark-script:2");
            settings.Commands.Add("cp -a /usr /opt/first && cp -a /usr /opt/second && cp -a /usr /opt/third");
            settings.FinalBase = "debian:trixie-slim";
            settings.Artifacts.Add("/usr/lib/go-1.24", "/go");
            settings.Entrypoint = ["/bin/true"];
        });
        var image = await cake.MultiStageBuildAsync(project);
        Task MeasureAsync(bool cached) => cake.MultiStageMeasureAsync(image, new MultiStageMeasureSettings { NoCache = !cached });
        var sizes = (await cake.MultiStageMeasureAsync(image)).Stages;
        var (builder, final) = (sizes[0].Size.Bytes / 1_000_000, sizes[^1].Size.Bytes / 1_000_000);
        Task SavedAsync() => Result.ShellAsync($"{Cli} --host '{host}' save {image.Tags[0]} | tar t > /dev/null");
        var first = await Result.CompareAsync($"{final} MB with a builder of {builder} MB measured, against save | tar t", 1.15, warmUps: 1,
            Rounds, () => MeasureAsync(cached: false), SavedAsync);
        var again = await Result.CompareAsync("the same, not changed since the last time", 0.2, warmUps: 1, Rounds,
            () => MeasureAsync(cached: true), SavedAsync);
        await Result.ShellAsync($"{Cli} --host '{host}' rmi --force {image.Tags[0]} > /dev/null");
        return [first, again];
    }

    private static async Task<double> MedianAsync(Func<Task> action)
    {
        List<double> seconds = [];
        for (var round = 0; round < Rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            await action();
            seconds.Add(watch.Elapsed.TotalSeconds);
        }

        return Result.Median(seconds);
    }
}
