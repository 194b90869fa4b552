namespace Cake.MultiStage.Projects;

/// <summary>Sources as a compiler reads them: without comments, at the same places.</summary>
internal static class CodeText
{
    /// <summary>Blanks out the comments of a language whose comments and texts are written as C's are.</summary>
    /// <param name="text">The source.</param>
    /// <param name="line">What begins a comment that ends with its line: <c>//</c>, or <c>#</c>.</param>
    /// <returns>A text of the same length and lines.</returns>
    public static string WithoutComments(string text, string line = "//")
    {
        var code = text.ToCharArray();
        var isC = line == "//";
        for (var at = 0; at < code.Length;)
        {
            var rest = text.AsSpan(at);
            if (rest.StartsWith(line, StringComparison.Ordinal))
            {
                at = Blank(code, at, rest.IndexOf('\n'));
            }
            else if (isC && rest.StartsWith("/*", StringComparison.Ordinal))
            {
                at = Blank(code, at, rest.IndexOf("*/", StringComparison.Ordinal) is var end and >= 0 ? end + "*/".Length : -1);
            }
            else
            {
                at += code[at] is '"' or '\'' or '`' ? LengthOfText(text, at) : 1;
            }
        }

        return new string(code);
    }

    /// <summary>Returns what stands before each block that holds a place, such as <c>if (app.Environment.IsDevelopment())</c>.</summary>
    /// <param name="code">A source without comments.</param>
    /// <param name="place">The place.</param>
    public static IEnumerable<string> BlocksAround(string code, int place)
    {
        var depth = 0;
        for (var at = place - 1; at >= 0; at--)
        {
            depth += code[at] switch { '}' => 1, '{' => -1, _ => 0 };
            if (code[at] == '{' && depth < 0)
            {
                depth = 0;
                var from = code.AsSpan(0, at).LastIndexOfAny('{', '}', ';') + 1;
                yield return code[from..at];
            }
        }
    }

    private static int Blank(char[] code, int from, int length)
    {
        var end = length < 0 ? code.Length : from + length;
        for (var at = from; at < end; at++)
        {
            code[at] = code[at] is '\n' or '\r' ? code[at] : ' ';
        }

        return end;
    }

    /// <summary>Returns how long a text is that begins at a place; a quote that does not end on its line begins none.</summary>
    private static int LengthOfText(string text, int from)
    {
        var quote = text[from];
        const string Raw = "\"\"\"";
        if (text.AsSpan(from).StartsWith(Raw, StringComparison.Ordinal))
        {
            var end = text.IndexOf(Raw, from + Raw.Length, StringComparison.Ordinal);
            return (end < 0 ? text.Length : end + Raw.Length) - from;
        }

        // C#'s texts that keep all characters double a quote, and have no backslash that means another.
        var isVerbatim = quote == '"' && from > 0 && (text[from - 1] == '@' || (from > 1 && text[(from - 2)..from] is "@$"));
        for (var at = from + 1; at < text.Length; at++)
        {
            if (text[at] == quote)
            {
                return at + 1 - from;
            }

            if (text[at] == '\\' && !isVerbatim)
            {
                at++;
            }
            else if (text[at] == '\n' && quote != '`' && !isVerbatim)
            {
                return 1;
            }
        }

        return 1;
    }
}
