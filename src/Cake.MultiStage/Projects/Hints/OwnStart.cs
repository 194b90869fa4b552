using System.Text.RegularExpressions;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects.Hints;

/// <summary>What the project's own Dockerfile does at the start and while it is built, and this image does not.</summary>
internal static partial class OwnStart
{
    private const int Longest = 120;

    /// <summary>Words of lines that prepare a shell, and no program.</summary>
    private static readonly HashSet<string> Plain = new(StringComparer.Ordinal)
        { "cd", "set", "echo", "export", "true", "sleep", "exit", "ulimit", "umask", "trap", "wait", "[", "test", "printf", "date" };

    /// <summary>What makes nothing that a program lacks: caches, and checks of the image itself.</summary>
    private static readonly HashSet<string> Idle = new(StringComparer.Ordinal)
    {
        "pip", "venv", "ensurepip", "compileall", "build", "setup.py", "check", "optimize", "config:cache", "route:cache", "view:cache",
        "event:cache", "config:clear", "cache:clear", "cache:warmup", "storage:link", "package:discover", "key:generate", "about",
        "artisan", "composer.phar", "composer-setup.php", "--version", "-v", "-V", "assets:install", "get-pip.py",
    };

    public static IEnumerable<Assumption> Told(Preset preset, OwnDockerfile own, PresetSettings settings)
    {
        // The shell that an entry point is written for takes no further arguments.
        Command[] commands = [.. new[] { own.Entrypoint, own.Entrypoint is ShellCommand ? null : own.Cmd }.OfType<Command>()];
        if (settings.Entrypoint.Count == 0 && commands.Length > 0 && Start(preset, own, commands) is { } start)
        {
            yield return start;
        }

        if (preset.StartWords is not null && Made(preset, own) is { Length: > 0 } made)
        {
            yield return new Assumption($"{own.File} runs {ProgramFiles.Names(made)} while its image is built, and this one is built "
                + "without: where the program needs what that makes, set Stages and Artifacts.", Doubtful: true);
        }
    }

    private static Assumption? Start(Preset preset, OwnDockerfile own, Command[] commands)
    {
        var ours = string.Join(' ', preset.Entrypoint);
        var line = Short(string.Join(' ', commands.Select(DockerfileHints.Line)).Trim());
        string[] words = [.. commands.SelectMany(DockerfileHints.Words)];
        if (Array.Exists(words, DockerfileHints.IsScript) && !preset.Entrypoint.Any(DockerfileHints.IsScript))
        {
            // Behind its name stands what it starts in the end, which tells most where it is a line and no bare name.
            var script = words.SkipWhile(word => !DockerfileHints.IsScript(word)).ToList();
            return new Assumption(
                $"{own.File} starts {Short(string.Join(' ', script.Count > 2 ? script : script.Take(1)))}, this image {ours}: "
                + "what the script prepares, such as migrations or values of settings, is not done. Set Entrypoint where it is needed.",
                Doubtful: true);
        }

        string[] parts = [.. commands.Select(Shell).OfType<string>().SelectMany(Parts)];
        if (parts.Length > 1)
        {
            return new Assumption($"{own.File} starts '{line}', this image {ours} alone: what the line does besides, such as migrations, "
                + "is not done. Set Entrypoint where it is needed.", Doubtful: true);
        }

        string[] theirs = [.. (parts.Length == 1 ? parts[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) : words)
            .Select(word => word.Trim('"', '\''))];
        return preset.StartWords is { Count: > 0 } known && theirs.Length > 0 && !Array.Exists(theirs, word => known.Any(one =>
            Same(word, one)))
            ? new Assumption($"{own.File} starts '{line}', this image {ours}, which may be another program. Set Command, or Entrypoint, "
                + "where that one is meant.", Doubtful: true)
            : null;
    }

