using System.Globalization;
using Cake.MultiStage.Checking.Rules;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Analysis;

namespace Cake.MultiStage.Checking;

/// <summary>
/// Ranks what would make an image smaller by the bytes it would save. A file that several would take away counts for the one that saves
/// most, so that the bytes of all can be added up.
/// </summary>
internal sealed class SavingFinder(CheckedImage image)
{
    // Below that a change costs more than it saves.
    private const long Least = 100_000;
    private const int Most = 20;

    private const string Symbols = "debug symbols";

    // Whole folders that only building needs, and what they are.
    private static readonly (string Folder, string What)[] Toolchains =
    [
        ("/usr/local/go", "Go"), ("/usr/lib/go", "Go"), ("/usr/share/dotnet/sdk", "the .NET SDK"), ("/usr/lib/dotnet/sdk", "the .NET SDK"),
        ("/usr/local/rustup", "Rust"), ("/usr/local/cargo", "Rust"), ("/usr/lib/rustlib", "Rust"), ("/usr/lib/gcc", "GCC"),
        ("/usr/libexec/gcc", "GCC"), ("/usr/include", "headers"), ("/usr/share/maven", "Maven"), ("/opt/gradle", "Gradle"),
        ("/opt/java/openjdk/jmods", "a JDK"),
    ];

    public IReadOnlyList<Saving> Find()
    {
        var claimed = new HashSet<(int, string)>();
        List<Saving> found = [];
        foreach (var candidate in Candidates().OrderByDescending(one => one.Bytes).Heeding(image.CancellationToken))
        {
            List<Piece> files = [.. candidate.Files.Where(file => !claimed.Contains((file.Layer, file.Path)))];
            var bytes = files.Sum(file => file.Bytes);
            if (bytes >= Least)
            {
                claimed.UnionWith(files.Select(file => (file.Layer, file.Path)));
                found.Add(new Saving(candidate.What(files), candidate.Fix, new ByteSize(bytes))
                {
                    Instruction = image.InstructionOf(files.MaxBy(file => file.Bytes)!.Layer) is { Length: > 0 } by ? by : null,
                });
            }
        }

        return [.. found.OrderByDescending(saving => saving.Size!.Value.Bytes).Take(Most), .. Unmeasured()];
    }

    private IEnumerable<Candidate> Candidates() =>
        [.. Waste(), .. Leftovers(), .. Duplicates(), .. Natives(), .. BuildTools()];

    private IEnumerable<Candidate> Waste() => image.Measured.Waste.Files
        .Where(file => file.Layer >= image.BaseLayers)
        .GroupBy(file => (file.Layer, file.RemovedInLayer))
        .Select(group => new Candidate(
            [.. group.Select(file => new Piece(file.Layer, file.Path, file.Size.Bytes))],
            files => $"{Many(files)}, that '{LogText.Clean(image.InstructionOf(group.Key.RemovedInLayer))}' replaces or removes",
            "Do both in one step, or leave it in a builder stage."));

    private IEnumerable<Candidate> Leftovers() => image.Measured.Leftovers
        .Where(leftover => !leftover.IsFromBase)
        .GroupBy(leftover => (leftover.Kind, leftover.Layer))
        .Select(group => new Candidate(
            [.. group.SelectMany(leftover => Under(leftover.Path)).Where(file => file.Layer == group.Key.Layer)],
            files => $"{group.Key.Kind}: {Many(files)}",
            group.Key.Kind == Symbols
                ? "Leave them in the builder stage: for .NET by -p:DebugType=none, for other programs by strip."
                : "Delete it in the step that makes it, or mount a cache there."));

    /// <summary>All copies but one, as far as the image itself brought them.</summary>
    private IEnumerable<Candidate> Duplicates()
    {
        List<Piece> copies = [.. image.Measured.Duplicates.SelectMany(files => files.Paths
            .Select(image.Files.Find).OfType<FileSystemNode>()
            .OrderBy(node => node.Layer)
            .Skip(1)
            .Where(node => node.Layer >= image.BaseLayers)
            .Select(node => new Piece(node.Layer, node.Path, files.Size.Bytes)))];
        yield return new Candidate(copies, files => $"{Many(files)}, that {(files.Count == 1 ? "is" : "are")} there once more",
            "Copy it once and link to it.");
    }

