using System.Globalization;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Checking.Rules;

/// <summary>The image's own layers hold nothing that only building needed.</summary>
internal sealed class NoLeftovers()
    : CheckRule("small-leftovers", FindingLevel.Warning, "Lists and caches of package managers, logs and the like ship with every pull.")
{
    // Below that a finding costs more attention than it saves.
    private const long Least = 1_000_000;

    public override IEnumerable<Finding> Check(CheckedImage image) => image.Measured.Leftovers
        .Where(leftover => !leftover.IsFromBase)
        .GroupBy(leftover => leftover.Kind, StringComparer.Ordinal)
        .Where(kind => kind.Sum(leftover => leftover.Size.Bytes) >= Least)
        .SelectMany(kind => kind.Where((leftover, index) => index == 0 || leftover.Size.Bytes >= Least / 10))
        .Select(leftover => Found(
            $"'{leftover.Path}' ({leftover.Kind}) takes {leftover.Size}.",
            "Delete it in the step that makes it, or mount a cache there.",
            leftover.Path,
            leftover.CreatedBy) with { Kind = leftover.Kind });
}

/// <summary>No layer holds much that later ones replace or take away.</summary>
internal sealed class LittleWaste()
    : CheckRule("small-waste", FindingLevel.Warning, "What a later layer replaces or deletes ships all the same.")
{
    private const long Least = 1_000_000;

    public override IEnumerable<Finding> Check(CheckedImage image) => image.Measured.Waste.Files
        .Where(file => file.Layer >= image.BaseLayers || file.RemovedInLayer >= image.BaseLayers)
        .Except(NoRepeatedContent.Repeated(image.Measured))
        .GroupBy(file => (file.Layer, file.RemovedInLayer))
        .Select(group => (Files: group.ToList(), Size: new ByteSize(group.Sum(file => file.Size.Bytes))))
        .Where(group => group.Size.Bytes >= Least)
        .Select(group => Found(
            $"{Words(group.Files, group.Size)} brought by '{group.Files[0].CreatedBy}' and taken away or replaced by "
                + $"'{group.Files[0].RemovedBy}'.",
            "Do both in one step, or leave it in the builder stage.",
            group.Files[0].Path,
            group.Files[0].CreatedBy) with { Count = group.Files.Count });

    private static string Words(List<WastedFile> files, ByteSize size) => files.Count == 1
        ? $"'{files[0].Path}', {size}, is"
        : string.Create(CultureInfo.InvariantCulture, $"{files.Count} files, {size}, '{files[0].Path}' among them, are");
}

/// <summary>The image's own files are there once.</summary>
internal sealed class NoDuplicates() : CheckRule("small-duplicates", FindingLevel.Note, "A file that is there twice is paid for twice.")
{
    private const long Least = 1_000_000;

    public override IEnumerable<Finding> Check(CheckedImage image) => image.Measured.Duplicates
        .Where(
            files => files.Wasted.Bytes >= Least
                && files.Paths.Any(path => image.Files.Find(path) is { } node && node.Layer >= image.BaseLayers))
        .Select(files => Found(
            $"'{files.Paths[0]}' is there {files.Paths.Count} times, which wastes {files.Wasted}: also as "
                + $"{string.Join(", ", files.Paths.Skip(1).Take(3))}.",
            "Copy it once and link to it.",
            files.Paths[0]) with { Kind = "duplicate" });
}

/// <summary>The final stage has no toolchain.</summary>
internal sealed class NoToolchain()
    : CheckRule("small-toolchain", FindingLevel.Warning, "A toolchain is the largest part of most images, and of use to an attacker.")
{
    private static readonly (string Path, string What)[] Toolchains =
    [
        ("/usr/local/go/bin/go", "Go"), ("/usr/lib/go/bin/go", "Go"), ("/usr/bin/gcc", "GCC"), ("/usr/local/bin/gcc", "GCC"),
        ("/usr/bin/clang", "Clang"), ("/usr/local/cargo/bin/cargo", "Rust"), ("/usr/bin/cargo", "Rust"),
        ("/usr/share/dotnet/sdk", "the .NET SDK"), ("/usr/bin/javac", "a JDK"), ("/opt/java/openjdk/bin/javac", "a JDK"),
        ("/usr/bin/mvn", "Maven"), ("/opt/gradle", "Gradle"),
    ];

    public override IEnumerable<Finding> Check(CheckedImage image) => Toolchains
        .Select(toolchain => (toolchain.What, Node: image.Files.Resolve(toolchain.Path)))
        .Where(found => found.Node is not null)
        .DistinctBy(found => found.What, StringComparer.Ordinal)
        .Select(
            found => Found($"The image has {found.What}: '{found.Node!.Path}'.",
                "Build in the builder stage, and take a base without a toolchain for the final stage.", found.Node.Path,
                image.InstructionOf(found.Node.Layer)));
}
