using System.Diagnostics;
using Cake.MultiStage.Building;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Analysis;
using Cake.MultiStage.Reporting;
using Cake.MultiStage.Reporting.Document;
using Cake.MultiStage.Reporting.Html;

namespace Cake.MultiStage.Benchmarks;

/// <summary>Writing the HTML report of 50,000 files, against the time that is allowed. Once and cold, as a build does it.</summary>
internal static class HtmlBenchmark
{
    private const int Files = 50_000;
    private const double Seconds = 2;

    public static async Task<Result> RunAsync()
    {
        var source = new ReportSource(Measured());
        var watch = Stopwatch.StartNew();
        await HtmlReport.WriteAsync(ImageReport.Of(source), Stream.Null, CancellationToken.None);
        return new Result($"HTML of {Files / 1000},000 files, of {Seconds} s", Math.Round(watch.Elapsed.TotalSeconds / Seconds, 3), 1);
    }

    private static MeasuredImage Measured()
    {
        var id = Digest.Parse("sha256:" + new string('1', 64));
        List<ImageFile> files = [.. Enumerable.Range(0, Files)
            .Select(
                file => new ImageFile { Path = $"/usr/{file % 50}/{file % 1000}/file-{file}.txt", Size = new ByteSize(file),
                    Mode = 0x1A4 })];
        var size = new ByteSize(files.Sum(file => file.Size.Bytes));
        return ImageAnalysis.Analyze(new MeasuredImage
        {
            Image = new BuiltImage { Id = id, Platform = new Images.Platform("linux", "amd64"),
                Engine = new EngineEndpoint(new Uri("unix:///none"), "none") },
            Layers = [new MeasuredLayer(id, size, Files, "COPY . .") { Entries = files }],
            Stages = [new MeasuredStage("final", "scratch", size)],
        }, CancellationToken.None);
    }
}
