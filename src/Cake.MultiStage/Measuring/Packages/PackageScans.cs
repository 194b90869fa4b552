namespace Cake.MultiStage.Measuring.Packages;

/// <summary>Knows by its path which file tells of packages, and who reads it.</summary>
internal static class PackageScans
{
    private const int Kilobyte = 1 << 10;
    private const int Megabyte = 1 << 20;

    // No program that names its packages is smaller.
    private const int SmallestProgram = 64 * Kilobyte;

    /// <summary>Returns what looks at a file; <see langword="null"/> for nearly all files.</summary>
    /// <param name="path">The path from the image's root.</param>
    /// <param name="size">The size in bytes.</param>
    /// <param name="mode">The permissions.</param>
    public static IFileScan? Of(string path, long size, int mode)
    {
        var slash = path.LastIndexOf('/');
        var folder = path.AsSpan(0, Math.Max(slash, 0));
        var name = path.AsSpan(slash + 1);
        return name switch
        {
            "package.json" when NodeManifest.IsInstalled(folder) => Whole(size, Megabyte, NodeManifest.Read),
            "METADATA" when folder.EndsWith(".dist-info", StringComparison.Ordinal) => Whole(size, Megabyte, PythonMetadata.Read),
            "PKG-INFO" when folder.EndsWith(".egg-info", StringComparison.Ordinal) => Whole(size, Megabyte, PythonMetadata.Read),
            "copyright" when DebianCopyright.PackageOf(folder) is { } package =>
                Whole(size, Megabyte, text => DebianCopyright.Read(package, text)),
            "installed.json" when folder.EndsWith("/vendor/composer", StringComparison.Ordinal) =>
                Whole(size, 32 * Megabyte, ComposerInstalled.Read),
            _ when Ends(name, ".egg-info") => Whole(size, Megabyte, PythonMetadata.Read),
            _ when Ends(name, ".deps.json") => Whole(size, 32 * Megabyte, DotNetDependencies.Read),
            _ when Ends(name, ".gemspec") && folder.Contains("/specifications", StringComparison.Ordinal) =>
                Whole(size, Megabyte, GemFile(name.ToString())),
            _ when JavaArchive.IsArchive(name) => Whole(size, 256 * Megabyte, JavaFile(name.ToString())),
            _ when RpmDatabase.IsDatabase(path) => Whole(size, 64 * Megabyte, RpmDatabase.Read),
            _ => (mode & 0x49) != 0 && size >= SmallestProgram ? new ProgramScan(size) : null,
        };
    }

    /// <summary>Says whether a file tells of packages, and is too large to be looked at.</summary>
    public static bool IsTooLarge(string path, long size, int mode) =>
        size > Megabyte && Of(path, 1, mode) is not null && Of(path, size, mode) is null;

    private static bool Ends(ReadOnlySpan<char> name, string end) => name.EndsWith(end, StringComparison.Ordinal);

    private static Func<ReadOnlyMemory<byte>, IEnumerable<ContainedPackage?>> GemFile(string name) =>
        content => GemSpecification.Read(name, content);

    private static Func<ReadOnlyMemory<byte>, IEnumerable<ContainedPackage?>> JavaFile(string name) =>
        content => JavaArchive.Read(name, content);

    private static WholeFileScan? Whole(long size, int largest, Func<ReadOnlyMemory<byte>, IEnumerable<ContainedPackage?>> read) =>
        size > 0 && size <= largest ? new WholeFileScan((int)size, read) : null;
}
