using System.ComponentModel;
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
        var git = new HostProgram(program, ["-C", directory, "-c", "core.fsmonitor=false", .. arguments]);
        foreach (var name in Hiding)
        {
            git.Environment.Remove(name);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            git.Environment[name] = value;
        }

        try
        {
            var answer = await git.RunAsync("", Limit, cancellationToken);
            if (answer is { ExitCode: not 0, Error.Length: > 0 })
            {
                Log(arguments, answer.Error);
            }

            return answer is { ExitCode: 0, Output.Length: > 0 } ? answer.Output : null;
        }
        catch (Exception exception) when (exception is Win32Exception or TimeoutException)
        {
            Log(arguments, exception.Message);
            return null;
        }
    }

    private void Log(string[] arguments, string answer) => logger.LogDebug("{Git}", $"git {arguments[0]} in '{directory}': {answer}");
}
