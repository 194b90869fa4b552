namespace Cake.MultiStage.Dockerfiles;

/// <summary>What <c>RUN</c>, <c>CMD</c>, <c>ENTRYPOINT</c> and <c>HEALTHCHECK</c> start.</summary>
public abstract record Command
{
    private protected Command()
    {
    }

    internal abstract string Write(IReadOnlyList<string> shell);

    internal abstract IEnumerable<string> Problems();
}

/// <summary>A command that the stage's shell runs.</summary>
/// <param name="Text">
/// The command, of any number of lines; Windows line ends become <c>\n</c>. A text that a Dockerfile line would change
/// is written in exec form with the stage's shell, so the shell always gets it as given.
/// </param>
public sealed record ShellCommand(string Text) : Command
{
    internal string Script => Text.Replace("\r\n", "\n", StringComparison.Ordinal);

    internal override string Write(IReadOnlyList<string> shell) =>
        IsPlain(Script) || IsContinued(Script) ? Script : Words.Json([.. shell, Script]);

    internal override IEnumerable<string> Problems() =>
        string.IsNullOrWhiteSpace(Text) ? ["the command is empty: give it a command to run"]
        : Words.Unwritable(Text) is { } trouble ? [$"the command has {trouble}"]
        : [];

    /// <summary>Tells whether lines that end in backslashes are joined alike by the Dockerfile's parser and by a shell.</summary>
    internal static bool IsContinued(string text)
    {
        var lines = text.Split('\n');
        return lines.Length > 1
            && lines.SkipLast(1).All(IsJoinedAlike)
            // The parser drops blank lines and comments.
            && lines.All(line => line.TrimStart() is { Length: > 1 } content && content[0] != '#')
            && IsPlain(string.Concat(lines.SkipLast(1).Select(line => line[..^1])) + lines[^1]);
    }

    // Within single quotes and in comments a shell keeps the backslash and the line's end.
    private static bool IsJoinedAlike(string line) =>
        line.EndsWith('\\')
        && !line.EndsWith("\\\\", StringComparison.Ordinal)
        && !line.Contains('#', StringComparison.Ordinal)
        && (line.Count(c => c == '\'') is var quotes
            && (quotes == 0
                || (quotes % 2 == 0
                    && !line.Contains('"', StringComparison.Ordinal)
                    && line.IndexOf('\\', StringComparison.Ordinal) == line.Length - 1)));

    // What the parser leaves alone on one line: it trims the ends, takes '--' for flags, '[' for the exec form, '<<' for a
    // heredoc and a backslash at the end for a continuation.
    private static bool IsPlain(string text) =>
        text.All(c => !char.IsControl(c) || c == '\t')
        && !char.IsWhiteSpace(text[0])
        && !char.IsWhiteSpace(text[^1])
        && text[^1] != '\\'
        && text[0] != '['
        && !text.StartsWith("--", StringComparison.Ordinal)
        && !text.Contains("<<", StringComparison.Ordinal);
}

/// <summary>A program and its arguments, started without a shell.</summary>
/// <param name="Arguments">The program, then its arguments.</param>
public sealed record ExecCommand(IReadOnlyList<string> Arguments) : Command
{
    internal override string Write(IReadOnlyList<string> shell) => Words.Json(Arguments);

    internal override IEnumerable<string> Problems()
    {
        // An empty array is legal: it resets what the base image starts.
        foreach (var trouble in Arguments.Select(Words.Unwritable).OfType<string>())
        {
            yield return $"the command has {trouble}";
        }

        if (Arguments is ["", ..])
        {
            yield return "the program is empty: name it first";
        }
    }
}
