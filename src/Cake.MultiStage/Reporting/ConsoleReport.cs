using System.Globalization;
using Cake.MultiStage.Measuring;
using Spectre.Console;

namespace Cake.MultiStage.Reporting;

/// <summary>The measurement as tables of plain text, made for a log of 80 columns.</summary>
internal static class ConsoleReport
{
    private const int Width = 80;

    public static IReadOnlyList<string> Lines(MeasuredImage measured)
    {
        var writer = new StringWriter(CultureInfo.InvariantCulture);
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = Width;
        console.Write(Stages(measured));
        console.Write(Layers(measured));
        console.WriteLine(Savings(measured));
        return [.. writer.ToString().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').Select(line => line.TrimEnd())];
    }

    private static Table Stages(MeasuredImage measured)
    {
        var table = NewTable("Stage", "From", "Size");
        foreach (var stage in measured.Stages)
        {
            table.AddRow(new Text(stage.Name), new Text(stage.Base), new Text(stage.Size.ToString()));
        }

        return table;
    }

    private static Table Layers(MeasuredImage measured)
    {
        var table = NewTable("Layer", "Instruction", "Size");
        foreach (var layer in measured.Layers)
        {
            table.AddRow(new Text(layer.DiffId.Abbreviated), new Text(layer.CreatedBy), new Text(layer.Size.ToString()));
        }

        return table;
    }

    private static Table NewTable(string first, string second, string third) =>
        new Table { Border = TableBorder.Simple, Width = Width }
            .AddColumn(new TableColumn(first).NoWrap())
            .AddColumn(new TableColumn(second))
            .AddColumn(new TableColumn(third).RightAligned().NoWrap());

    private static string Savings(MeasuredImage measured)
    {
        var image = $"{measured.Image}: {measured.Size} in {measured.Layers.Count} {(measured.Layers.Count == 1 ? "layer" : "layers")}";
        return measured.Stages.Count < 2
            ? image
            : string.Create(CultureInfo.InvariantCulture, $"{image}; left behind {measured.Saved} of stage '{measured.SingleStage.Name}' ({measured.SavedPercent:0.0} %)");
    }
}
