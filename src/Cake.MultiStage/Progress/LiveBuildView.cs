using System.Globalization;
using Cake.MultiStage.Building;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Cake.MultiStage.Progress;

/// <summary>
/// Shows a build on a terminal while it runs: one line per step, the running ones with their time and their last line of output.
/// </summary>
internal sealed class LiveBuildView(IAnsiConsole console) : IBuildObserver
{
    // A terminal has some twenty lines, and the steps need theirs; the engine itself moves five layers at a time.
    private const int MostTransfers = 8;

    private readonly Lock _lock = new();
    private readonly List<Row> _rows = [];
    private readonly List<string> _warnings = [];
    private readonly OrderedDictionary<string, Transferred> _transfers = new(StringComparer.Ordinal);
    private readonly List<LayerPushed> _layers = [];

    /// <summary>Runs a build and shows it until it ends.</summary>
    public Task<T> ShowAsync<T>(Func<Task<T>> build) => LiveScreen.ShowAsync(console, Render, build);

    public void On(BuildEvent buildEvent)
    {
        lock (_lock)
        {
            switch (buildEvent)
            {
                case StepStarted step:
                    _transfers.Clear();
                    _rows.Add(new Row(step.Step, System.Diagnostics.Stopwatch.GetTimestamp()));
                    break;
                case StepOutput output when Find(output.Step) is { } row:
                    row.Output = output.Line;
                    break;
                case StepFinished step when Find(step.Step) is { } row:
                    row.Finished = step;
                    break;
                case Transferred transfer:
                    _transfers[transfer.What] = transfer;
                    break;
                case LayerPushed layer:
                    _transfers.Remove(LayerPushed.Name(layer.Reference, layer.Layer));
                    _layers.Add(layer);
                    break;
                case BuildWarning warning:
                    _warnings.Add(warning.Text);
                    break;
                case BuildNote note:
                    _warnings.Add(note.Text);
                    break;
                default:
                    break;
            }
        }
    }

    private static IRenderable Line(Row row)
    {
        var text = Markup.Escape(row.Step.Text.ReplaceLineEndings(" "));
        return row.Finished switch
        {
            { Error: not null } => new Markup($"[red]✗[/] {text} [red]FAILED[/]"),
            { Cached: true } => new Markup($"[green]✓[/] {text} [blue]CACHED[/]"),
            { } finished =>
                new Markup(
                    string.Create(CultureInfo.InvariantCulture, $"[green]✓[/] {text} [grey]{finished.Duration.TotalSeconds:0.0}s[/]")),
            null =>
                new Markup(
                    string.Create(CultureInfo.InvariantCulture,
                        $"[yellow]●[/] {text} [grey]{System.Diagnostics.Stopwatch.GetElapsedTime(row.Started).TotalSeconds:0.0}s "
                            + $"{Markup.Escape(row.Output)}[/]")).Overflow(Overflow.Ellipsis),
        };
    }

    private Rows Render()
    {
        lock (_lock)
        {
            List<IRenderable> lines =
                [.. _rows.Where(row => row.Step.IsInstruction || row.Finished is null || row.Finished.Error is not null).Select(Line)];
            lines.AddRange(_layers.Select(layer => new Markup($"[green]✓[/] {Markup.Escape(layer.ToString())}")));
            lines.AddRange(_transfers.Values.Where(IsOnItsWay).TakeLast(MostTransfers).Select(transfer =>
                new Text($"  {transfer.What}: {Reached(transfer)}").Overflow(Overflow.Ellipsis)));
            lines.AddRange(_warnings.Select(warning => new Markup($"[yellow]! {Markup.Escape(warning)}[/]")));
            return new Rows(lines);
        }
    }

    private static string Reached(Transferred transfer) =>
        transfer.Total > 0
            ? $"{new Images.ByteSize(transfer.Current)} of {new Images.ByteSize(transfer.Total)}"
            : $"{new Images.ByteSize(transfer.Current)}";

    private static bool IsOnItsWay(Transferred transfer) =>
        transfer.Current > 0 && (transfer.Total == 0 || transfer.Current < transfer.Total);

    private Row? Find(StepName step) => _rows.FindLast(row => row.Step == step);

    private sealed class Row(StepName step, long started)
    {
        public StepName Step { get; } = step;

        public long Started { get; } = started;

        public string Output { get; set; } = "";

        public StepFinished? Finished { get; set; }
    }
}
