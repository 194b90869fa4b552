using System.Buffers;
using System.Globalization;
using System.Text;

namespace Cake.MultiStage;

/// <summary>
/// The one place that makes texts of others fit for a terminal and a log: output of steps and programs, words of engines and
/// registries, names of files. What is left has no control sequences, nothing that turns the writing direction, and nothing
/// that a CI provider obeys, who look for their commands in every line that a step writes.
/// </summary>
internal static class LogText
{
    // No cell and no message shows more.
    private const int LongestLine = 2000;
    private const int LongestText = 64 * 1024;

    // How far a control string's end is looked for; a longer one is neither a title nor a link.
    private const int LongestControl = 4096;

    private static readonly SearchValues<char> Plain = SearchValues.Create(
        " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~\t\n");

    private static readonly SearchValues<char> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-");

    // What GitHub's runner knows (actions/runner, ActionCommandManager); at a line's beginning any name counts.
    private static readonly SearchValues<string> Commands = SearchValues.Create(
        [
            "::error", "::warning", "::notice", "::debug", "::group", "::endgroup", "::set-output", "::set-env", "::add-path",
                "::save-state",
            "::add-mask", "::stop-commands", "::add-matcher", "::remove-matcher", "::echo", "::internal-",
        ],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>Makes one line of a text: runs of white space are one space, and what is too long is cut.</summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder();
        // Removing can only shorten: a text that is much longer than what is shown need not be read to its end.
        foreach (var character in Stripped(text.Length > LongestText ? text[..LongestText] : text).ToString())
        {
            var space = char.IsWhiteSpace(character);
            if (clean.Length < LongestLine && (!space || (clean.Length > 0 && clean[^1] != ' ')))
            {
                clean.Append(space ? ' ' : character);
            }
        }

        return Disarmed(clean.ToString());
    }

    /// <summary>Keeps a text's lines and indentation.</summary>
    /// <param name="text">The text.</param>
    /// <param name="longest">How much of it is shown.</param>
    public static string CleanLines(string text, int longest = LongestText)
    {
        var shown = text.Length <= longest ? text : text[..longest];
        var more = shown.Length == text.Length ? ""
            : string.Create(CultureInfo.InvariantCulture, $" … ({text.Length - longest} more characters)");
        return Disarmed(shown.AsSpan().ContainsAnyExcept(Plain) ? Stripped(shown).ToString() : shown) + more;
    }

    private static StringBuilder Stripped(string text)
    {
        var clean = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            if (ControlSequence(text, at) is var length and > 0)
            {
                at += length;
                continue;
            }

            Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var consumed);
            at += consumed;
            // A carriage return takes the cursor back, and what follows would stand in the place of what was before.
            var isReturn = rune.Value == '\r' && (at >= text.Length || text[at] != '\n');
            _ = isReturn ? clean.Append('\n') : Shown(rune) is { } shown ? clean.Append(shown) : clean;
        }

        return clean;
    }

    private static string? Shown(Rune rune) => rune.Value switch
    {
        '\n' => "\n",
        '\t' => "\t",
        '\v' or '\f' or 0x85 => " ",
        // Letters of several scripts and pictures are joined by these.
        0x200c or 0x200d => rune.ToString(),
        _ => Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.Control or UnicodeCategory.Format => null,
            UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => " ",
            _ => rune.ToString(),
        },
    };

    /// <summary>Gets how long the control sequence is that begins here (ECMA-48, sections 5.4 and 5.6); 0 where there is none.</summary>
    private static int ControlSequence(string text, int at)
    {
        var escaped = text[at] == '\e' && at + 1 < text.Length;
        var introducer = escaped ? text[at + 1] : (char)(text[at] - 0x40);
        var begin = escaped ? 2 : 1;
        if (!escaped && text[at] is < '\x80' or > '\x9f')
        {
            return 0;
        }

        if (introducer == '[')
        {
            var end = at + begin;
            while (end < text.Length && text[end] is >= '0' and <= '?')
            {
                end++;
            }

            // No sequence in use has more than one of these; what follows one that has no end is words of ours.
            end += end < text.Length && text[end] is >= ' ' and <= '/' ? 1 : 0;
            return end < text.Length && text[end] is >= '@' and <= '~' ? end + 1 - at : begin;
        }

        if (introducer is 'P' or 'X' or ']' or '^' or '_')
        {
            // A title, a link, a picture: up to its end, which is a bell or a string terminator.
            var rest = text.AsSpan(at + begin, Math.Min(text.Length - at - begin, LongestControl));
            var end = rest.IndexOfAny('\a', '\x9c', '\n') is var first and >= 0 ? first : rest.Length;
            var terminator = rest.IndexOf("\e\\", StringComparison.Ordinal);
            return terminator >= 0 && terminator < end ? begin + terminator + 2
                : end < rest.Length && rest[end] != '\n' ? begin + end + 1
                : begin;
        }

        var last = at + 1;
        if (escaped && last < text.Length && text[last] is '(' or ')' or '*' or '+' or '-' or '.' or '/' or '#' or '%')
        {
            last++;
        }

        return escaped && last < text.Length && text[last] is >= '0' and <= '~' ? last + 1 - at : escaped ? last - at : 0;
    }

    /// <summary>Puts a space into what Azure Pipelines, GitHub Actions or TeamCity would obey.</summary>
    private static string Disarmed(string text)
    {
        if (!text.Contains("##", StringComparison.Ordinal) && !text.Contains("::", StringComparison.Ordinal))
        {
            return text;
        }

        var disarmed = new StringBuilder(text.Length + 16);
        var isLineStart = true;
        for (var at = 0; at < text.Length; at++)
        {
            disarmed.Append(text[at]);
            if (IsCommand(text.AsSpan(at), isLineStart))
            {
                disarmed.Append(' ');
            }

            isLineStart = text[at] == '\n' || (isLineStart && char.IsWhiteSpace(text[at]));
        }

        return disarmed.ToString();
    }

    private static bool IsCommand(ReadOnlySpan<char> text, bool isLineStart)
    {
        const int LongestName = 32;
        if (text.StartsWith("##", StringComparison.Ordinal))
        {
            // ##vso[…], ##teamcity[…], ##[error]
            var name = text[2..Math.Min(text.Length, 2 + LongestName)];
            var end = name.IndexOfAnyExcept(Letters);
            return end >= 0 && name[end] == '[';
        }

        return text.StartsWith("::", StringComparison.Ordinal)
            && (isLineStart || text[..Math.Min(text.Length, LongestName)].IndexOfAny(Commands) == 0);
    }
}
