using System.Text;
using System.Text.RegularExpressions;

namespace Cake.MultiStage.Reporting;

/// <summary>Writes Markdown of GitHub's flavor around texts that may hold anything.</summary>
internal sealed partial class MarkdownWriter
{
    private const int LongestText = 300;
    private const int LongestOutput = 16_000;
    private const string Escaped = "\\`*_[]|~";

    private readonly StringBuilder _text = new();

    public static string Text(string text)
    {
        var escaped = new StringBuilder();
        foreach (var character in Short(text, LongestText))
        {
            _ = character switch
            {
                '<' => escaped.Append("&lt;"),
                '&' => escaped.Append("&amp;"),
                // Between two of them GitHub sets mathematics.
                '$' => escaped.Append("&#36;"),
                _ when Escaped.Contains(character, StringComparison.Ordinal) => escaped.Append('\\').Append(character),
                _ => escaped.Append(character),
            };
        }

        return escaped.ToString();
    }

    /// <summary>
    /// Returns a code span. In a table a bar ends a cell in code too, and there is no way to write one after a backslash.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="most">The characters that are shown at most; what is cut ends in an ellipsis.</param>
    public static string Code(string text, int most = LongestText)
    {
        var code = Short(text, most);
        if (code.Length == 0 || code.Contains("\\|", StringComparison.Ordinal))
        {
            return Text(code);
        }

        var fence = Fence(code, least: 1);
        var padding = code[0] == '`' || code[^1] == '`' ? " " : "";
        return $"{fence}{padding}{code.Replace("|", "\\|", StringComparison.Ordinal)}{padding}{fence}";
    }

    /// <summary>Returns what stands between the brackets of a link: a page's address, which then ends neither them nor a cell.</summary>
    public static string Link(string address) => address.Replace("(", "%28", StringComparison.Ordinal)
        .Replace(")", "%29", StringComparison.Ordinal).Replace("|", "%7C", StringComparison.Ordinal);

    public void Heading(string text) => _text.Append("### ").Append(text).Append("\n\n");

    public void Paragraph(params IEnumerable<string> sentences) =>
        _text.AppendJoin(' ', sentences.Where(sentence => sentence.Length > 0)).Append("\n\n");

    /// <summary>Writes a table, and how many rows it leaves out; nothing where it has none.</summary>
    /// <param name="columns">The titles; those of columns with numbers begin with <c>#</c>.</param>
    /// <param name="rows">The rows, of what <see cref="Text"/> and <see cref="Code"/> return.</param>
    /// <param name="most">The rows that are written at most.</param>
    public void Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows, int most)
    {
        List<IReadOnlyList<string>> all = [.. rows];
        if (all.Count == 0)
        {
            return;
        }

        Row(columns.Select(column => column.TrimStart('#')));
        _text.Append('|').AppendJoin('|', columns.Select(column => column.StartsWith('#') ? "--:" : "---")).Append("|\n");
        foreach (var row in all.Take(most))
        {
            Row(row);
        }

        _text.Append(all.Count > most ? $"\nand {all.Count - most} more\n\n" : "\n");
    }

    /// <summary>Writes something that is opened by a click.</summary>
    public void Details(string title, Action content)
    {
        var start = _text.Length;
        _text.Append("<details><summary>").Append(title).Append("</summary>\n\n");
        var before = _text.Length;
        content();
        if (_text.Length == before)
        {
            _text.Length = start;
            return;
        }

        _text.Append("</details>\n\n");
    }

    /// <summary>Writes the last lines of an output as a block of code.</summary>
    public void Output(string output)
    {
        var text = ControlCharacter().Replace(output.ReplaceLineEndings("\n"), "").TrimEnd();
        if (text.Length > LongestOutput)
        {
            var tail = text[^LongestOutput..];
            text = "…\n" + tail[(tail.IndexOf('\n', StringComparison.Ordinal) + 1)..];
        }

        if (text.Length > 0)
        {
            var fence = Fence(text, least: 3);
            _text.Append(fence).Append("text\n").Append(text).Append('\n').Append(fence).Append("\n\n");
        }
    }

    public override string ToString() => _text.ToString().TrimEnd('\n') + "\n";

    private void Row(IEnumerable<string> cells) => _text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    /// <summary>Returns one line, of no more than what a cell takes.</summary>
    private static string Short(string text, int most)
    {
        var line = LogText.Clean(text.Length > 4 * LongestText ? text[..(4 * LongestText)] : text).Trim();
        if (line.Length <= most)
        {
            return line;
        }

        var end = char.IsHighSurrogate(line[most - 1]) ? most - 1 : most;
        return line[..end] + "…";
    }

    /// <summary>Returns backticks, more than there are in a row in the text.</summary>
    private static string Fence(string text, int least) =>
        new('`', Math.Max(least, Backticks().Matches(text).Select(match => match.Length + 1).DefaultIfEmpty().Max()));

    [GeneratedRegex(@"[\x00-\x08\x0b-\x1f\x7f-\x9f]", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ControlCharacter();

    [GeneratedRegex("`+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Backticks();
}
