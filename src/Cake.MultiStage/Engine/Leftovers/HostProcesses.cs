using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Cake.MultiStage.Engine.Leftovers;

/// <summary>The processes that this one sees: which of them live, and since when.</summary>
internal sealed class HostProcesses
{
    private const int StartField = 19; // of those behind the name, which is in parentheses (proc_pid_stat(5))

    /// <summary>
    /// Gets what names this machine, its current boot, and the processes seen on it: a container sees others than its host.
    /// </summary>
    public string Host { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\n', Environment.MachineName, Read("/proc/sys/kernel/random/boot_id"), LinkOf("/proc/self/ns/pid")))))[..12];

    /// <summary>Gets when a process started, or <see langword="null"/> where there is none of this number.</summary>
#pragma warning disable CA1822 // what a process is asked for belongs to the host it runs on
    public long? StartOf(int processId)
#pragma warning restore CA1822
    {
        if (OperatingSystem.IsLinux())
        {
            // Ticks since the boot, which no change of the clock moves.
            var stat = Read(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat"));
            var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return fields.Length > StartField && fields[0] is not ("Z" or "X")
                ? long.Parse(fields[StartField], CultureInfo.InvariantCulture)
                : null;
        }

        try
        {
            using var process = Process.GetProcessById(processId);
            return new DateTimeOffset(process.StartTime.ToUniversalTime()).ToUnixTimeSeconds();
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            return null;
        }
        catch (Exception exception) when (exception is Win32Exception or NotSupportedException)
        {
            // It lives, and belongs to somebody else.
            return 0;
        }
    }

    private static string Read(string file)
    {
        try
        {
            return File.Exists(file) ? File.ReadAllText(file) : "";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string LinkOf(string file)
    {
        try
        {
            return new FileInfo(file).LinkTarget ?? "";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
