using System.Security.Cryptography;
using System.Text;
using Cake.MultiStage.Building;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Analysis;
using Cake.MultiStage.Measuring.Comparing;
using Cake.MultiStage.Reporting;
using Cake.MultiStage.Reporting.Document;

namespace Cake.MultiStage.BrowserTests.Kit;

/// <summary>Reports such as users have them: a Go service on a Debian base, with all that can be said of it.</summary>
internal static class SampleReport
{
    /// <summary>Gets a report with everything in it.</summary>
    public static ReportSource Full => new(Service("1.4.0", 18_200_000))
    {
        Check = Check(),
        History = [.. Enumerable.Range(0, 8).Select(Run)],
        Comparison = ImageComparer.Compare(ImageBaseline.Of(Service("1.3.2", 17_400_000)), ImageBaseline.Of(Service("1.4.0", 18_200_000))),
    };

    /// <summary>Gets a report of a measurement alone.</summary>
    public static ReportSource Plain => new(Service("1.4.0", 18_200_000));

    /// <summary>Gets the report of an image with one layer.</summary>
    public static ReportSource Of(params ImageFile[] files) =>
        new(
            Image("sample:1.0", [Layer("COPY . /", isFromBase: false, files)],
                stages: [new MeasuredStage("final", "scratch", new ByteSize(files.Sum(file => file.Size.Bytes)))]));

    /// <summary>Gets the report of an image with as many files as a large Node.js service has.</summary>
    public static ReportSource Large(int files)
    {
        const int Layers = 5;
        var random = new Random(7);
        var layers = Enumerable.Range(0, Layers)
            .Select(
                layer => Layer(layer == 0 ? "ADD rootfs.tar / # debian" : $"COPY --from=builder /src/part-{layer} /srv/part-{layer}",
                    layer == 0, Enumerable.Range(0, files / Layers)
            .Select(
                file =>
                    File(
                        $"/srv/part-{layer}/node_modules/@scope-{file % 40}/package-{file % 700}/dist/"
                            + $"module-{file}.{(file % 3 == 0 ? "d.ts" : "js")}",
                            random.Next(1, 40_000)))));
        return new ReportSource(
            Image("large:1.0", [.. layers],
                [new MeasuredStage("builder", "node:22", new ByteSize(2_100_000_000)),
                    new MeasuredStage("final", "debian:trixie-slim", new ByteSize(1_000_000_000))]));
    }

    public static ImageFile File(string path, long size, int mode = 0x1A4, string? content = null) => new()
    {
        Path = path,
        Size = new ByteSize(size),
        Mode = mode,
        Hash = size == 0 ? null : new ContentHash(SHA256.HashData(Encoding.UTF8.GetBytes(content ?? path))),
    };

