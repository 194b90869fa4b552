using System.Text;

namespace Cake.MultiStage.Dockerfiles.Reading;

/// <summary>Cuts the arguments of <c>ENV</c>, <c>LABEL</c>, <c>ARG</c> and the like into words, as BuildKit's line parsers do.</summary>
internal static class NameValues
{
    private static readonly char[] Spaces = ['\t', '\v', '\f', '\r', ' '];

    /// <summary>The words between spaces, whatever is in them.</summary>
    public static IReadOnlyList<string> Spaced(string text) => text.Split(Spaces, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The pairs of <c>NAME=value NAME=value</c>, or the one of the old form <c>NAME value</c>. Quotes and escapes stay.</summary>
    public static IReadOnlyList<(string Name, string Value)> Split(string text, string keyword, char escape,
        Func<string, DockerfileException> error)
    {
        var words = Quoted(text, escape);
        if (words.Count == 0)
        {
            throw error($"{keyword} takes at least one NAME=value");
        }

        if (!words[0].Contains('=', StringComparison.Ordinal))
        {
            var end = text.IndexOfAny(Spaces);
            return end < 0 ? throw error($"{keyword} {Words.Show(text)} has no value: write {Words.Show(text)}=value")
                : [(text[..end], text[end..].TrimStart(Spaces))];
        }

        return [.. words.Select(word => word.Split('=', 2) is [{ Length: > 0 } name, var value] ? (name, value)
            : throw error($"{keyword} has '{Words.Show(word)}', which is not a valid NAME=value: put a value with spaces between quotes"))];
    }

    /// <summary>The words between spaces that stand neither in quotes nor behind the escape character. Quotes and escapes stay.</summary>
    public static IReadOnlyList<string> Quoted(string text, char escape)
    {
        List<string> words = [];
        var (word, quote) = (new StringBuilder(), '\0');
        for (var i = 0; i < text.Length; i++)
        {
            if (quote == '\0' && char.IsWhiteSpace(text[i]))
            {
                End();
                continue;
            }

            if (text[i] == escape && quote != '\'')
            {
                // At the end it is nothing.
                word.Append(i + 1 < text.Length ? text.Substring(i, 2) : "");
                i++;
                continue;
            }

            quote = quote == '\0' && text[i] is '"' or '\'' ? text[i] : text[i] == quote ? '\0' : quote;
            word.Append(text[i]);
        }

        End();
        return words;

        void End()
        {
            if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }
    }
}
