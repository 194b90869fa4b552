using System.Diagnostics;

namespace Cake.MultiStage.EngineTests.Kit;

/// <summary>Runs programs of this host.</summary>
internal static class Shell
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="InvalidOperationException">It ended with another exit code than 0.</exception>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        await using var running = Start(program, arguments, environment);
        var exitCode = await running.ExitAsync(Limit);
        return exitCode == 0 ? running.Output : throw new InvalidOperationException($"{program} ended with {exitCode}:\n{running.Output}");
    }

    public static RunningProgram Start(string program, IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
            { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = Repository.Root };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        return new RunningProgram(start);
    }
}

/// <summary>A program that runs, and what it has said so far.</summary>
internal sealed class RunningProgram : IAsyncDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];

    public RunningProgram(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Add(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public string Output
    {
        get
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    public async Task<int> ExitAsync(TimeSpan limit)
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(limit);
            return _process.ExitCode;
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{_process.StartInfo.FileName} did not end within {limit}. It said:\n{Output}", exception);
        }
    }

    public async Task StopAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
    }

    private void Add(string? line)
    {
        lock (_lines)
        {
            if (line is not null)
            {
                _lines.Add(line);
            }
        }
    }
}
