using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Cake.MultiStage.Aliases;

/// <summary>What <see cref="RunningOperations"/> needs of the process they run in.</summary>
internal interface IHostProcess
{
    /// <summary>Begins to tell of signals and of the process's end.</summary>
    void Listen(RunningOperations operations);

    /// <summary>Writes an error where Cake may no longer listen.</summary>
    void Error(string text);

    /// <summary>Makes the exit code one of failure.</summary>
    void Fail();

    /// <summary>Ends the process.</summary>
    void End(int exitCode);
}

/// <inheritdoc />
internal sealed class HostProcess : IHostProcess
{
    // 128 and the signal's number, as shells have it.
    private const int Interrupted = 130;
    private const int Terminated = 143;

    private readonly List<PosixSignalRegistration> _signals = [];

    public void Listen(RunningOperations operations)
    {
        _signals.Add(PosixSignalRegistration.Create(
            PosixSignal.SIGINT, signal => signal.Cancel |= operations.Signal("Ctrl+C", Interrupted)));
        _signals.Add(PosixSignalRegistration.Create(
            PosixSignal.SIGTERM, signal => signal.Cancel |= operations.Signal("SIGTERM", Terminated)));
        AppDomain.CurrentDomain.ProcessExit += (_, _) => operations.Exiting();
    }

    public void Error(string text) => Console.Error.WriteLine("Error: " + text);

    public void Fail()
    {
        if (Environment.ExitCode == 0)
        {
            Environment.ExitCode = 1;
        }
    }

    public void End(int exitCode)
    {
        // Whoever else listens to the process's end has a second for it.
        using var process = Process.GetCurrentProcess();
        using var kill = new Timer(_ => process.Kill(), state: null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        Environment.Exit(exitCode);
    }
}
