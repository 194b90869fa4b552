using System.Text;

namespace Cake.MultiStage.Dockerfiles.Reading;

/// <summary>Finds the heredocs that a line announces, as BuildKit's <c>heredocsFromLine</c> does.</summary>
internal static class HeredocWords
{
    /// <summary>Finds those of <c>RUN</c>, <c>COPY</c> and <c>ADD</c>, behind <c>ONBUILD</c> too.</summary>
    public static IReadOnlyList<Heredoc> Find(string line, char escape)
    {
        if (!line.Contains("<<", StringComparison.Ordinal))
        {
            return [];
        }

        var (keyword, rest) = FlagReader.Keyword(line);
        (keyword, rest) = keyword == "ONBUILD" ? FlagReader.Keyword(rest) : (keyword, rest);
        return keyword is "RUN" or "COPY" or "ADD" && JsonForm.Read(FlagReader.Read(rest, escape).Text) is null
            ? [.. WordsOf(line).Select(word => Parse(word.Text, word.Offset)).OfType<Heredoc>()]
            : [];
    }

    /// <summary>Reads a word such as <c>&lt;&lt;EOF</c>, <c>3&lt;&lt;-"end"</c>; <see langword="null"/> for any other.</summary>
    public static Heredoc? Parse(string word, int offset = 0)
    {
        var start = word.IndexOf("<<", StringComparison.Ordinal);
        if (start < 0 || !word[..start].All(char.IsAsciiDigit))
        {
            return null;
        }

        var chomp = start + 2 < word.Length && word[start + 2] == '-';
        var raw = word[(start + (chomp ? 3 : 2))..].TrimStart('\t', '\n', '\f', '\r', ' ');
        if (raw.Length == 0 || raw.Contains('<', StringComparison.Ordinal) || Unquoted(raw) is not { Length: > 0 } name)
        {
            return null;
        }

        // Where quotes went, the text is not expanded; an escaped character is not a quote.
        return new Heredoc(name, Quotes(raw) == Quotes(name), chomp, offset, word);
    }

    private static int Quotes(string text) => text.Count(c => c is '"' or '\'');

    private static string? Unquoted(string raw)
    {
        var text = new StringBuilder();
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] is '\'' or '"')
            {
                var end = raw.IndexOf(raw[i], i + 1);
                if (end < 0)
                {
                    return null;
                }

                text.Append(raw, i + 1, end - i - 1);
                i = end;
            }
            else if (raw[i] == '\\')
            {
                i++;
                text.Append(i < raw.Length ? raw[i].ToString() : "");
            }
            else
            {
                text.Append(raw[i]);
            }
        }

        return text.ToString();
    }

    /// <summary>The line's words, quotes and escapes kept. A line that is not a shell text has none.</summary>
    private static List<(string Text, int Offset)> WordsOf(string line)
    {
        List<(string, int)> words = [];
        var (word, start) = (new StringBuilder(), 0);
        for (var i = 0; i < line.Length; i++)
        {
            if (char.IsWhiteSpace(line[i]))
            {
                End();
                continue;
            }

            start = word.Length == 0 ? i : start;
            var end = EndOf(line, i);
            if (end < 0)
            {
                return [];
            }

            word.Append(line, i, end - i);
            i = end - 1;
        }

        End();
        return words;

        void End()
        {
            if (word.Length > 0)
            {
                words.Add((word.ToString(), start));
                word.Clear();
            }
        }
    }

    /// <summary>
    /// Where the thing ends that begins at a place: a quoted text, a variable, an escape, <c>&lt;&lt;</c> with spaces after it. -1 where it
    /// doesn't end.
    /// </summary>
    private static int EndOf(string line, int start) => line[start] switch
    {
        '\'' => line.IndexOf('\'', start + 1) + 1 is var end and > 0 ? end : -1,
        '"' => EndOfQuotes(line, start),
        '\\' => Math.Min(start + 2, line.Length),
        '$' when start + 1 < line.Length && line[start + 1] == '{' => EndOfBraces(line, start),
        '<' when start + 1 < line.Length && line[start + 1] == '<' => EndOfSpaces(line, start + 2),
        _ => start + 1,
    };

    private static int EndOfQuotes(string line, int start)
    {
        for (var i = start + 1; i < line.Length; i++)
        {
            if (line[i] == '"')
            {
                return i + 1;
            }

            i += line[i] == '\\' ? 1 : 0;
        }

        return -1;
    }

    private static int EndOfBraces(string line, int start)
    {
        var depth = 0;
        for (var i = start; i < line.Length; i++)
        {
            depth += line[i] switch { '{' => 1, '}' => -1, _ => 0 };
            if (depth == 0 && i > start)
            {
                return i + 1;
            }
        }

        return -1;
    }

    private static int EndOfSpaces(string line, int start)
    {
        while (start < line.Length && line[start] is ' ' or '\t' or '\r')
        {
            start++;
        }

        return start;
    }
}
