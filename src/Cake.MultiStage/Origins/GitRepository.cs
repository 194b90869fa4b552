using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Origins;

/// <summary>
/// Asks <c>git</c> about the repository a folder is in. Where there is no git, no repository, no commit, or git does not
/// trust the folder's owner, there is simply no answer: nothing depends on it but labels.
/// </summary>
internal sealed class GitRepository(string directory, ILogger logger, string program = "git", IReadOnlyDictionary<string, string>? environment = null)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    // A hook of git runs with these set; they would hide the repository that the folder is in.
    private static readonly string[] Hiding = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX"];

    public async Task<SourceOrigin?> ReadAsync(CancellationToken cancellationToken)
    {
        var head = (await AskAsync(cancellationToken, "log", "-1", "--no-show-signature", "--format=%H %ct"))?.Split(' ');
        if (head is not [var revision, var seconds] || !long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var time))
        {
            return null;
        }

        return new SourceOrigin
        {
            Revision = revision,
            Committed = DateTimeOffset.FromUnixTimeSeconds(time),
            // With a detached HEAD, as CI providers check out, there is no branch.
            Branch = await AskAsync(cancellationToken, "symbolic-ref", "--quiet", "--short", "HEAD"),
            Tag = await AskAsync(cancellationToken, "describe", "--tags", "--exact-match", "HEAD"),
            Source = RemoteUrl.Clean(await RemoteAsync(cancellationToken)),
        };
    }

    private async Task<string?> RemoteAsync(CancellationToken cancellationToken)
    {
        var remotes = (await AskAsync(cancellationToken, "remote"))?.Split('\n') ?? [];
        var name = remotes.Contains("origin", StringComparer.Ordinal) ? "origin" : remotes.FirstOrDefault();
        return name is null ? null : await AskAsync(cancellationToken, "config", "--get", $"remote.{name}.url");
    }

    /// <summary>Gets what git prints, or <see langword="null"/> where it prints nothing or fails.</summary>
    private async Task<string?> AskAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        using var process = Start(arguments);
        if (process is null)
        {
            return null;
        }

        try
        {
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            var output = (await process.StandardOutput.ReadToEndAsync(limit.Token)).Trim();
            var error = (await errors).Trim();
            await process.WaitForExitAsync(limit.Token);
            if (process.ExitCode != 0 && error.Length > 0)
            {
                Log(arguments, error);
            }

            return process.ExitCode == 0 && output.Length > 0 ? output : null;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            Log(arguments, $"no answer within {Limit.TotalSeconds:0} seconds");
            return null;
        }
    }

    private Process? Start(string[] arguments)
    {
        var start = new ProcessStartInfo(program, ["-C", directory, "-c", "core.fsmonitor=false", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var name in Hiding)
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start);
        }
        catch (Win32Exception exception)
        {
            Log(arguments, exception.Message);
            return null;
        }
    }

    private void Log(string[] arguments, string answer) => logger.LogDebug("{Git}", $"git {arguments[0]} in '{directory}': {answer}");
}
