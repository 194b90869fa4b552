using Cake.MultiStage.Checking;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Comparing;
using Cake.MultiStage.Reporting.Document;

namespace Cake.MultiStage.Tests.Reporting;

/// <summary>A document in which no member is absent, as no image has them all at once.</summary>
internal static class FilledReport
{
    private static readonly ContentHash Hash = ContentHash.Parse(new string('c', 64))!.Value;

    public static ImageReport Document => new()
    {
        SchemaVersion = ImageReport.Version,
        Image = Image,
        Assumptions = [new ReportedAssumption { Text = "The site is taken to be in dist.", Doubtful = true }],
        Stages =
        [
            new ReportedStage { Name = "builder", Base = "golang:1.21", Size = new(1_080_000), Estimated = true, Added = new(80_000),
                Layers = 7 },
            new ReportedStage { Name = "final", Base = "debian:trixie-slim", Size = new(907), Added = new(207), Layers = 2 },
        ],
        Saved = new ReportedSaving
        {
            Bytes = new(1_079_133),
            Percent = 99.92,
            LargerBy = new(0),
            ComparedWith = "builder",
            Artifacts = new(40),
            Summary = "saved 1.08 MB of stage 'builder' (99.9 %)",
        },
        Waste = Waste,
        Findings =
        [
            new ReportedFinding { Rule = "safe-setuid", Level = FindingLevel.Warning, Count = 2, Message = "It has a mode.",
                Fix = "Take it away.", Reason = "It gives more permissions.", Path = "/su", Instruction = "RUN 1",
                Line = 3, Address = "https://docs.example/setuid/" },
        ],
        Smaller = [new ReportedSmaller { What = "Go, in '/usr/local/go'", How = "Build in a builder stage.", Bytes = new(300),
            Instruction = "RUN 1" }],
        Tests = [new ReportedTest { Name = "'/bin/sh' doesn't exist", Failure = "it does, brought by a layer.", Seconds = 0.875 }],
        Start = new ReportedStart
        {
            Outcome = "it did not start: no such file",
            Refusal = "no such file",
            ExitCode = 3,
            WaitedFor = "TCP port 8080",
            ReadySeconds = 1.23,
            FirstOutputSeconds = 0.046,
            Seconds = 1.5,
            Output = "starting\nfailed\n",
        },
        Comparison = Comparison,
        History = [Run(100, "0123456789abcdef", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero)),
            Run(135, "abcdef0123456789", new DateTimeOffset(2026, 1, 3, 3, 4, 5, TimeSpan.Zero))],
        Duplicates = new ReportedDuplicates
        {
            Count = 1,
            Bytes = new(50),
            Sets = [new ReportedDuplicate { Wasted = new(50), Size = new(50), Sha256 = Hash, Copies = 2, Paths = ["/b", "/c"] }],
        },
        Leftovers = [new ReportedLeftover { Kind = "apt lists", Path = "/var/lib/apt/lists", Size = new(500), Files = 1, Layer = 1,
            FromBase = false }],
        Packages = [new ReportedPackage { Manager = "dpkg", Name = "libc6", Version = "2.41", InstalledSize = new(100), Size = new(90),
            Layer = 0, Licenses = ["LGPL-2.1-or-later"], Url = "pkg:deb/debian/libc6@2.41", Path = "/app/named.json" }],
        Licenses = [new ReportedLicense { License = "LGPL-2.1-or-later", Packages = 17 }],
        Attestations = [new ReportedAttestation { Kind = "SBOM", Predicate = "https://spdx.dev/Document", Digest = Id('f'),
            Size = new(4321), By = "Tool: syft", Sources = ["pkg:docker/debian@trixie-slim"], Packages = 12 }],
        FileTypes = [new ReportedFileType { Type = "other", Files = 4, Size = new(707) }],
        Directories = [new ReportedDirectory { Path = "/var", Files = 1, Size = new(500) }],
        Unlisted = 6,
        UnlistedPackages = 8,
        Build = new ReportedBuild
        {
            Seconds = 12.346,
            BaseImages = [new ReportedBaseImage { Stage = "final", Reference = "debian:trixie-slim", Digest = Id('d') }],
            Steps = [new ReportedStep { Name = "[builder 1/1] RUN make", Stage = "builder", Cached = true, Seconds = 2.5 }],
        },
        Files =
        [
            new ReportedFile { Path = "/b", Size = new(50), Mode = "644", Layer = 0, FileType = 0, Sha256 = Hash },
            new ReportedFile { Path = "/c", Size = new(50), Mode = "644", Layer = 0, FileType = 0, Sha256 = Hash },
            new ReportedFile { Path = "/login", Type = ReportedFileKind.SymbolicLink, Size = new(0), Mode = "777", Target = "su",
                Layer = 0 },
            new ReportedFile { Path = "/su", Size = new(107), Mode = "4755", Uid = 7, Gid = 8, Capabilities = true, Layer = 1, FileType = 0,
                Sha256 = Hash },
            new ReportedFile { Path = "/var/lib/apt/lists/x", Size = new(500), Mode = "644", Layer = 1, FileType = 0, Sha256 = Hash },
        ],
    };

    private static ReportedImage Image => new()
    {
        Name = "hello:1.0",
        Id = Id('1'),
        Tags = ["hello:1.0", "hello:latest"],
        Platform = "linux/amd64",
        System = new ReportedSystem { Id = "debian", Version = "13", Name = "Debian GNU/Linux 13 (trixie)" },
        Created = new DateTimeOffset(2025, 11, 12, 13, 14, 15, TimeSpan.Zero),
        Size = new(907),
        CompressedSize = new(400),
        OwnSize = new(207),
        Base = new ReportedBase { Name = "debian:trixie-slim", Layers = 1, Size = new(700) },
        Layers =
        [
            new ReportedLayer { Digest = Id('a'), Size = new(700), CompressedSize = new(300), Files = 3, CreatedBy = "RUN 0",
                FromBase = true },
            new ReportedLayer { Digest = Id('b'), Size = new(207), CompressedSize = new(100), Files = 2, CreatedBy = "RUN 1",
                FromBase = false },
        ],
    };

    private static ReportedWaste Waste => new()
    {
        Bytes = new(100),
        Total = new(907),
        Efficiency = 0.8897,
        Dive = new ReportedDive { Efficiency = 0.8712, Wasted = new(107), UserSize = new(207), WastedPercent = 51.69 },
        Count = 1,
        Files = [new ReportedWastedFile { Path = "/su", Size = new(100), Layer = 0, RemovedInLayer = 1 }],
    };

    private static ReportedComparison Comparison => new()
    {
        Before = new ReportedSide { Name = "hello:0.9", Id = Id('9'), Size = new(130), Wasted = new(3) },
        After = new ReportedSide { Name = "hello:1.0", Id = Id('1'), Size = new(907), Wasted = new(100) },
        Growth = 777,
        GrowthPercent = 597.69,
        Changes = new ReportedChanges { Added = 4, Changed = 1, Removed = 2 },
        Files = [new ReportedFileChange { Path = "/su", Change = FileChangeKind.Changed, Before = new(100), After = new(107),
            CreatedBy = "RUN 1" }],
        Directories = [new ReportedDirectoryChange { Path = "/var", Before = new(10), After = new(500) }],
        Layers = [new ReportedLayerChange { Change = LayerChangeKind.Shared, Digest = Id('a'), Size = new(700), CreatedBy = "RUN 0" }],
    };

    private static ReportedRun Run(long size, string commit, DateTimeOffset date) => new()
    {
        Date = date,
        Commit = commit,
        Name = "hello:1.0",
        Id = Id('1'),
        Size = new(size),
        CompressedSize = new(size / 2),
        Layers = 2,
        Wasted = new(5),
        Saved = new(900),
        Stages = new Dictionary<string, ByteSize>(StringComparer.Ordinal) { ["builder"] = new(1000) },
    };

    private static Digest Id(char digit) => Digest.Parse("sha256:" + new string(digit, 64));
}
