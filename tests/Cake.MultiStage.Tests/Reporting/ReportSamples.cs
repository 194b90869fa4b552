using Cake.MultiStage.Checking;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Comparing;
using Cake.MultiStage.Reporting;
using Cake.MultiStage.Reporting.Document;
using Cake.MultiStage.Tests.Measuring;

namespace Cake.MultiStage.Tests.Reporting;

/// <summary>Reports of all shapes.</summary>
internal static class ReportSamples
{
    public const string Hostile = "RUN a | b\n`c` <d> *e* [f](g) ##vso[task.complete] ::error:: \u001b[31m 漢字 🐳 "
        + "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

    public static ReportSource Bare => new(ReportTests.Measured());

    public static ReportSource Clean => Bare with { Check = new CheckResult("hello:1.0", []) };

    /// <summary>Gets a report with everything that a report may hold.</summary>
    public static ReportSource Full => new(Whole)
    {
        Check = new CheckResult("hello:1.0",
            [Loader, Warning("safe-setuid", "/bin/a"), Warning("safe-setuid", "/bin/b"),
                new Finding("small-waste", FindingLevel.Note, "1 kB is wasted.", "Do it in one step.")])
        {
            Start = new StartProof { ExitCode = 3, Output = "starting\n```\nfailed | <b>\n", FirstOutput = TimeSpan.FromSeconds(0.0456),
                WaitedFor = "TCP port 8080", Ready = TimeSpan.FromSeconds(1.23), Duration = TimeSpan.FromSeconds(1.5) },
        },
        Comparison = ImageComparer.Compare(
            ImageBaseline.Of(AnalysisTests.Image([AnalysisTests.File("/usr/lib/a", 100), AnalysisTests.File("/gone", 30)])),
            ImageBaseline.Of(Whole)),
        History = Runs,
    };

    public static IReadOnlyList<HistoryLine> Runs =>
        [Entry(100, date: null, commit: null),
            Entry(135, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), "0123456789abcdef0123456789abcdef01234567")];

    /// <summary>Gets a report in which every text that comes from outside is one that breaks things.</summary>
    public static ReportSource Broken => Full with
    {
        Measured = ReportTests.Measured(Hostile, Hostile,
            Hostile) with { Leftovers = [new Leftover(Hostile, "/" + Hostile, new ByteSize(1), 1, 0, Hostile, IsFromBase: false)],
                Packages = [new ImagePackage("dpkg", Hostile, Hostile, new ByteSize(1), new ByteSize(2), -1, Hostile)
                    { Licenses = [Hostile], Url = Hostile, Path = "/" + Hostile }] },
        Check = new CheckResult(Hostile,
            [new Finding("start-loader", FindingLevel.Error, Hostile, Hostile)
                { Path = "/" + Hostile, Instruction = Hostile, Reason = Hostile }])
                    { Start = new StartProof { Output = Hostile + "\n````\n" + Hostile } },
    };

    /// <summary>Gets a report of an image with far more of everything than a page takes.</summary>
    public static ReportSource Large => Full with
    {
        Check = new CheckResult("hello:1.0", [.. Enumerable.Range(0, 2_000).Select(index => Warning($"safe-{index}", $"/bin/{index}"))])
            { Start = new StartProof { Output = string.Concat(Enumerable.Repeat("a line of what the program wrote\n", 100_000)) } },
        Measured = Whole with { Layers = [.. Enumerable.Repeat(Whole.Layers[0] with { CreatedBy = "RUN " + new string('x', 100_000) },
            120)] },
    };

    public static Finding Loader { get; } = new("start-loader", FindingLevel.Error,
        "'/bin/hello' is linked dynamically, and its loader '/lib/ld.so' is not in the image.", "Link it statically.")
    {
        Path = "/bin/hello",
        Instruction = "COPY /bin/hello /bin/hello",
        Reason = "Without its loader a dynamic program ends with 'no such file or directory'.",
    };

    private static MeasuredImage Whole =>
        AnalysisTests.Image([AnalysisTests.File("/usr/lib/a", 100, 'y'), AnalysisTests.File("/var/lib/apt/lists/x", 500),
            AnalysisTests.File("/b", 50), AnalysisTests.File("/c", 50)],
                [AnalysisTests.File("/usr/lib/new", 200), AnalysisTests.File("/usr/lib/a", 7)]) with
    {
        Base = new MeasuredBase("debian:trixie-slim", 1, new ByteSize(700)),
        Packages =
        [
            new ImagePackage("dpkg", "libc6", "2.41", new ByteSize(100), new ByteSize(90), 0, "RUN 0")
                { Licenses = ["LGPL-2.1-or-later"], Url = "pkg:deb/debian/libc6@2.41" },
        ],
    };

    private static Finding Warning(string rule, string path) =>
        new(rule, FindingLevel.Warning, $"'{path}' has the mode 4755.", "Take the bits away.")
            { Path = path, Reason = "Such a file gives more permissions." };

    private static HistoryLine Entry(long size, DateTimeOffset? date, string? commit) => new()
    {
        SchemaVersion = HistoryLine.Version,
        Name = "hello:1.0",
        Id = ReportTests.Measured().Image.Id,
        Date = date,
        Commit = commit,
        Size = new ByteSize(size),
        CompressedSize = date is null ? null : new ByteSize(size / 2),
        Layers = 1,
        Wasted = default,
        Saved = default,
        Stages = new Dictionary<string, ByteSize>(StringComparer.Ordinal) { ["builder"] = new ByteSize(1000) },
    };
}
