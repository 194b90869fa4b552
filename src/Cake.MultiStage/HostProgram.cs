using System.Diagnostics;

namespace Cake.MultiStage;

/// <summary>A program of this host that is asked something, and answers and ends.</summary>
/// <param name="name">The program, found along PATH.</param>
/// <param name="arguments">Its arguments.</param>
internal sealed class HostProgram(string name, IEnumerable<string> arguments)
{
    private readonly ProcessStartInfo _start = new(name, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        UseShellExecute = false,
    };

    /// <summary>Gets the environment that it gets: this process's, to be changed.</summary>
    public IDictionary<string, string?> Environment => _start.Environment;

    /// <summary>Starts it without waiting for its end.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">It can't be started.</exception>
    public Process Start() => Process.Start(_start)!;

    /// <summary>Runs it to its end.</summary>
    /// <param name="input">What it reads from standard input.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">It can't be started.</exception>
    /// <exception cref="TimeoutException">It did not end in time, and was killed.</exception>
    public async Task<ProgramAnswer> RunAsync(string input, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ending.CancelAfter(limit);
        using var process = Start();
        try
        {
            await WriteAsync(process, input, ending.Token);
            var errors = process.StandardError.ReadToEndAsync(ending.Token);
            var output = await process.StandardOutput.ReadToEndAsync(ending.Token);
            var error = await errors;
            await process.WaitForExitAsync(ending.Token);
            return new ProgramAnswer(process.ExitCode, output.Trim(), error.Trim());
        }
        catch (OperationCanceledException exception)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw new TimeoutException($"no answer within {limit.TotalSeconds:0} seconds", exception);
        }
    }

    private static async Task WriteAsync(Process process, string input, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // A program may answer, or fail, without having read the question; its answer and exit code say all there is.
        }
    }
}

/// <summary>What a program answered.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Its standard output, without white space around it.</param>
/// <param name="Error">Its standard error, without white space around it.</param>
internal sealed record ProgramAnswer(int ExitCode, string Output, string Error);
