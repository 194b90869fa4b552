using System.Text;
using Cake.MultiStage.Building;
using Cake.MultiStage.Engine.Sessions;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>Keeps the steps of a running build: what began, what it wrote, how it ended. Tells the observer.</summary>
internal sealed class StepRecorder(IBuildObserver observer, SecretMask mask)
{
    private const int TailLength = 20;
    private readonly List<Step> _steps = [];
    private readonly Dictionary<string, Step> _byKey = new(StringComparer.Ordinal);

    /// <summary>Gets the steps that ended, in the order in which they began.</summary>
    public IReadOnlyList<BuildStep> Finished => [.. _steps.Where(step => step.IsFinished).Select(step => new BuildStep(step.Name.Text, step.Name.Stage, step.Cached, step.Duration))];

    /// <summary>Gets the step that failed first for a reason of its own, or else the one still running, or <see langword="null"/>.</summary>
    public (StepName Name, string? Error, IReadOnlyList<string> Output)? Failed
    {
        get
        {
            var failed = _steps.Where(step => step.Error is not null).OrderBy(step => step.Error!.Contains("context canceled", StringComparison.Ordinal)).FirstOrDefault();
            return failed is null ? null : (failed.Name, failed.Error, [.. failed.Tail]);
        }
    }

    /// <summary>Gets the step that the engine names as the one that failed, or else the one that <see cref="Failed"/> is.</summary>
    public (StepName Name, string? Error, IReadOnlyList<string> Output)? FailedAt(string? key) =>
        key is not null && _byKey.TryGetValue(key, out var step) && step.Error is not null ? (step.Name, step.Error, [.. step.Tail]) : Failed;

    public void Name(string key, StepName name)
    {
        if (!_byKey.ContainsKey(key))
        {
            _byKey[key] = new Step(name);
        }
    }

    public void Start(string key)
    {
        if (_byKey.TryGetValue(key, out var step) && !step.IsStarted)
        {
            step.IsStarted = true;
            _steps.Add(step);
            observer.On(new StepStarted(step.Name));
        }
    }

    /// <summary>Takes output as it comes: lines may be cut anywhere, also within a character.</summary>
    public void Write(string key, ReadOnlySpan<byte> output)
    {
        if (!_byKey.TryGetValue(key, out var step))
        {
            return;
        }

        var characters = new char[step.Decoder.GetCharCount(output, flush: false)];
        step.Decoder.GetChars(output, characters, flush: false);
        foreach (var character in characters)
        {
            if (character == '\n')
            {
                EndLine(step);
            }
            else
            {
                step.Line.Append(character);
            }
        }
    }

    public void Finish(string key, bool cached, TimeSpan duration, string? error)
    {
        error = error is null ? null : mask.Apply(error);
        if (!_byKey.TryGetValue(key, out var step) || step.IsFinished)
        {
            return;
        }

        Start(key);
        if (step.Line.Length > 0)
        {
            EndLine(step);
        }

        (step.IsFinished, step.Cached, step.Duration, step.Error) = (true, cached, duration, error);
        observer.On(new StepFinished(step.Name, cached, duration, error));
    }

    private void EndLine(Step step)
    {
        // A carriage return takes the cursor back: what is left standing on the line comes after the last one.
        var line = step.Line.ToString().TrimEnd('\r');
        line = mask.Apply(line[(line.LastIndexOf('\r') + 1)..]);
        step.Line.Clear();
        step.Tail.Enqueue(line);
        if (step.Tail.Count > TailLength)
        {
            step.Tail.Dequeue();
        }

        observer.On(new StepOutput(step.Name, line));
    }

    private sealed class Step(StepName name)
    {
        public StepName Name { get; } = name;

        public Decoder Decoder { get; } = Encoding.UTF8.GetDecoder();

        public StringBuilder Line { get; } = new();

        public Queue<string> Tail { get; } = new();

        public bool IsStarted { get; set; }

        public bool IsFinished { get; set; }

        public bool Cached { get; set; }

        public TimeSpan Duration { get; set; }

        public string? Error { get; set; }
    }
}
