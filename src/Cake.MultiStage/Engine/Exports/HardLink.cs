using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Cake.MultiStage.Engine.Exports;

/// <summary>A second name for a file, which .NET has no method for.</summary>
internal static class HardLink
{
    /// <exception cref="IOException">The file system refuses.</exception>
    public static void Create(string path, string existing)
    {
        var made = OperatingSystem.IsWindows() ? CreateHardLink(path, existing, IntPtr.Zero) : LinkOnUnix(existing, path) == 0;
        if (!made)
        {
            throw new IOException(new Win32Exception(Marshal.GetLastPInvokeError()).Message);
        }
    }

#pragma warning disable SYSLIB1054 // LibraryImport asks for unsafe code, which two calls of plain arguments are not worth.
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    private static extern int LinkOnUnix([MarshalAs(UnmanagedType.LPUTF8Str)] string existing,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string path);

    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [DllImport("kernel32.dll", EntryPoint = "CreateHardLinkW", CharSet = CharSet.Unicode, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool CreateHardLink(string path, string existing, IntPtr attributes);
#pragma warning restore SYSLIB1054
}
