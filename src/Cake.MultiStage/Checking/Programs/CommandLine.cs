using System.Buffers;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Checking.Programs;

/// <summary>Reads what a command line starts in the end: programs that only start another are looked through.</summary>
internal static class CommandLine
{
    private const int Deepest = 4;
    private const int LongestText = 4096;

    private static readonly SearchValues<char> Special = SearchValues.Create("|&;<>()$`\\\n\r*?[]#~{}!%");

    // POSIX.1-2017, "Shell Command Language": what a shell does itself, and its own words.
    private static readonly HashSet<string> ShellWords = new(
        [
            ".", ":", "[", "!", "{", "}", "alias", "bg", "break", "case", "cd", "command", "continue", "do", "done", "echo", "elif", "else",
            "esac", "eval", "exec", "exit", "export", "false", "fg", "fi", "for", "function", "getopts", "if", "in", "jobs", "kill",
            "local", "printf", "pwd", "read", "readonly", "return", "set", "shift", "source", "test", "then", "times", "trap", "true",
            "type", "ulimit", "umask", "unalias", "unset", "until", "wait", "while",
        ],
        StringComparer.Ordinal);

    /// <summary>Gets the words that are started in the end; those given where nothing is looked through.</summary>
    public static IReadOnlyList<string> Innermost(IReadOnlyList<string> words)
    {
        for (var depth = 0; depth < Deepest && Inner(words) is { Count: > 0 } inner; depth++)
        {
            words = inner;
        }

        return words;
    }

    /// <summary>
    /// Gets the words of a shell's text that is one plain command; null where it is more, or one that the shell carries out itself.
    /// </summary>
    public static IReadOnlyList<string>? OfText(string text)
    {
        if (text.Length > LongestText || text.AsSpan().ContainsAny(Special) || Words(text) is not { } words)
        {
            return null;
        }

        var command = words.SkipWhile(word => word.IndexOf('=', StringComparison.Ordinal) is > 0 && !word.StartsWith('/')).ToList();
        command = command is ["exec", .. var executed] ? executed : command;
        return command.Count == 0 || command[0].StartsWith('-') || ShellWords.Contains(command[0]) ? null : command;
    }

    /// <summary>Gets the program that a shell's text starts first, whatever comes after; null where that can't be told.</summary>
    public static string? FirstProgram(string text)
    {
        var first = text[..Math.Min(text.Length, LongestText)].Split(['|', '&', ';', '\n'], 2)[0]
            .Trim()
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var word = first.SkipWhile(one => one is "exec" || one.IndexOf('=', StringComparison.Ordinal) is > 0).FirstOrDefault();
        return word is null || ShellWords.Contains(word) || !word.All(IsPlain) ? null : word;
    }

    private static bool IsPlain(char character) =>
        char.IsAsciiLetterOrDigit(character) || "/._+-".Contains(character, StringComparison.Ordinal);

    /// <summary>Says whether a program is a shell.</summary>
    public static bool IsShell(string program) => NameOf(program) is "sh" or "bash" or "dash" or "ash";

    public static string NameOf(string program) => PosixPath.NameOf(program);

    private static IReadOnlyList<string>? Inner(IReadOnlyList<string> words) => words.Count < 2 ? null : NameOf(words[0]) switch
    {
        "tini" or "tini-static" or "dumb-init" or "catatonit" or "docker-init" or "tini-init" => AfterOptions(words),
        "gosu" or "su-exec" => [.. words.Skip(2)],
        "env" =>
            words.Skip(1).SkipWhile(word => word.IndexOf('=', StringComparison.Ordinal) is > 0).ToList() is [var first, ..] rest
                && !first.StartsWith('-') ? rest : null,
        var name when IsShell(name) && words[1].StartsWith('-') && words[1].EndsWith('c') && words.Count > 2 => OfText(words[2]),
        _ => null,
    };

    private static IReadOnlyList<string>? AfterOptions(IReadOnlyList<string> words)
    {
        var rest = words.Skip(1).ToList();
        var separator = rest.IndexOf("--");
        // Some options take a word of their own: which of the words is the program can't be told then.
        return separator >= 0
            ? [.. rest.Skip(separator + 1)]
            : rest[0].StartsWith('-') && rest.Exists(word => word is "-p" or "-e" or "-r")
            ? null
            : [.. rest.SkipWhile(word => word.StartsWith('-'))];
    }

    /// <summary>Splits a text into words, those in quotes whole; null where a quote does not end.</summary>
    private static List<string>? Words(string text)
    {
        List<string> words = [];
        string? word = null;
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] is '\'' or '"')
            {
                var end = text.IndexOf(text[at], at + 1);
                if (end < 0)
                {
                    return null;
                }

                word += text[(at + 1)..end];
                at = end;
            }
            else if (char.IsWhiteSpace(text[at]))
            {
                words.AddRange(word is null ? [] : [word]);
                word = null;
            }
            else
            {
                word += text[at];
            }
        }

        words.AddRange(word is null ? [] : [word]);
        return words;
    }
}