    private IEnumerable<Candidate> Natives()
    {
        var platform = NativePlatform.Of(image);
        yield return new Candidate(
            [.. Own().Where(node => platform.ForeignFolder(node.Path) is not null).Select(Piece.Of)],
            files => $"for other platforms than linux/{image.Settings.Architecture}: {Many(files)}",
            "Publish, or install, for the image's platform alone.");
    }

    /// <summary>Toolchains, of the base too: another base is then what saves them.</summary>
    private IEnumerable<Candidate> BuildTools() => Toolchains
        .GroupBy(toolchain => toolchain.What, StringComparer.Ordinal)
        .Select(group => new Candidate(
            [.. group.SelectMany(toolchain => Under(toolchain.Folder))],
            files => files.TrueForAll(file => file.Layer < image.BaseLayers)
                ? $"{group.Key} of the base '{image.Measured.Base?.Name}', in '{FolderOf(files)}'"
                : $"{group.Key}, in '{FolderOf(files)}'",
            "Build in a builder stage, and take a base without it for the final one; for a Dockerfile MultiStageSuggest proposes how."));

    /// <summary>Tells what is known to save much, though how much only trying tells.</summary>
    private IEnumerable<Saving> Unmeasured()
    {
        var core = Own().FirstOrDefault(node => node.Name == "System.Private.CoreLib.dll");
        if (core?.Parent?.Child("Microsoft.VisualBasic.Core.dll") is not null)
        {
            yield return new Saving(
                $"'{core.Parent.Path}' has all of .NET's libraries beside the program",
                "Publish it trimmed or ahead of time (dotnet.Deployment), and test it: the program keeps what it uses.", Size: null)
            {
                Instruction = image.InstructionOf(core.Layer) is { Length: > 0 } by ? by : null,
            };
        }

        if (image.Measured.Base is { Layers: > 0, Name: var name }
            && ImageReference.TryParse(name, out var reference)
            && SmallerBase.Of(reference) is { } smaller
            && (image.BaseTags is not { Trouble: null } known || known.Tags.Contains(smaller.Tag!, StringComparer.Ordinal)))
        {
            yield return new Saving($"the base '{name}'", $"Take '{smaller}', which has less in it, and check that the image starts.",
                Size: null)
            {
                Instruction = $"FROM {name}",
            };
        }
    }

    private IEnumerable<FileSystemNode> Own() => image.OwnFiles.Where(IsCounted);

    private IEnumerable<Piece> Under(string path) => image.Files.Find(path) is not { } node ? []
        : !node.IsDirectory ? (IsCounted(node) ? [Piece.Of(node)] : [])
        : node.Descendants().Where(IsCounted).Select(Piece.Of);

    private static bool IsCounted(FileSystemNode node) => node is { FileCount: 1, IsDirectory: false, Size.Bytes: > 0 };

    private static string FolderOf(List<Piece> files)
    {
        var path = files.MaxBy(file => file.Bytes)!.Path;
        return Toolchains.First(
            toolchain => path == toolchain.Folder || path.StartsWith(toolchain.Folder + "/", StringComparison.Ordinal)).Folder;
    }

    private static string Many(List<Piece> files) => files is [var only] ? $"'{only.Path}'"
        : string.Create(CultureInfo.InvariantCulture, $"{files.Count} files, '{files.MaxBy(file => file.Bytes)!.Path}' the largest");

    private sealed record Piece(int Layer, string Path, long Bytes)
    {
        public static Piece Of(FileSystemNode node) => new(node.Layer, node.Path, node.Size.Bytes);
    }

    private sealed record Candidate(IReadOnlyList<Piece> Files, Func<List<Piece>, string> What, string Fix)
    {
        public long Bytes { get; } = Files.Sum(file => file.Bytes);
    }
}
