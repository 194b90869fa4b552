using System.Diagnostics;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Measuring;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cake.MultiStage.Benchmarks;

/// <summary>Measuring an image of about 1 GB, against what <c>docker save | tar t</c> does, with the engine's own answer as the stream.</summary>
internal static class ImageBenchmark
{
    private const string Image = "golang:1.21";
    private const int Rounds = 3;
    private const double MegaBytes = 150;

    public static async Task<IReadOnlyList<Result>> RunAsync(Uri host)
    {
        using var connection = await EngineConnection.OpenAsync(new EngineEndpoint(host, "the benchmark"), NullLogger.Instance, CancellationToken.None);
        var save = host.Scheme == "unix" ? $"--unix-socket '{host.AbsolutePath}' http://engine" : "http://" + host.Authority;
        Task MeasureAsync() => new ImageMeasurer(connection, new MeasureOptions()).MeasureAsync(Image, baseImage: null, CancellationToken.None);
        var time = await Result.CompareAsync(
            $"{Image} measured and hashed, against save | tar t",
            1.15,
            Rounds,
            MeasureAsync,
            () => Result.ShellAsync($"curl --silent --show-error --fail {save}/images/{Image}/get | tar t > /dev/null"));
        using var process = Process.GetCurrentProcess();
        return [time, new Result($"peak memory, of {MegaBytes} MB", Math.Round(process.PeakWorkingSet64 / (MegaBytes * 1e6), 3), 1)];
    }
}
