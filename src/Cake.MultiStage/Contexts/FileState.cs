using System.Runtime.InteropServices;

namespace Cake.MultiStage.Contexts;

/// <summary>
/// What a file system knows of a file that was not written to: whoever changes its content moves <paramref name="Changed"/>, which no
/// program can set back.
/// </summary>
/// <param name="Device">The file system.</param>
/// <param name="Inode">The file's number in it.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Modified">The time of the last change of its content, in nanoseconds since 1970.</param>
/// <param name="Changed">The time of the last change of its content or of what is known of it, in nanoseconds since 1970.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FileState(ulong Device, ulong Inode, long Size, long Modified, long Changed)
{
    /// <summary>Reads a file's state; <see langword="null"/> where the system doesn't tell when a file was changed.</summary>
    /// <remarks>
    /// .NET tells the time of the last write, which programs set as they like, and the call <c>statx(2)</c> of Linux tells the other. Its
    /// structure is the same on every architecture.
    /// </remarks>
    public static FileState? Read(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        const int CurrentFolder = -100; // AT_FDCWD
        const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
        const uint Wanted = 0x7ff; // STATX_BASIC_STATS
        var buffer = new byte[256];
        try
        {
            if (StatX(CurrentFolder, path, NoFollow, Wanted, buffer) != 0 || (UInt32(buffer, 0) & Wanted) != Wanted)
            {
                return null;
            }
        }
        catch (Exception exception) when (exception is EntryPointNotFoundException or DllNotFoundException)
        {
            return null;
        }

        return new FileState(
            ((ulong)UInt32(buffer, 136) << 32) | UInt32(buffer, 140),
            BitConverter.ToUInt64(buffer, 32),
            Int64(buffer, 40),
            Time(buffer, 112),
            Time(buffer, 96));
    }

    private static long Time(byte[] buffer, int offset) => unchecked((Int64(buffer, offset) * 1_000_000_000) + UInt32(buffer, offset + 8));

    private static long Int64(byte[] buffer, int offset) => BitConverter.ToInt64(buffer, offset);

    private static uint UInt32(byte[] buffer, int offset) => BitConverter.ToUInt32(buffer, offset);

#pragma warning disable SYSLIB1054 // LibraryImport asks for unsafe code, which a call of plain arguments is not worth.
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static extern int StatX(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask,
        [Out] byte[] buffer);
#pragma warning restore SYSLIB1054
}
