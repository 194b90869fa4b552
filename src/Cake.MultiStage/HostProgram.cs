using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Cake.MultiStage;

/// <summary>
/// A program of this host that is asked something, and answers and ends. It is found along PATH alone, never in the working
/// directory, which may be somebody else's project, and gets no more of the environment than such programs need.
/// </summary>
/// <param name="name">The program's file name, without <c>.exe</c>.</param>
/// <param name="arguments">Its arguments.</param>
/// <param name="variables">The names of further variables that it gets; one that ends in <c>*</c> stands for all that begin so.</param>
internal sealed class HostProgram(string name, IEnumerable<string> arguments, params IReadOnlyList<string> variables)
{
    private const int LongestAnswer = 1024 * 1024;

    // Where the user's files, temporary files and programs are, and the language that messages are in.
    private static readonly IReadOnlyList<string> Common =
    [
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "LC_*", "TZ", "TMPDIR", "TMP", "TEMP", "XDG_*",
        "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "USERNAME", "USERDOMAIN", "USERPROFILE", "HOMEDRIVE", "HOMEPATH",
        "APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "ALLUSERSPROFILE", "PROGRAMFILES*", "COMMONPROGRAMFILES*", "PROGRAMW6432",
            "NUMBER_OF_PROCESSORS",
    ];

    /// <summary>Gets variables that it gets besides.</summary>
    public IDictionary<string, string> Environment { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Finds a program along PATH.</summary>
    /// <returns>Its path, or <see langword="null"/> where no folder of PATH has it.</returns>
    public static string? Find(string name)
    {
        var file = OperatingSystem.IsWindows() ? name + ".exe" : name;
        var here = Directory.GetCurrentDirectory();
        return name.Length == 0 || name.AsSpan().IndexOfAny('/', '\\', ':') >= 0
            ? null
            : (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
                // An empty or relative entry means the working directory, or a folder below it.
                .Where(folder => Path.IsPathFullyQualified(folder)
                    && !Path.TrimEndingDirectorySeparator(folder).Equals(here, StringComparison.Ordinal))
                .Select(folder => Path.Join(folder, file))
                .FirstOrDefault(IsProgram);
    }

    /// <summary>Starts it without waiting for its end.</summary>
    /// <exception cref="HostProgramException">It can't be started.</exception>
    public Process Start()
    {
        var program = Find(name) ?? throw new HostProgramException("no folder of PATH has it");
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = Path.GetPathRoot(program),
        };
        foreach (var other in start.Environment.Keys.Where(variable => !IsWanted(variable)).ToList())
        {
            start.Environment.Remove(other);
        }

        foreach (var (variable, value) in Environment)
        {
            start.Environment[variable] = value;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new HostProgramException(exception.Message, exception);
        }
    }

    /// <summary>Runs it to its end.</summary>
    /// <param name="input">What it reads from standard input.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <exception cref="HostProgramException">It can't be started, does not end in time and was killed.</exception>
    public async Task<ProgramAnswer> RunAsync(string input, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ending.CancelAfter(limit);
        using var process = Start();
        try
        {
            var errors = ReadAsync(process.StandardError, ending.Token);
            await WriteAsync(process, input, ending.Token);
            var output = await ReadAsync(process.StandardOutput, ending.Token);
            var error = await errors;
            await process.WaitForExitAsync(ending.Token);
            return new ProgramAnswer(process.ExitCode, output.Trim(), error.Trim());
        }
        catch (OperationCanceledException exception)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw new HostProgramException($"it gave no answer within {limit.TotalSeconds:0} seconds", exception);
        }
    }

    private bool IsWanted(string variable) => Common.Concat(variables).Any(wanted => wanted.EndsWith('*')
        ? variable.StartsWith(wanted[..^1], StringComparison.OrdinalIgnoreCase)
        : variable.Equals(wanted, OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal));

    private static bool IsProgram(string path)
    {
        const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & Executable) != UnixFileMode.None);
    }

    /// <summary>Reads to the end and keeps the beginning: what is longer is not an answer to anything that is asked here.</summary>
    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var buffer = new char[4096];
        while (await reader.ReadAsync(buffer, cancellationToken) is var count and > 0)
        {
            text.Append(buffer, 0, Math.Min(count, LongestAnswer - text.Length));
        }

        return text.ToString();
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

/// <summary>
/// A program of this host can't be started, or gave no answer. The message is the reason alone: who asked says what it was for.
/// </summary>
internal sealed class HostProgramException(string reason, Exception? innerException = null) : IOException(reason, innerException);
