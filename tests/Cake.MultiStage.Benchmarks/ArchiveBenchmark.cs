using System.Globalization;
using Cake.MultiStage.Building;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Analysis;

namespace Cake.MultiStage.Benchmarks;

/// <summary>Reading and analysing a layer of 50,000 files, against <c>tar t</c> of the same archive.</summary>
internal static class ArchiveBenchmark
{
    private const int Files = 50_000;
    private const int WarmUps = 8;
    private const int Rounds = 15;
    private const double Goal = 1.5;

    public static async Task<IReadOnlyList<Result>> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("multistage-benchmark-").FullName;
        try
        {
            var archive = Path.Combine(folder, "layer.tar");
            await MakeAsync(folder, archive);
            Task TarAsync() => Result.ShellAsync($"tar tf '{archive}' > /dev/null");
            return
            [
                await Result.CompareAsync("50,000 files, names and sizes, against tar t", Goal, WarmUps, Rounds,
                    () => AnalyzeAsync(archive, hash: false), TarAsync),
                await Result.CompareAsync("50,000 files, hashed too, against tar t and sha256sum", Goal, WarmUps, Rounds,
                    () => AnalyzeAsync(archive, hash: true),
                    () => Result.ShellAsync($"tar tf '{archive}' > /dev/null && sha256sum '{archive}' > /dev/null")),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MakeAsync(string folder, string archive)
    {
        for (var file = 0; file < Files; file++)
        {
            var path = Path.Combine(folder, "tree", "usr", (file % 50).ToString(CultureInfo.InvariantCulture),
                (file % 1000).ToString(CultureInfo.InvariantCulture));
            Directory.CreateDirectory(path);
            await File.WriteAllTextAsync(Path.Combine(path, $"file-{file}.txt"), new string((char)('a' + (file % 26)), file % 2000));
        }

        await Result.ShellAsync($"tar --sort=name -cf '{archive}' -C '{folder}/tree' .");
    }

    private static async Task AnalyzeAsync(string archive, bool hash)
    {
        await using var stream = File.OpenRead(archive);
        using var layers = new LayerReader(new MeasureOptions { Hash = hash });
        var content = await layers.ReadAsync(stream, CancellationToken.None);
        var id = Digest.Parse("sha256:" + new string('1', 64));
        var measured = ImageAnalysis.Analyze(new MeasuredImage
        {
            Image = new BuiltImage { Id = id, Platform = new Images.Platform("linux", "amd64"),
                Engine = new EngineEndpoint(new Uri("unix:///none"), "none") },
            Layers = [new MeasuredLayer(id, new ByteSize(content.Bytes), content.Files, "COPY . .") { Entries = content.Entries }],
            Stages = [],
        }, CancellationToken.None);
        if (measured.Files.Root.FileCount != Files)
        {
            throw new InvalidOperationException($"{measured.Files.Root.FileCount} files were found.");
        }
    }
}
