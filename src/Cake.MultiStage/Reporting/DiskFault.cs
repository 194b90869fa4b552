namespace Cake.MultiStage.Reporting;

/// <summary>What a fault of the disk was, in words.</summary>
internal static class DiskFault
{
    // ENOSPC and EDQUOT as the runtimes for Linux and macOS hand them on, and the two that Windows has (winerror.h).
    private static readonly HashSet<int> Full = [28, 122, 69, unchecked((int)0x80070070), unchecked((int)0x80070027)];

    /// <summary>Says which file could not be written, and where the disk is full, which disk.</summary>
    public static string Of(string file, Exception exception) =>
        Full.Contains(exception.HResult) && DiskOf(file) is { } disk
            ? $"'{file}' can't be written: the disk that is mounted at '{disk.Name}' is full ({new Images.ByteSize(disk.AvailableFreeSpace)} free of {new Images.ByteSize(disk.TotalSize)}). Free some space, or name a folder on another disk."
            : $"'{file}' can't be written: {exception.Message} Check that this user may write there, or name another folder.";

    /// <summary>Finds the disk that a file is on: the one with the deepest mount point above it.</summary>
    private static DriveInfo? DiskOf(string file)
    {
        var path = Path.GetFullPath(file);
        return DriveInfo.GetDrives()
            .Where(disk => disk.IsReady && IsAbove(disk.Name, path))
            .MaxBy(disk => disk.Name.Length);
    }

    private static bool IsAbove(string mount, string path) =>
        path.StartsWith(Path.TrimEndingDirectorySeparator(mount), StringComparison.Ordinal)
        && (Path.EndsInDirectorySeparator(mount) || path.Length == mount.Length || path[mount.Length] == Path.DirectorySeparatorChar);
}
