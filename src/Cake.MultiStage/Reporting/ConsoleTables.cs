using System.Globalization;
using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Cake.MultiStage.Reporting;

/// <summary>Tables of plain text, made for a log of 80 columns.</summary>
internal sealed class ConsoleTables : IDisposable
{
    private const int Width = 80;
    // A first column that is wider leaves too little for the text beside it.
    private const int WidestFirst = 28;
    private const int Padding = 2;

    private readonly StringWriter _text = new(CultureInfo.InvariantCulture);
    private readonly IAnsiConsole _console;

    public ConsoleTables()
    {
        _console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(_text),
        });
        _console.Profile.Width = Width;
    }

    public IReadOnlyList<string> Lines
    {
        get
        {
            List<string> lines = [.. _text.ToString().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').Select(line => line.TrimEnd())];
            return [.. lines.Where((line, index) => line.Length > 0 || index == 0 || lines[index - 1].Length > 0)];
        }
    }

    /// <summary>Writes a table whose last columns are numbers; nothing where it has no rows.</summary>
    /// <param name="columns">The titles: a text that is not broken, one that is, and numbers.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="most">
    /// The lines that a text takes at most, and each of its own lines where it has several; what is cut ends in an ellipsis.
    /// </param>
    public void Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows, int most = 2)
    {
        List<IReadOnlyList<string>> cells = [.. rows.Select(row => row.Select(Clean).ToList())];
        if (cells.Count == 0)
        {
            return;
        }

        var widths = columns
            .Select((title, index) => cells.SelectMany(row => row[index].Split('\n').Select(Columns)).Append(Columns(title)).Max())
            .ToList();
        widths[0] = Math.Min(widths[0], WidestFirst);
        widths[1] = Width - (Padding * columns.Count) - widths.Where((_, index) => index != 1).Sum();
        var table = new Table { Border = TableBorder.Simple, Width = Width };
        foreach (var (index, title) in columns.Index())
        {
            var column = new TableColumn(new Text(title)) { Width = widths[index] };
            table.AddColumn(index > 1 ? column.RightAligned() : column);
        }

        foreach (var row in cells)
        {
            table.AddRow(row.Select((cell, index) => new ClampedText(cell, index == 1 ? most : 1)));
        }

        _console.Write(table);
    }

    public void Line(string text) => _console.Write(new Text(LogText.Clean(text) + "\n"));

    /// <summary>Writes a line that is cut where it is too long.</summary>
    public void Cut(string text) => _console.Write(new Rows(new ClampedText(LogText.Clean(text), 1)));

    public void Dispose() => _text.Dispose();

    private static string Clean(string cell) => string.Join('\n', cell.Split('\n').Select(LogText.Clean));

    private static int Columns(string text) => new Segment(text).CellCount();

    /// <summary>A text of which each line is cut where it would take more than so many.</summary>
    private sealed class ClampedText(string text, int most) : IRenderable
    {
        public Measurement Measure(RenderOptions options, int maxWidth) => ((IRenderable)new Text(text)).Measure(options, maxWidth);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
        {
            foreach (var (index, line) in text.Split('\n').SelectMany(line => Clamp(line, options, maxWidth)).Index())
            {
                if (index > 0)
                {
                    yield return Segment.LineBreak;
                }

                yield return new Segment(line);
            }
        }

        private IEnumerable<string> Clamp(string line, RenderOptions options, int maxWidth)
        {
            var wrapped = Segment.SplitLines(((IRenderable)new Text(line)).Render(options, maxWidth))
                .Select(segments => string.Concat(segments.Select(segment => segment.Text)).TrimEnd())
                .ToList();
            return wrapped.Count <= most
                ? wrapped
                : wrapped.Take(most - 1).Append(Ellipsis(string.Join(' ', wrapped[(most - 1)..]), maxWidth));
        }

        private static string Ellipsis(string line, int maxWidth)
        {
            var shown = new StringBuilder();
            foreach (var rune in line.EnumerateRunes())
            {
                if (Columns($"{shown}{rune}") >= maxWidth)
                {
                    break;
                }

                shown.Append(rune.ToString());
            }

            return shown.ToString().TrimEnd() + "…";
        }
    }
}
