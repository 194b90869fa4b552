using System.Diagnostics;
using System.Globalization;
using Cake.MultiStage.Building;
using Microsoft.Extensions.Logging;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Cake.MultiStage.Progress;

/// <summary>
/// Shows many builds on a terminal while they run: one line per build, with the step that it is at and that step's last line of output.
/// </summary>
internal sealed class LivePlanView
{
    // A terminal has some twenty lines, and the builds need theirs.
    private const int MostWarnings = 8;

    private readonly Lock _lock = new();
    private readonly IAnsiConsole _console;
    private readonly OrderedDictionary<string, Row> _rows = new(StringComparer.Ordinal);
    private readonly List<string> _warnings = [];

    /// <param name="console">The terminal.</param>
    /// <param name="names">The builds, in the order of their lines.</param>
    public LivePlanView(IAnsiConsole console, IEnumerable<string> names)
    {
        _console = console;
        foreach (var name in names)
        {
            _rows.Add(name, new Row());
        }
    }

    /// <summary>Runs the builds and shows them until they end.</summary>
    public Task<T> ShowAsync<T>(Func<Task<T>> build) => LiveScreen.ShowAsync(_console, Render, build);

    /// <summary>Runs one of the builds and shows what it is at.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="build">Builds; what it logs and what it is told of the build are shown on its line.</param>
    public async Task<T> BuildAsync<T>(string name, Func<ILogger, IBuildObserver, Task<T>> build)
    {
        Change(name, row => row.Began = Stopwatch.GetTimestamp());
        var isBuilt = false;
        try
        {
            var result = await build(new RowLogger(this, name), new CleanObserver(new Observer(this, name)));
            isBuilt = true;
            return result;
        }
        finally
        {
            Change(name, row => row.IsBuilt = isBuilt);
        }
    }

    /// <summary>Draws the builds as they are.</summary>
    public IRenderable Render()
    {
        lock (_lock)
        {
            return new Rows(
            [
                .. _rows.Select(row => Line(row.Key, row.Value)),
                .. _warnings.TakeLast(MostWarnings).Select(warning => new Markup($"[yellow]! {Markup.Escape(warning)}[/]")),
            ]);
        }
    }

    private static Markup Line(string name, Row row)
    {
        var (mark, text) = row switch
        {
            { IsBuilt: true } => ("[green]✓[/]", row.Note),
            { IsBuilt: false } => ("[red]✗[/]", $"{row.Note} FAILED".Trim()),
            { Began: { } began } => ("[yellow]●[/]", Running(row, began)),
            _ => ("[grey]·[/]", "waits"),
        };
        var rest = Markup.Escape(text.ReplaceLineEndings(" "));
        return new Markup($"{mark} {Markup.Escape(name)} [grey]{rest}[/]").Overflow(Overflow.Ellipsis);
    }

    private static string Running(Row row, long began)
    {
        var seconds = string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(began).TotalSeconds:0.0}s");
        return row.Steps.Count == 0 ? $"{seconds} {row.Note}" : $"{seconds} {row.Steps[0].Text} {row.Output}";
    }

    private void Change(string name, Action<Row> change)
    {
        lock (_lock)
        {
            change(_rows[name]);
        }
    }

    private void Warn(string name, string text)
    {
        lock (_lock)
        {
            _warnings.Add($"[{name}] {text}");
        }
    }

    private sealed class Row
    {
        public List<StepName> Steps { get; } = [];

        public string Output { get; set; } = "";

        public string Note { get; set; } = "";

        public long? Began { get; set; }

        public bool? IsBuilt { get; set; }
    }

    private sealed class Observer(LivePlanView view, string name) : IBuildObserver
    {
        public void On(BuildEvent buildEvent)
        {
            switch (buildEvent)
            {
                case StepStarted step:
                    view.Change(name, row => row.Steps.Add(step.Step));
                    break;
                case StepOutput output:
                    view.Change(name, row => row.Output = row.Steps is [var shown, ..] && shown == output.Step ? output.Line : row.Output);
                    break;
                case StepFinished step:
                    view.Change(name, row =>
                    {
                        row.Output = row.Steps is [var shown, ..] && shown == step.Step ? "" : row.Output;
                        row.Steps.Remove(step.Step);
                    });
                    break;
                case BuildWarning warning:
                    view.Warn(name, warning.Text);
                    break;
                case BuildNote note:
                    view.Change(name, row => row.Note = note.Text);
                    break;
                default:
                    break;
            }
        }
    }

    private sealed class RowLogger(LivePlanView view, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Warning)
            {
                view.Warn(name, LogText.CleanLines(formatter(state, exception)));
            }
            else if (logLevel == LogLevel.Information)
            {
                view.Change(name, row => row.Note = LogText.Clean(formatter(state, exception)));
            }
        }
    }
}
