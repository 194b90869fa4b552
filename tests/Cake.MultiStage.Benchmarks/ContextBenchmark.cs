using System.Diagnostics;
using System.Globalization;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.Builds;
using Cake.MultiStage.Engine.Operations;
using Cake.MultiStage.Progress;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cake.MultiStage.Benchmarks;

/// <summary>
/// Sending a build context, against the Docker CLI: the same tree, the first time and unchanged. The first time it is under a name
/// that the engine has not seen. What copies it is in the build cache, so that the sending alone is compared.
/// </summary>
internal static class ContextBenchmark
{
    private const int Rounds = 3;
    private const double MegaBytes = 100;
    private const string Tag = "multistage-benchmark:2";
    private const string Cli = "${DOCKER_CLI:-docker}";

    public static async Task<IReadOnlyList<Result>> RunAsync(Uri host) =>
    [
        .. await CompareAsync(host, "100,000 small files", files: 100_000, _ => 20),
        .. await CompareAsync(host, "20,000 files of 263 MB", files: 20_000, number => number % 100 == 0 ? 1_000_000 : 3_180),
        .. await CompareAsync(host, "20 files of 300 MB", files: 20, _ => 15_000_000),
    ];

    private static async Task<IReadOnlyList<Result>> CompareAsync(Uri host, string name, int files, Func<int, int> size)
    {
        var top = Directory.CreateTempSubdirectory("multistage-benchmark-").FullName;
        try
        {
            var folder = Fill(Path.Combine(top, "0"), files, size);
            await BuildAsync(host, folder);
            var moves = 0;
            Task FirstAsync(Func<Uri, string, Task> build)
            {
                var next = Path.Combine(top, (++moves).ToString(CultureInfo.InvariantCulture));
                Directory.Move(folder, next);
                return build(host, folder = next);
            }

            using var process = Process.GetCurrentProcess();
            var before = process.PeakWorkingSet64;
            var first = await Result.CompareAsync($"{name} sent, against docker build", 1, warmUps: 0, Rounds, () => FirstAsync(BuildAsync),
                () => FirstAsync(DockerAsync));
            process.Refresh();
            var again = await Result.CompareAsync($"{name} unchanged", 1, warmUps: 1, Rounds, () => BuildAsync(host, folder),
                () => DockerAsync(host, folder));
            return [first, again, .. await AsScriptAsync(host, name, folder),
                Result.Of($"{name}: memory beside the tree, in MB", (process.PeakWorkingSet64 - before) / 1e6, MegaBytes)];
        }
        finally
        {
            Directory.Delete(top, recursive: true);
        }
    }

    /// <summary>The same as a script says it, where nothing and where one file has changed.</summary>
    private static async Task<IReadOnlyList<Result>> AsScriptAsync(Uri host, string name, string folder)
    {
        var cake = Script.Context(Directory.CreateTempSubdirectory("multistage-benchmark-").FullName, host);
        var project = cake.MultiStageFromDockerfile(Path.Combine(folder, "Dockerfile"), docker => docker.Tags.Add(Tag));
        Task<BuiltImage> BuildAsync() =>
            cake.MultiStageBuildAsync(project, new MultiStageBuildSettings { UpToDate = true, OriginLabels = false, StageSizes = false });
        var upToDate = await Result.CompareAsync($"{name} up to date, against docker build", 0.2, warmUps: 1, Rounds, BuildAsync,
            () => DockerAsync(host, folder));
        var read = await Result.CompareAsync($"{name} up to date, against tar", 1, warmUps: 1, Rounds, BuildAsync,
            () => Result.ShellAsync($"tar cf - -C '{folder}' . | cat > /dev/null"));
        List<double> own = [];
        for (var round = 0; round < Rounds; round++)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "d0000", "000000"), Guid.NewGuid().ToString());
            var watch = Stopwatch.StartNew();
            var image = await BuildAsync();
            own.Add((watch.Elapsed - image.Steps.Aggregate(TimeSpan.Zero, (sum, step) => sum + step.Duration)).TotalSeconds);
        }

        await Result.ShellAsync($"{Cli} --host '{host}' rmi --force {Tag} > /dev/null");
        return [upToDate, read, Result.Of($"{name}, one changed: beside the engine's steps, in s", Result.Median(own), 0.15)];
    }

    private static string Fill(string folder, int files, Func<int, int> size)
    {
        var content = new byte[15_000_000];
        new Random(1).NextBytes(content);
        for (var number = 0; number < files; number++)
        {
            var file = Path.Combine(folder, $"d{number / 100:0000}", $"{number:000000}");
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, content.AsSpan(0, size(number)));
        }

        File.WriteAllText(Path.Combine(folder, "Dockerfile"), "FROM scratch\nCOPY . /\n");
        return folder;
    }

    private static async Task BuildAsync(Uri host, string folder)
    {
        using var operation = new Operation("The benchmark", NullLogger.Instance, CancellationToken.None);
        using var connection = await EngineConnection.OpenAsync(new EngineEndpoint(host, "the benchmark"), operation);
        var request = new BuildRequest
        {
            Dockerfile = new Dockerfile { Stages = [Stage.From(StageBase.Scratch).Copy(".", "/")] },
            ContextDirectory = folder,
            StageSizes = false,
        };
        await new ImageBuildService(connection).BuildAsync(request, new QuietBuildLog(NullLogger.Instance), CancellationToken.None);
    }

    private static Task DockerAsync(Uri host, string folder) =>
        Result.ShellAsync($"DOCKER_BUILDKIT=1 {Cli} --host '{host}' build --quiet '{folder}' > /dev/null");
}
