using System.Diagnostics;
using System.Globalization;
using System.Text;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>
/// Reads the output of a builder that takes one instruction after the other and prints all into one stream: the lines by which it tells of
/// its steps, and the steps' own output between them.
/// </summary>
/// <param name="dockerfile">The Dockerfile as it was sent.</param>
/// <param name="steps">Keeps the steps.</param>
/// <param name="clock">Tells the time, as <see cref="Stopwatch.GetTimestamp"/> does: these builders tell none.</param>
internal abstract class StepOutputReader(DockerfileText dockerfile, StepRecorder steps, Func<long> clock)
{
    // More than a step's line shows; the rest of an endless one is passed over.
    private const int LongestLine = 64 * 1024;

    private readonly StringBuilder _line = new();
    private bool _isError;
    private string? _current;
    private StepName? _name;
    private IReadOnlyList<string> _tail = [];
    private long _started;

    public IReadOnlyList<BuildStep> Steps => steps.Finished;

    /// <summary>Gets the Dockerfile that the steps are of.</summary>
    public DockerfileText Dockerfile { get; } = dockerfile;

    /// <summary>Gets a value indicating whether a step runs.</summary>
    protected bool IsRunning => _current is not null;

    /// <summary>Gets or sets a value indicating whether the running step came from the cache.</summary>
    protected bool IsCached { get; set; }

    /// <summary>Takes a message as the engine sends it.</summary>
    public abstract void Read(string message);

    /// <summary>Takes note that the build came to its end.</summary>
    public virtual void End()
    {
        EndOpenLine();
        Finish(error: null);
    }

    /// <summary>Makes the error of a build that failed in the running step.</summary>
    /// <param name="error">The engine's reason.</param>
    public BuildFailedException Failure(string error)
    {
        EndOpenLine();
        var (reason, exitCode) = Told(error);
        Finish(reason);
        return BuildFailure.Of(Dockerfile, _name, _tail, steps.Shown(reason), exitCode: exitCode);
    }

    /// <summary>Takes a line that the stream ended.</summary>
    protected abstract void Line(string line);

    /// <summary>Reads the engine's reason: what of it is the step's, and the exit code where it is told.</summary>
    protected virtual (string Reason, int? ExitCode) Told(string error) => (error, null);

    /// <summary>Takes a piece of a stream, which may begin and end within a line.</summary>
    protected void Take(string text, bool isError)
    {
        if (isError != _isError)
        {
            EndOpenLine();
        }

        _isError = isError;
        foreach (var character in text)
        {
            if (character == '\n')
            {
                EndLine();
            }
            else if (_line.Length < LongestLine)
            {
                _line.Append(character);
            }
        }
    }

    /// <summary>Ends a line that a step's output did not end.</summary>
    protected void EndOpenLine()
    {
        if (_line.Length > 0)
        {
            EndLine();
        }
    }

    protected void Start(string key, StepName name)
    {
        Finish(error: null);
        (_current, _name, IsCached, _started, _tail) = (key, name, false, clock(), []);
        steps.Name(key, name);
        steps.Start(key);
    }

    protected void Write(string line)
    {
        if (_current is not null)
        {
            steps.Write(_current, Encoding.UTF8.GetBytes(line + "\n"), _isError);
        }
    }

    /// <summary>Names a step as BuildKit would: with its stage, its place in that, and its line.</summary>
    /// <param name="line">The line of the Dockerfile that the step is of; <see langword="null"/> where it isn't known.</param>
    /// <param name="text">The instruction as the builder prints it.</param>
    protected StepName Named(DockerfileLine? line, string text)
    {
        if (line is null || line.StageIndex < 0)
        {
            return new StepName(text, Stage: null, 0, 0, text);
        }

        var stage = line.StageName ?? string.Create(CultureInfo.InvariantCulture, $"stage-{line.StageIndex}");
        var inStage = Instructions.Where(other => other.StageIndex == line.StageIndex).ToList();
        var position = inStage.IndexOf(line) + 1;
        return new StepName(string.Create(CultureInfo.InvariantCulture, $"[{stage} {position}/{inStage.Count}] {text}"), stage, position,
            inStage.Count, text, line);
    }

    /// <summary>Gets the lines that builders count: comments are none.</summary>
    protected IReadOnlyList<DockerfileLine> Instructions { get; } =
        [.. dockerfile.Lines.Where(line => line.Instruction is not CommentInstruction)];

    private void EndLine()
    {
        // A carriage return takes the cursor back: what is left standing on the line comes after the last one.
        var line = _line.ToString().TrimEnd('\r');
        _line.Clear();
        Line(line[(line.LastIndexOf('\r') + 1)..]);
    }

    private void Finish(string? error)
    {
        if (_current is not null)
        {
            _tail = steps.Tail(_current);
            steps.Finish(_current, IsCached, IsCached ? TimeSpan.Zero : Stopwatch.GetElapsedTime(_started, clock()), error);
            _current = null;
        }
    }
}