    public static Digest DigestOf(string text) =>
        Digest.Parse("sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));

    private static MeasuredImage Service(string version, long binary)
    {
        MeasuredLayer[] layers =
        [
            Layer("ADD rootfs.tar / # debian:trixie-slim", isFromBase: true, DebianFiles.Base()),
            Layer("RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates curl tzdata", isFromBase: false,
                DebianFiles.Installed()),
            Layer("COPY --from=builder /out/ /app/", isFromBase: false, ServiceFiles(version, binary)),
            Layer("RUN chmod 0755 /app/server && rm -rf /app/docs", isFromBase: false,
            [
                File("/app/server", binary, 0x1ED, "server " + version),
                new ImageFile { Path = "/app/docs", Type = ImageFileType.Whiteout },
            ]),
        ];
        return Image($"registry.example.com/shop/checkout:{version}", layers,
        [
            new MeasuredStage("builder", "golang:1.23-bookworm", new ByteSize(1_083_000_000))
                { Layers = 11, Added = new ByteSize(214_000_000) },
            new MeasuredStage("assets", "node:22-slim", new ByteSize(412_000_000)) { Layers = 8, Added = new ByteSize(187_000_000) },
            new MeasuredStage("final", "debian:trixie-slim", new ByteSize(layers.Sum(layer => layer.Size.Bytes)))
                { Layers = layers.Length, Added = new ByteSize(layers.Skip(1).Sum(layer => layer.Size.Bytes)) },
        ]) with { Artifacts = new ByteSize(1_900_000) };
    }

    private static IEnumerable<ImageFile> ServiceFiles(string version, long binary) =>
    [
        File("/app/server", binary, content: "server " + version),
        File("/app/config/defaults.yaml", 4_210),
        File("/app/migrations/0001_init.sql", 12_800),
        File("/app/migrations/0002_orders.sql", 9_400),
        File($"/app/config/features-{version}.yaml", 2_600),
        .. Enumerable.Range(0, binary > 18_000_000 ? 24 : 23)
            .Select(index => File($"/app/static/assets/chunk-{index:x4}.js", 96_000 + (index * 7_300))),
        .. Enumerable.Range(0, 12)
            .Select(index => File($"/app/static/images/banner-{index}.webp", 140_000 + (index * 21_000), content: $"banner {index / 2}")),
        .. Enumerable.Range(0, 30).Select(index => File($"/app/docs/chapter-{index:00}.html", 60_000 + (index * 900))),
    ];

    private static MeasuredLayer Layer(string instruction, bool isFromBase, IEnumerable<ImageFile> files)
    {
        ImageFile[] entries = [.. files];
        var bytes = entries.Sum(file => file.Size.Bytes);
        return new MeasuredLayer(DigestOf($"{instruction} {bytes}"), new ByteSize(bytes),
            entries.Count(file => file.Type is ImageFileType.File or ImageFileType.Whiteout), instruction)
        {
            CompressedSize = new ByteSize(bytes * 2 / 5),
            IsFromBase = isFromBase,
            Entries = entries,
        };
    }

    private static MeasuredImage Image(string name, IReadOnlyList<MeasuredLayer> layers, IReadOnlyList<MeasuredStage> stages)
    {
        var ofBase = layers.Where(layer => layer.IsFromBase).ToList();
        return ImageAnalysis.Analyze(new MeasuredImage
        {
            Image = new BuiltImage
            {
                Id = DigestOf(name),
                Tags = [ImageReference.Parse(name)],
                Duration = TimeSpan.FromSeconds(48.213),
                Platform = new Platform("linux", "amd64"),
                Engine = new EngineEndpoint(new Uri("unix:///none"), "none"),
            },
            Layers = layers,
            Stages = stages,
            Base = ofBase.Count == 0
                ? null
                : new MeasuredBase(stages[^1].Base, ofBase.Count, new ByteSize(ofBase.Sum(layer => layer.Size.Bytes))),
        }, CancellationToken.None);
    }

    private static CheckResult Check() => new("registry.example.com/shop/checkout:1.4.0",
    [
        new Finding("secret-key", FindingLevel.Error, "/app/config/tls.key holds a private key.",
            "Take it out of the image, and mount it when the container starts.")
                { Reason = "Whoever can pull an image can read every file in each of its layers.", Path = "/app/config/tls.key",
                    Instruction = "COPY --from=builder /out/ /app/" },
        new Finding("user-root", FindingLevel.Warning, "The container runs as root.", "Set a user: USER 65532:65532.")
            { Reason = "A program that is broken into gives the intruder its permissions." },
        new Finding("apt-lists", FindingLevel.Warning, "19.4 MB of package lists are in the image.",
            "Remove /var/lib/apt/lists in the same RUN.")
                { Reason = "They age, and apt-get update brings new ones.", Path = "/var/lib/apt/lists",
                    Instruction = "RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates curl tzdata" },
        new Finding("setuid", FindingLevel.Note, "7 programs have the set-user-id bit.",
            "Take the bit away where the service needs none of them: RUN chmod u-s …")
                { Reason = "They run with their owner's permissions whoever starts them.", Path = "/usr/bin/su" },
        new Finding("health", FindingLevel.Note, "The image has no health check.",
            "Add HEALTHCHECK, or let the orchestrator probe /healthz."),
    ])
    {
        Start = new StartProof
        {
            Output =
                "time=2025-03-01T12:00:00Z level=INFO msg=\"checkout starts\" version=1.4.0\ntime=2025-03-01T12:00:00Z level=INFO "
                    + "msg=\"listening\" port=8080\n",
            FirstOutput = TimeSpan.FromMilliseconds(41),
            WaitedFor = "TCP port 8080",
            Ready = TimeSpan.FromMilliseconds(63),
            Duration = TimeSpan.FromSeconds(2.31),
        },
    };

    private static ReportedRun Run(int run)
    {
        long[] sizes = [131_200_000, 131_900_000, 139_400_000, 138_800_000, 127_300_000, 127_900_000, 128_400_000, 148_100_000];
        return new ReportedRun
        {
            Name = "registry.example.com/shop/checkout",
            Id = DigestOf($"run {run}"),
            Date = new DateTimeOffset(2025, 2, 1 + (3 * run), 9, 30, 0, TimeSpan.Zero),
            Commit = DigestOf($"commit {run}").Encoded[..40],
            Size = new ByteSize(sizes[run]),
            CompressedSize = new ByteSize(sizes[run] * 2 / 5),
            Layers = 4,
            Wasted = new ByteSize(18_000_000 + (run * 140_000)),
            Saved = new ByteSize(1_083_000_000 - sizes[run]),
            Stages = new Dictionary<string, ByteSize>(StringComparer.Ordinal)
                { ["builder"] = new ByteSize(1_083_000_000), ["final"] = new ByteSize(sizes[run]) },
        };
    }
}
