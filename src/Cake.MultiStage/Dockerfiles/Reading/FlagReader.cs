using System.Text;

namespace Cake.MultiStage.Dockerfiles.Reading;

/// <summary>An instruction's flag, such as <c>--from=builder</c>.</summary>
/// <param name="Name">The name without dashes.</param>
/// <param name="Value">The value, or <see langword="null"/> where it has none.</param>
internal sealed record ReadFlag(string Name, string? Value);

/// <summary>Cuts an instruction into keyword, flags and the rest, as BuildKit's <c>splitCommand</c> does.</summary>
internal static class FlagReader
{
    /// <summary>Cuts the keyword off, in capitals.</summary>
    public static (string Keyword, string Text) Keyword(string line)
    {
        var trimmed = line.Trim();
        var end = trimmed.IndexOfAny(['\t', '\v', '\f', '\r', ' ']);
        return end < 0
            ? (trimmed.ToUpperInvariant(), "")
            : (trimmed[..end].ToUpperInvariant(), trimmed[end..].TrimStart('\t', '\v', '\f', '\r', ' '));
    }

    /// <summary>Reads the flags and returns the rest, from which nothing is taken but spaces around it.</summary>
    public static (IReadOnlyList<ReadFlag> Flags, string Text) Read(string text, char escape)
    {
        List<ReadFlag> flags = [];
        var at = 0;
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
            {
                at++;
            }

            if (at + 1 >= text.Length || text[at] != '-' || text[at + 1] != '-')
            {
                return (flags, text[at..].Trim());
            }

            var word = Word(text, escape, ref at);
            if (word == "--")
            {
                return (flags, text[at..].Trim());
            }

            var equals = word.IndexOf('=', StringComparison.Ordinal);
            flags.Add(equals < 0 ? new ReadFlag(word[2..], null) : new ReadFlag(word[2..equals], word[(equals + 1)..]));
        }
    }

    private static string Word(string text, char escape, ref int at)
    {
        var (word, quote) = (new StringBuilder(), '\0');
        for (; at < text.Length && (quote != '\0' || !char.IsWhiteSpace(text[at])); at++)
        {
            if (text[at] == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && text[at] is '"' or '\'')
            {
                quote = text[at];
            }
            else if (text[at] != escape)
            {
                word.Append(text[at]);
            }
            else if (at + 1 < text.Length)
            {
                at++;
                word.Append(text[at]);
            }
        }

        return word.ToString();
    }
}
