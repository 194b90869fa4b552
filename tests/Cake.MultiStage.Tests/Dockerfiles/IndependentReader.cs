using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Cake.MultiStage.Tests.Dockerfiles;

/// <summary>
/// Reads Dockerfiles as the builtin frontend of engine 20.10 and as BuildKit's newer ones do: physical lines, directives,
/// continuation, flags, heredocs, words. Written from their behaviour, knowing nothing of the writer.
/// </summary>
internal static class IndependentReader
{
    public sealed record Read(string Keyword, IReadOnlyList<string> Flags, string Rest, IReadOnlyList<string> Heredocs, int FirstLine,
        int LastLine);

    public static IReadOnlyList<Read> Instructions(string text, bool old)
    {
        List<Read> read = [];
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var (line, first) = (lines[i].TrimEnd('\r').TrimStart(), i);
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var continues = Cut(old, ref line);
            while (continues && i + 1 < lines.Length)
            {
                var next = lines[++i].TrimEnd('\r');
                if (next.TrimStart() is not ("" or ['#', ..]))
                {
                    continues = Cut(old, ref next);
                    line += next;
                }
            }

            var heredocs = Heredocs(line, lines, ref i, old);
            read.Add(Split(line.Trim(), heredocs, first + 1, i + 1));
        }

