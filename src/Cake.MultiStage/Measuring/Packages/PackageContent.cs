namespace Cake.MultiStage.Measuring.Packages;

/// <summary>Asks for the package databases, and for what says which system they are of.</summary>
internal sealed class PackageContent : IContentSelector
{
    /// <summary>The most that is held of a file.</summary>
    public const int Most = 16 << 20;

    public const string DpkgStatus = "/var/lib/dpkg/status";
    public const string DpkgParts = "/var/lib/dpkg/status.d";
    public const string DpkgLists = "/var/lib/dpkg/info";

    public static IReadOnlyList<string> ApkDatabases { get; } = ["/lib/apk/db/installed", "/usr/lib/apk/db/installed"];

    /// <summary>Says whether a file lists the packages of a system: all of them, whichever layers brought them.</summary>
    public static bool IsDatabase(string path) =>
        path == DpkgStatus || ApkDatabases.Contains(path, StringComparer.Ordinal) || RpmDatabase.IsDatabase(path);

    public int BytesOf(string path, long size, int mode)
    {
        // Nearly no path is one of them: told by the first letters.
        var wanted = path.StartsWith("/var/lib/dpkg/", StringComparison.Ordinal)
            ? path == DpkgStatus
                || path.StartsWith(DpkgParts + "/", StringComparison.Ordinal)
                || (path.StartsWith(DpkgLists + "/", StringComparison.Ordinal) && path.EndsWith(".list", StringComparison.Ordinal))
            : path is "/etc/os-release" or "/usr/lib/os-release"
                || (path.EndsWith("/apk/db/installed", StringComparison.Ordinal) && ApkDatabases.Contains(path, StringComparer.Ordinal));
        return wanted ? (int)Math.Min(size, Most) : 0;
    }
}
