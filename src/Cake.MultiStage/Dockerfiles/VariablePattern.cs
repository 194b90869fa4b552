using System.Text;
using System.Text.RegularExpressions;

namespace Cake.MultiStage.Dockerfiles;

/// <summary>
/// What a variable's value loses or gets: <c>${X#pattern}</c> and <c>${X%pattern}</c> take the shortest start or end away, doubled the
/// longest; <c>${X/pattern/text}</c> replaces the first, with <c>//</c> all. A pattern's <c>*</c> is any text, its <c>?</c> any character.
/// </summary>
internal sealed record VariablePattern(char Kind, bool IsDoubled, string Pattern, string Replacement)
{
    /// <summary>
    /// Reads from the operator to behind the brace; <see langword="null"/>, and nothing read, for anything else or a pattern that needs
    /// quoting.
    /// </summary>
    public static VariablePattern? Read(string text, ref int position)
    {
        if (position >= text.Length || text[position] is not ('#' or '%' or '/') || text.IndexOf('}', position) is not (>= 0 and var end))
        {
            return null;
        }

        var kind = text[position];
        var isDoubled = text[position + 1] == kind;
        var body = text[(position + (isDoubled ? 2 : 1))..end];
        var slash = kind == '/' ? body.IndexOf('/', StringComparison.Ordinal) : body.Length;
        if (slash < 0 || body.Any(c => c is '"' or '\'' or '\\' or '$' or '{'))
        {
            return null;
        }

        position = end + 1;
        return new VariablePattern(kind, isDoubled, body[..slash], kind == '/' ? body[(slash + 1)..] : "");
    }

    /// <summary>The value with the change made.</summary>
    public string Change(string value) => Kind switch
    {
        '#' => Regex("\\A", Pattern, IsDoubled).Match(value) is { Success: true } start ? value[start.Length..] : value,
        '%' => Regex("\\A", Reversed(Pattern), IsDoubled).Match(Reversed(value)) is { Success: true } end ? value[..^end.Length] : value,
        _ => Regex("", Pattern, isGreedy: true).Replace(value, _ => Replacement, IsDoubled ? -1 : 1),
    };

    private static Regex Regex(string anchor, string pattern, bool isGreedy)
    {
        var text = new StringBuilder(anchor);
        foreach (var c in pattern)
        {
            text.Append(c switch { '*' =>
                isGreedy ? ".*" : ".*?", '?' => ".", _ => System.Text.RegularExpressions.Regex.Escape(c.ToString()) });
        }

        return new Regex(text.ToString(), RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
    }

    private static string Reversed(string text) => string.Concat(text.Reverse());
}