        return read;
    }

    public static IReadOnlyDictionary<string, string> Directives(string text)
    {
        Dictionary<string, string> directives = [];
        foreach (var line in text.Split('\n'))
        {
            var match = Regex.Match(line, @"^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$");
            if (!match.Success)
            {
                break;
            }

            directives[match.Groups[1].Value] = match.Groups[2].Value;
        }

        return directives;
    }

    /// <summary>The pairs of ENV, ARG and LABEL, expanded with the given variables.</summary>
    public static IReadOnlyList<(string Name, string Value)> Pairs(string rest, IReadOnlyDictionary<string, string>? variables = null) =>
        [.. QuotedWords(rest).Select(word => word.Split('=', 2)).Select(pair => (Lex(pair[0], variables), Lex(pair[1], variables)))];

    /// <summary>A JSON array of strings, or null: then the text is in the other form.</summary>
    public static IReadOnlyList<string>? Json(string rest)
    {
        try
        {
            return rest.TrimStart().StartsWith('[') ? JsonSerializer.Deserialize<string[]>(rest) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The paths of COPY, ADD and VOLUME, expanded.</summary>
    public static IReadOnlyList<string> Paths(string rest, IReadOnlyDictionary<string, string>? variables = null) =>
        [.. (Json(rest) ?? Regex.Split(rest.Trim(), @"[\t\v\f\r ]+")).Select(word => Lex(word, variables))];

    /// <summary>BuildKit's shell lexer over one word.</summary>
    public static string Lex(string word, IReadOnlyDictionary<string, string>? variables = null)
    {
        var position = 0;
        return Lex(word, ref position, '\0', variables ?? System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty);
    }

    private static string Lex(string text, ref int at, char stop, IReadOnlyDictionary<string, string> variables)
    {
        var result = new StringBuilder();
        while (at < text.Length && text[at] != stop)
        {
            switch (text[at])
            {
                case '\'' when stop != '"':
                    var end = text.IndexOf('\'', at + 1);
                    result.Append(text, at + 1, end - at - 1);
                    at = end + 1;
                    break;
                case '"':
                    at++;
                    result.Append(Lex(text, ref at, '"', variables));
                    at++;
                    break;
                case '\\' when stop == '"' && at + 1 < text.Length && text[at + 1] is not ('"' or '$' or '\\'):
                    result.Append(text[at++]);
                    break;
                case '\\':
                    at++;
                    result.Append(at < text.Length ? text[at++].ToString() : "");
                    break;
                case '$':
                    result.Append(Dollar(text, ref at, variables));
                    break;
                default:
                    result.Append(text[at++]);
                    break;
            }
        }

        return stop != '\0' && at >= text.Length ? throw new FormatException($"no {stop} in {text}") : result.ToString();
    }

    private static string Dollar(string text, ref int at, IReadOnlyDictionary<string, string> variables)
    {
        var match = Regex.Match(text[++at..], @"^(?:\{([\p{L}_][\p{L}\p{Nd}_]*)(:?[-+?])?|([\p{L}_][\p{L}\p{Nd}_]*))");
        if (!match.Success)
        {
            return at < text.Length && text[at] == '{' ? throw new FormatException(text) : "$";
        }

        at += match.Length;
        if (match.Groups[3].Success)
        {
            return variables.GetValueOrDefault(match.Groups[3].Value, "");
        }

        var word = Lex(text, ref at, '}', variables);
        at++;
        var value = variables.GetValueOrDefault(match.Groups[1].Value, "");
        return match.Groups[2].Value switch { ":-" or "-" =>
            value.Length == 0 ? word : value, ":+" or "+" => value.Length == 0 ? "" : word, _ => value };
    }

    // Whether the line goes on in the next; the backslash that says so is taken off.
    private static bool Cut(bool old, ref string line)
    {
        var found = Regex.IsMatch(line, old ? @"\\[ \t]*$" : @"([^\\])\\[ \t]*$|^\\[ \t]*$");
        line = found ? Regex.Replace(line, @"\\[ \t]*$", "") : line;
        return found;
    }

    private static List<string> Heredocs(string line, string[] lines, ref int i, bool old)
    {
        List<string> heredocs = [];
        var (keyword, _) = Cut(line);
        if (old || keyword is not ("RUN" or "COPY" or "ADD") || Json(Split(line, [], 0, 0).Rest) is not null)
        {
            return heredocs;
        }

        foreach (Match match in Regex.Matches(line, @"(?:^|\s)\d*<<(-?)([^<\s]+)"))
        {
            var (delimiter, body) = (Lex(match.Groups[2].Value), new StringBuilder());
            while (lines[++i].TrimEnd('\r') != delimiter)
            {
                body.Append(lines[i]).Append('\n');
            }

            heredocs.Add(body.ToString());
        }

        return heredocs;
    }

    private static (string Keyword, string Remainder) Cut(string line)
    {
        var parts = Regex.Split(line, @"[\t\v\f\r ]+");
        return (parts[0].ToUpperInvariant(), line[parts[0].Length..].Trim());
    }

    private static Read Split(string line, IReadOnlyList<string> heredocs, int first, int last)
    {
        var (keyword, rest) = Cut(line);
        List<string> flags = [];
        var at = 0;
        while (at < rest.Length)
        {
            if (char.IsWhiteSpace(rest[at]))
            {
                at++;
                continue;
            }

            if (!rest[at..].StartsWith("--", StringComparison.Ordinal))
            {
                break;
            }

            flags.Add(Flag(rest, ref at));
        }

        return new Read(keyword, flags, rest[at..], heredocs, first, last);
    }

    private static string Flag(string rest, ref int at)
    {
        var (flag, quote) = (new StringBuilder(), '\0');
        for (; at < rest.Length && (quote != '\0' || !char.IsWhiteSpace(rest[at])); at++)
        {
            if (rest[at] == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && rest[at] is '"' or '\'')
            {
                quote = rest[at];
            }
            else
            {
                at += rest[at] == '\\' ? 1 : 0;
                flag.Append(rest[at]);
            }
        }

        return flag.ToString();
    }

    private static List<string> QuotedWords(string rest)
    {
        List<string> words = [];
        var (word, quote) = (new StringBuilder(), '\0');
        for (var i = 0; i < rest.Length; i++)
        {
            if (quote == '\0' && char.IsWhiteSpace(rest[i]))
            {
                words.Add(word.ToString());
                word.Clear();
                continue;
            }

            word.Append(rest[i]);
            if (rest[i] == '\\' && quote != '\'' && i + 1 < rest.Length)
            {
                word.Append(rest[++i]);
            }
            else if (rest[i] == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && rest[i] is '"' or '\'')
            {
                quote = rest[i];
            }
        }

        return [.. words.Append(word.ToString()).Where(found => found.Length > 0)];
    }
}
