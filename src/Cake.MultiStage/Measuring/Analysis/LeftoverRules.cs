using Cake.MultiStage.Images;

namespace Cake.MultiStage.Measuring.Analysis;

/// <summary>Names that tools are known to leave behind. A directory that matches is taken with everything in it.</summary>
internal static class LeftoverRules
{
    private static readonly Dictionary<string, string> Places = new(StringComparer.Ordinal)
    {
        ["/var/lib/apt/lists"] = "apt lists",
        ["/var/cache/apt"] = "apt cache",
        ["/var/cache/debconf"] = "debconf cache",
        ["/var/lib/dpkg/status-old"] = "dpkg backup",
        ["/var/lib/dpkg/available-old"] = "dpkg backup",
        ["/var/cache/apk"] = "apk cache",
        ["/etc/apk/cache"] = "apk cache",
        ["/var/cache/dnf"] = "dnf cache",
        ["/var/cache/libdnf5"] = "dnf cache",
        ["/var/cache/yum"] = "yum cache",
        ["/var/cache/zypp"] = "zypper cache",
        ["/var/cache/pacman"] = "pacman cache",
        ["/var/cache/ldconfig"] = "ldconfig cache",
        ["/var/cache/man"] = "man pages",
        ["/var/log"] = "logs",
        ["/tmp"] = "temporary files",
        ["/var/tmp"] = "temporary files",
        ["/usr/lib/debug"] = "debug symbols",
        ["/usr/share/doc"] = "documentation",
        ["/usr/share/info"] = "documentation",
        ["/usr/share/gtk-doc"] = "documentation",
        ["/usr/share/man"] = "man pages",
        ["/usr/local/share/man"] = "man pages",
        ["/usr/local/share/doc"] = "documentation",
        ["/go/pkg/mod"] = "go module cache",
        ["/usr/local/cargo/registry"] = "cargo cache",
        ["/usr/local/cargo/git"] = "cargo cache",
        ["/usr/local/share/.cache/yarn"] = "yarn cache",
    };

    // By the directory's own name and that of the one it is in, wherever they are.
    private static readonly Dictionary<(string Parent, string Name), string> Pairs = new()
    {
        [(".cache", "pip")] = "pip cache",
        [(".cache", "uv")] = "uv cache",
        [(".cache", "pypoetry")] = "poetry cache",
        [(".cache", "yarn")] = "yarn cache",
        [(".cache", "pnpm")] = "pnpm cache",
        [(".cache", "go-build")] = "go build cache",
        [(".cache", "ccache")] = "ccache",
        [("node_modules", ".cache")] = "node_modules cache",
        [(".yarn", "cache")] = "yarn cache",
        [("pnpm", "store")] = "pnpm store",
        [(".npm", "_cacache")] = "npm cache",
        [(".npm", "_logs")] = "npm logs",
        [(".cargo", "registry")] = "cargo cache",
        [(".cargo", "git")] = "cargo cache",
        [(".nuget", "packages")] = "nuget cache",
        [("NuGet", "http-cache")] = "nuget cache",
        [("NuGet", "v3-cache")] = "nuget cache",
        [(".m2", "repository")] = "maven cache",
        [(".gradle", "caches")] = "gradle cache",
    };

    private static readonly HashSet<string> SecondNames = Pairs.Keys.Select(pair => pair.Name).ToHashSet(StringComparer.Ordinal);

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        [".git"] = "version control",
        [".hg"] = "version control",
        [".svn"] = "version control",
        ["__pycache__"] = "python bytecode",
        [".pytest_cache"] = "test cache",
        [".mypy_cache"] = "test cache",
        [".ccache"] = "ccache",
    };

    /// <summary>Says what a directory was left behind by, or nothing.</summary>
    public static string? OfDirectory(FileSystemNode directory)
    {
        if (Places.TryGetValue(directory.Path, out var place))
        {
            return place;
        }

        var name = PosixPath.NameOf(directory.Path.AsSpan());
        if (Names.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var kind))
        {
            return kind;
        }

        // An `obj` is .NET's where NuGet wrote its notes: other directories may have the name too.
        return name is "obj" && directory.Child("project.assets.json") is not null ? "build output"
            : name.EndsWith(".dSYM", StringComparison.Ordinal) ? "debug symbols"
            : directory.Parent is { } parent && SecondNames.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name)
            ? Pairs.GetValueOrDefault((parent.Name, name.ToString()))
            : null;
    }

    /// <summary>Says what a file was left behind by, or nothing.</summary>
    public static string? OfFile(FileSystemNode file)
    {
        var name = PosixPath.NameOf(file.Path.AsSpan());
        return name.EndsWith(".debug", StringComparison.Ordinal)
            || name.EndsWith(".pdb", StringComparison.Ordinal)
            || name.EndsWith(".dbg", StringComparison.Ordinal) ? "debug symbols"
            : name.EndsWith(".pyc", StringComparison.Ordinal) ? "python bytecode"
            : name.EndsWith("-old", StringComparison.Ordinal) && Places.TryGetValue(file.Path, out var place) ? place
            : null;
    }
}
