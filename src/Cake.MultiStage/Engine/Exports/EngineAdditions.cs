using System.Formats.Tar;

namespace Cake.MultiStage.Engine.Exports;

/// <summary>
/// What an engine puts into every container's files, so that it can mount things over it (moby,
/// <c>daemon/initlayer/setup_unix.go</c>): no stage has made these.
/// </summary>
internal static class EngineAdditions
{
    public static bool IsFile(string place, TarEntry entry) => place switch
    {
        "/.dockerenv" => true,
        "/dev/console" or "/etc/hosts" or "/etc/hostname" or "/etc/resolv.conf" =>
            entry is { EntryType: TarEntryType.RegularFile or TarEntryType.V7RegularFile, Length: 0 },
        "/etc/mtab" => entry is { EntryType: TarEntryType.SymbolicLink, LinkName: "/proc/mounts" },
        _ => false,
    };

    /// <summary>Tells whether a folder, where nothing is in it, is the engine's.</summary>
    public static bool IsFolder(string place) => place is "/dev" or "/dev/pts" or "/dev/shm" or "/etc" or "/proc" or "/sys";
}
