using System.Globalization;
using System.Text;

namespace Cake.MultiStage.Dockerfiles;

/// <summary>
/// Quoting for the layers of Docker's reader: lines, words, BuildKit's shell lexer, and JSON.
/// </summary>
/// <remarks>
/// The lexer (BuildKit's <c>shell/lex.go</c>) drops a backslash outside quotes and takes the next character literally; in
/// double quotes it knows <c>\"</c>, <c>\$</c> and <c>\\</c>; in single quotes nothing.
/// </remarks>
internal static class Words
{
    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>What a Dockerfile cannot hold in any form, or null.</summary>
    public static string? Unwritable(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            return "a NUL character, which no Dockerfile can hold: take it out";
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return "half a surrogate pair, which UTF-8 cannot hold: take it out";
            }
        }

        return null;
    }

    /// <summary>A value of ENV, ARG or LABEL. Literal, or with variables where <c>\$</c> is a dollar sign.</summary>
    public static string Value(string value, bool expand)
    {
        var text = expand ? Escape(value, "\\\"'") : value;
        return value.Length > 0 && value.All(IsPlain) ? value
            : !expand ? $"\"{Escape(value, "\\\"$")}\""
            : value.Contains('"', StringComparison.Ordinal) || value.Contains('\'', StringComparison.Ordinal) ? SpacesQuoted(text)
            : $"\"{text}\"";
    }

    /// <summary>A word in which variables stand: <c>\$</c> is a dollar sign, every other character is itself.</summary>
    public static string Word(string value) => SpacesQuoted(Escape(value, "\\\"'"));

    /// <summary>Words separated by spaces, or the JSON form where that would not hold them.</summary>
    public static string List(IReadOnlyList<string> values) =>
        values.Any(value => value.Length == 0 || value.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
        || values[0][0] == '['
        || values[0].StartsWith("--", StringComparison.Ordinal)
        || values[^1].EndsWith('\\')
            ? Json(values.Select(value => Escape(value, "\\\"'")))
            : string.Join(' ', values.Select(value => Escape(value, "\\\"'")));

    /// <summary>A flag's value: the reader of flags takes quotes and backslashes away.</summary>
    public static string Flag(string value) =>
        value.Any(c => char.IsWhiteSpace(c) || c is '"' or '\'' or '\\')
            ? $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""
            : value;

    /// <summary>A JSON array on one line; what is not a control character or a strange space stays readable.</summary>
    public static string Json(IEnumerable<string> values)
    {
        var text = new StringBuilder("[");
        foreach (var value in values)
        {
            text.Append(text.Length > 1 ? ", \"" : "\"");
            foreach (var c in value)
            {
                _ = c switch
                {
                    '"' => text.Append("\\\""),
                    '\\' => text.Append("\\\\"),
                    '\n' => text.Append("\\n"),
                    '\r' => text.Append("\\r"),
                    '\t' => text.Append("\\t"),
                    ' ' => text.Append(c),
                    _ when char.IsControl(c) || char.IsWhiteSpace(c) || c == '\uFEFF' =>
                        text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                    _ => text.Append(c),
                };
            }

            text.Append('"');
        }

        return text.Append(']').ToString();
    }

    /// <summary>A comment of one line or more, none of which can be read as anything else.</summary>
    public static string Comment(string text) =>
        string.Join('\n', text.ReplaceLineEndings("\n").Split('\n', '\r').Select(line => ("# " + line).TrimEnd()));

    /// <summary>A time in Go's notation.</summary>
    public static string Duration(TimeSpan time)
    {
        if (time.Ticks % TimeSpan.TicksPerMillisecond != 0)
        {
            return ((decimal)time.Ticks / TimeSpan.TicksPerMicrosecond).ToString("0.#", CultureInfo.InvariantCulture) + "us";
        }

        var milliseconds = time.Ticks / TimeSpan.TicksPerMillisecond;
        return milliseconds % 1000 != 0 ? Number(milliseconds) + "ms" : Number(milliseconds / 1000) + "s";
    }

    /// <summary>A text as a message can show it: one line, control characters escaped.</summary>
    public static string Show(string text) =>
        string.Concat(
            text.Select(
                c => char.IsControl(c) || char.IsSurrogate(c)
                    ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}")
                    : c.ToString()));

    private static bool IsPlain(char c) =>
        char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '/' or ':' or '@' or '%' or '+' or ',' or '=' or '-' or '~';

    // Where variables stand, a backslash before a dollar sign is the caller's own escape and is kept; a dollar sign that starts no
    // name gets one: to the lexer $1, $@ and the like are special parameters, which are empty.
    private static string Escape(string value, string special)
    {
        var expands = !special.Contains('$', StringComparison.Ordinal);
        var text = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            var next = i + 1 < value.Length ? value[i + 1] : '\0';
            if (expands && value[i] == '\\' && next == '$')
            {
                text.Append("\\$");
                i++;
                continue;
            }

            if (special.Contains(value[i], StringComparison.Ordinal) || (expands && value[i] == '$' && !VariableText.Starts(next)))
            {
                text.Append('\\');
            }

            text.Append(value[i]);
        }

        return text.ToString();
    }

    // At the end of a line an escaped space would be trimmed and an escaped backslash read as a continuation by engine
    // 20.10; at its start two dashes would be a flag. Quoted, they are none of these.
    private static string SpacesQuoted(string text)
    {
        var (body, end) = text.EndsWith('\\') ? (text[..^2], "\"\\\\\"") : (text, "");
        var start = body.StartsWith("--", StringComparison.Ordinal) ? "\"--\"" : "";
        return start + string.Concat(body[(start.Length / 2)..].Select(c => char.IsWhiteSpace(c) ? $"\"{c}\"" : c.ToString())) + end;
    }
}
