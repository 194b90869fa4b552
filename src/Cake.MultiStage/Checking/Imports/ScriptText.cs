using System.Text;

namespace Cake.MultiStage.Checking.Imports;

/// <summary>
/// Leaves of a script what is run as soon as it is loaded: no comments, and nothing in blocks, which may never come to it.
/// </summary>
internal static class ScriptText
{
    // What a regular expression can follow; after anything else a slash divides.
    private const string BeforeExpression = "(,=:[!&|?{};+-*%~^<>\n";

    /// <summary>Gets the text of a JavaScript file outside of all blocks; <see langword="null"/> where that can't be told.</summary>
    public static string? TopOfJavaScript(string text)
    {
        var top = new StringBuilder();
        var (depth, before) = (0, '\n');
        for (var at = text.StartsWith("#!", StringComparison.Ordinal) ? EndOf(text, 0, "\n") : 0; at < text.Length; at++)
        {
            var (character, next) = (text[at], at + 1 < text.Length ? text[at + 1] : '\0');
            var end = (character, next) switch
            {
                ('/', '/') => EndOf(text, at, "\n") - 1,
                ('/', '*') => EndOf(text, at + 2, "*/") + 1,
                ('\'' or '"' or '`', _) => Closing(text, at, character),
                ('/', _) when BeforeExpression.Contains(before, StringComparison.Ordinal) => Expression(text, at),
                _ => at,
            };
            if (end < at || end > text.Length)
            {
                return null;
            }

            depth += character switch { '{' => 1, '}' => -1, _ => 0 };
            if (depth < 0)
            {
                return null;
            }

            if (depth == 0 && character != '`' && !(character == '/' && end > at))
            {
                top.Append(text, at, Math.Min(end + 1, text.Length) - at);
            }

            before = char.IsWhiteSpace(character) && character != '\n' ? before : character;
            at = end;
        }

        return depth == 0 ? top.ToString() : null;
    }

    /// <summary>
    /// Gets the lines of a Python file that are not indented and not within a text, with what goes on in brackets left out.
    /// </summary>
    public static IEnumerable<string> TopOfPython(string text)
    {
        string? quote = null;
        foreach (var line in text.Split('\n'))
        {
            var isText = quote is not null;
            quote = QuoteAfter(line, quote);
            if (!isText && line.Length > 0 && !char.IsWhiteSpace(line[0]) && line[0] != '#')
            {
                yield return line.TrimEnd();
            }
        }
    }

    /// <summary>Says in which text of three quotes a line ends.</summary>
    private static string? QuoteAfter(string line, string? quote)
    {
        for (var at = 0; at < line.Length; at++)
        {
            if (quote is not null)
            {
                var end = line.IndexOf(quote, at, StringComparison.Ordinal);
                if (end < 0)
                {
                    return quote;
                }

                (quote, at) = (null, end + 2);
            }
            else if (line[at] == '#')
            {
                return null;
            }
            else if (line.AsSpan(at).StartsWith("\"\"\"") || line.AsSpan(at).StartsWith("'''"))
            {
                (quote, at) = (line.Substring(at, 3), at + 2);
            }
            else if (line[at] is '"' or '\'')
            {
                var end = Closing(line, at, line[at]);
                at = end < at ? line.Length : end;
            }
        }

        return quote;
    }

    private static int EndOf(string text, int at, string end) =>
        text.IndexOf(end, Math.Min(at, text.Length), StringComparison.Ordinal) is var found and >= 0 ? found : text.Length;

    /// <summary>Finds the quote that ends a text; -1 where none does.</summary>
    private static int Closing(string text, int at, char quote)
    {
        for (var end = at + 1; end < text.Length; end++)
        {
            if (text[end] == '\\')
            {
                end++;
            }
            else if (text[end] == quote)
            {
                return end;
            }
            else if (text[end] == '\n' && quote != '`')
            {
                return -1;
            }
        }

        return -1;
    }

    /// <summary>Finds the end of a regular expression; the slash itself where it is none.</summary>
    private static int Expression(string text, int at)
    {
        var isClass = false;
        for (var end = at + 1; end < text.Length && text[end] != '\n'; end++)
        {
            switch (text[end])
            {
                case '\\':
                    end++;
                    break;
                case '[':
                    isClass = true;
                    break;
                case ']':
                    isClass = false;
                    break;
                case '/' when !isClass:
                    return end;
                default:
                    break;
            }
        }

        return at;
    }
}