    /// <summary>Returns what a shell is given to read; null for a command that needs none.</summary>
    private static string? Shell(Command command) => command switch
    {
        ShellCommand shell => shell.Text.Replace("\\\n", " ", StringComparison.Ordinal),
        ExecCommand { Arguments: [var shell, ['-', ..] option, var text, ..] }
            when PosixPath.NameOf(shell) is "sh" or "bash" or "ash" && option.Contains('c', StringComparison.Ordinal) => text,
        _ => null,
    };

    /// <summary>Splits a line of a shell into what it runs.</summary>
    private static IEnumerable<string> Parts(string text) => Separator().Split(Redirection().Replace(text, ""))
        .Select(part => Assignments().Replace(part.Trim(' ', '\t', '(', ')', '{', '}'), ""))
        .Where(part => part.Length > 0 && !Plain.Contains(part.Split(' ')[0]));

    /// <summary>Tells whether two words name the same program: a file, the module that it is, or what serves it.</summary>
    private static bool Same(string one, string other)
    {
        var (left, right) = (Module(one), Module(other));
        return left.Length > 1 && right.Length > 1 && (left == right || left.EndsWith("." + right, StringComparison.Ordinal)
            || right.EndsWith("." + left, StringComparison.Ordinal));
    }

    private static string Module(string word)
    {
        var plain = word.StartsWith("./", StringComparison.Ordinal) ? word[2..] : word;
        plain = Ending().Replace(plain.Split(':')[0], "");
        return plain.Trim('/').Replace('/', '.').ToLowerInvariant();
    }

    private static string[] Made(Preset preset, OwnDockerfile own)
    {
        var said = string.Join('\n', preset.Stages.Prepend(preset.Builder).SelectMany(stage => stage.Instructions)
            .OfType<RunInstruction>().Select(run => run.Write([])));
        return
        [
            .. own.Commands.SelectMany(Parts).Select(part => Tool().Match(part)).Where(match => match.Success)
                .Where(match => !Idle.Contains(match.Groups["what"].Value)
                    && !said.Contains(match.Groups["what"].Value, StringComparison.Ordinal))
                .Select(match => $"'{Short(match.Value.Trim())}'").Distinct(StringComparer.Ordinal),
        ];
    }

    private static string Short(string line) => line.Length > Longest ? line[..Longest] + "…" : line;

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    // Its '&' separates nothing.
    [GeneratedRegex(@"[0-9]*[<>]&[0-9-]+|&>>?", Options | RegexOptions.NonBacktracking)]
    private static partial Regex Redirection();

    [GeneratedRegex(@"&&|\|\||[;&|\n]", Options | RegexOptions.NonBacktracking)]
    private static partial Regex Separator();

    [GeneratedRegex(@"\A(exec\s+|env\s+|[A-Za-z_][A-Za-z0-9_]*=(""[^""]*""|'[^']*'|\S*)\s+)*", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Assignments();

    [GeneratedRegex(@"\.(py|rb|php)\z", Options | RegexOptions.NonBacktracking)]
    private static partial Regex Ending();

    // What belongs to the project: its manage.py and scripts, modules with data to fetch, tasks of Rake and Rails, Artisan's, a console's.
    [GeneratedRegex(@"\A((uv|poetry|pipenv|pdm)\s+run\s+)?("
        + @"(\S*/)?python[0-9.]*\s+(\S*manage\.py\s+(?<what>\S+)|-m\s+(?<what>[\w.]+)|(?<what>[^-\s]\S*\.py))"
        + @"|(\S*/)?manage\.py\s+(?<what>\S+)|(?<what>pybabel)\s|(\S*/)?django-admin\s+(?<what>\S+)"
        + @"|(bundle\s+exec\s+)?(\S*/)?(rails|rake)\s+(?<what>[a-z]\S*)"
        + @"|(\S*/)?php\s+(artisan|\S*bin/console)\s+(?<what>\S+)|(\S*/)?php\s+(?<what>[^-\s]\S*))[^\n]*", Options,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tool();
}
