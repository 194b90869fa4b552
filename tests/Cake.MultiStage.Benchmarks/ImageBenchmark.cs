using System.Diagnostics;
using Cake.MultiStage.Building;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.Operations;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Sources;
using Cake.MultiStage.Progress;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cake.MultiStage.Benchmarks;

/// <summary>
/// Measuring an image of about 1 GB, against what <c>docker save | tar t</c> does, with the engine's own answer as the stream.
/// </summary>
internal static class ImageBenchmark
{
    private const string Image = "multistage-benchmark:1";
    private const int Rounds = 3;
    private const double MegaBytes = 150;

    // A toolchain, twice more as a layer of its own: real files of all sizes.
    private const string Dockerfile = @"FROM golang:1.21\nRUN cp -a /usr /opt/first && cp -a /usr /opt/second\n";

    public static async Task<IReadOnlyList<Result>> RunAsync(Uri host)
    {
        using var connection = await EngineConnection.OpenAsync(new EngineEndpoint(host, "the benchmark"),
            new Operation("The test", NullLogger.Instance, CancellationToken.None));
        var engine = "curl --silent --show-error --fail "
            + (host.Scheme == "unix" ? $"--unix-socket '{host.AbsolutePath}' http://engine" : "http://" + host.Authority);
        await Result.ShellAsync(
            $"cd \"$(mktemp -d)\" && printf '{Dockerfile}' > Dockerfile && tar c Dockerfile | {engine}/build?t={Image} --header "
                + "'Content-Type: application/x-tar' --data-binary @- > /dev/null; rm -r \"$PWD\"");
        try
        {
            Task<MeasuredImage> MeasureAsync() =>
                new ImageMeasurer(connection, new EngineLayers(connection), new MeasureOptions(),
                    new QuietBuildLog(NullLogger.Instance)).MeasureAsync(Image, baseImage: null, CancellationToken.None);
            var megabytes = (await MeasureAsync()).Size.Bytes / 1_000_000;
            // Of one measurement, as a build makes it: those that follow find the garbage of the ones before.
            using var process = Process.GetCurrentProcess();
            var peak = Result.Of("its peak memory, in MB", process.PeakWorkingSet64 / 1e6, MegaBytes);
            var time = await Result.CompareAsync(
                $"an image of {megabytes} MB measured and hashed, against save | tar t",
                1.15,
                warmUps: 0,
                Rounds,
                MeasureAsync,
                () => Result.ShellAsync($"{engine}/images/{Image}/get | tar t > /dev/null"));
            return [time, peak];
        }
        finally
        {
            await Result.ShellAsync($"{engine}/images/{Image} --request DELETE > /dev/null");
        }
    }
}
