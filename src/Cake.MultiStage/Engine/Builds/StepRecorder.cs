using Cake.MultiStage.Building;
using Cake.MultiStage.Engine.Sessions;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>
/// Keeps the steps of a running build: what began, what it wrote, how it ended. Tells the observer, in texts without secrets
/// and without anything that a terminal or a CI provider would obey.
/// </summary>
internal sealed class StepRecorder(IBuildObserver observer, SecretMask mask)
{
    private readonly List<Step> _steps = [];
    private readonly Dictionary<string, Step> _byKey = new(StringComparer.Ordinal);

    /// <summary>Gets the steps that ended, in the order in which they began.</summary>
    public IReadOnlyList<BuildStep> Finished =>
        [.. _steps.Where(step => step.IsFinished)
            .Select(step => new BuildStep(step.Name.Text, step.Name.Stage, step.Cached, step.Duration))];

    /// <summary>
    /// Gets the step that failed first for a reason of its own, or else the one still running, or <see langword="null"/>.
    /// </summary>
    public (StepName Name, string? Error, IReadOnlyList<string> Output)? Failed
    {
        get
        {
            var failed = _steps.Where(step => step.Error is not null)
                .OrderBy(step => step.Error!.Contains("context canceled", StringComparison.Ordinal)).FirstOrDefault();
            return failed is null ? null : (failed.Name, failed.Error, failed.Tail.Lines);
        }
    }

    /// <summary>Makes a text of the engine or of a step fit to be shown.</summary>
    public string Shown(string text, bool isCut = false) => mask.Apply(LogText.CleanLines(mask.Apply(text, isCut)));

    /// <summary>Gets the step that the engine names as the one that failed, or else the one that <see cref="Failed"/> is.</summary>
    public (StepName Name, string? Error, IReadOnlyList<string> Output)? FailedAt(string? key) =>
        key is not null && _byKey.TryGetValue(key, out var step) && step.Error is not null
            ? (step.Name, step.Error, step.Tail.Lines)
            : Failed;

    public void Name(string key, StepName name)
    {
        if (!_byKey.ContainsKey(key))
        {
            _byKey[key] = new Step(name with { Text = Shown(name.Text), Instruction = Shown(name.Instruction) });
        }
    }

    public void Start(string key, bool isSource = false)
    {
        if (_byKey.TryGetValue(key, out var step) && !step.IsStarted)
        {
            step.IsStarted = true;
            _steps.Add(step);
            observer.On(new StepStarted(step.Name) { IsSource = isSource });
        }
    }

    /// <summary>Gets the last lines that a step wrote.</summary>
    public IReadOnlyList<string> Tail(string key) => _byKey.TryGetValue(key, out var step) ? step.Tail.Lines : [];

    /// <summary>Takes output as it comes: lines may be cut anywhere, also within a character.</summary>
    /// <param name="key">The step.</param>
    /// <param name="output">The output.</param>
    /// <param name="isError">Whether it was written to standard error.</param>
    public void Write(string key, ReadOnlySpan<byte> output, bool isError = false)
    {
        if (_byKey.TryGetValue(key, out var step))
        {
            foreach (var line in (isError ? step.Errors : step.Output).Read(output))
            {
                EndLine(step, line, isError);
            }
        }
    }

    public void Finish(string key, bool cached, TimeSpan duration, string? error)
    {
        if (!_byKey.TryGetValue(key, out var step) || step.IsFinished)
        {
            return;
        }

        error = error is null ? null : Shown(error);
        Start(key);
        foreach (var isError in new[] { false, true })
        {
            if ((isError ? step.Errors : step.Output).End() is { } line)
            {
                EndLine(step, line, isError);
            }
        }

        (step.IsFinished, step.Cached, step.Duration, step.Error) = (true, cached, duration, error);
        observer.On(new StepFinished(step.Name, cached, duration, error));
    }

    private void EndLine(Step step, OutputLine line, bool isError)
    {
        var shown = Shown(line.Text, line.IsCut) + (line.IsCut ? " …" : "");
        step.Tail.Add(shown, isError);
        observer.On(new StepOutput(step.Name, shown));
    }

    private sealed class Step(StepName name)
    {
        public StepName Name { get; } = name;

        public OutputLines Output { get; } = new();

        public OutputLines Errors { get; } = new();

        public OutputTail Tail { get; } = new();

        public bool IsStarted { get; set; }

        public bool IsFinished { get; set; }

        public bool Cached { get; set; }

        public TimeSpan Duration { get; set; }

        public string? Error { get; set; }
    }
}
