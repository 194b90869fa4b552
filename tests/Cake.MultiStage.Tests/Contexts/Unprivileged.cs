using System.Runtime.InteropServices;

namespace Cake.MultiStage.Tests.Contexts;

/// <summary>Runs something as a user to whom file permissions apply, whoever runs the tests: root may read anything.</summary>
internal static class Unprivileged
{
    private const uint Nobody = 65534;

    public static Exception? Run(Action action)
    {
        Exception? thrown = null;
        // Linux keeps the user for file access per thread, so a thread of its own leaves all others as they are.
        var thread = new Thread(() =>
        {
            if (Environment.IsPrivilegedProcess)
            {
                _ = SetFileSystemUser(Nobody);
            }

            try
            {
                action();
            }
            catch (MultiStageException exception)
            {
                thrown = exception;
            }
        });
        thread.Start();
        thread.Join();
        return thrown;
    }

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
#pragma warning disable SYSLIB1054 // LibraryImport asks for unsafe code, which one call of an integer is not worth.
    [DllImport("libc", EntryPoint = "setfsuid")]
    private static extern int SetFileSystemUser(uint user);
#pragma warning restore SYSLIB1054
}
