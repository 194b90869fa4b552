using System.Globalization;
using Spectre.Console;

namespace Cake.MultiStage.Reporting;

/// <summary>Tables of plain text, made for a log of 80 columns.</summary>
internal sealed class ConsoleTables : IDisposable
{
    private const int Width = 80;

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

    public IReadOnlyList<string> Lines => [.. _text.ToString().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').Select(line => line.TrimEnd())];

    /// <summary>Writes a table whose last columns are numbers; nothing where it has no rows.</summary>
    /// <param name="columns">The titles: a text that is not broken, one that is, and numbers.</param>
    /// <param name="rows">The rows.</param>
    public void Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table { Border = TableBorder.Simple, Width = Width };
        foreach (var (index, title) in columns.Index())
        {
            var column = new TableColumn(new Text(title));
            table.AddColumn(index == 1 ? column : index == 0 ? column.NoWrap() : column.RightAligned().NoWrap());
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => new Text(cell)));
        }

        if (table.Rows.Count > 0)
        {
            _console.Write(table);
        }
    }

    public void Line(string text) => _console.WriteLine(text);

    public void Dispose() => _text.Dispose();
}
