using System.Globalization;
using System.Text.RegularExpressions;
using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>
/// Reads what Buildah prints: <c>[2/3] STEP 1/4: …</c>, <c>--&gt; Using cache …</c>, the ids of the images between, and the steps' own
/// output. Each of its own lines is a message of its own, which a step's output can look like: so only what comes in turn is taken for one.
/// </summary>
/// <param name="dockerfile">The Dockerfile as it was sent.</param>
/// <param name="steps">Keeps the steps.</param>
/// <param name="clock">Tells the time.</param>
/// <param name="warn">Is told what Buildah warns of before its first step.</param>
internal sealed partial class BuildahOutput(DockerfileText dockerfile, StepRecorder steps, Func<long> clock, Action<string> warn)
    : StepOutputReader(dockerfile, steps, clock)
{
    private readonly Dictionary<string, string> _stages = new(StringComparer.Ordinal);
    private (int Stage, int Number, int Total) _at;
    private string _text = "";
    private bool _isFirst;
    private string? _message;
    private string? _image;
    private string? _complaint;

    /// <summary>Gets the ids of the images that stages became, or their beginnings, by the stages' names.</summary>
    public IReadOnlyDictionary<string, string> Stages => _stages;

    public override void Read(string message)
    {
        var step = StepLine().Match(message);
        if (step.Success && Next(step) is { } next)
        {
            EndOpenLine();
            Keep();
            _at = next;
            _text = step.Groups["text"].Value.TrimEnd('\n');
            var line = LineOf(next);
            var text = next.Number == 1 && line is not null ? line.Text : _text;
            Start($"{next.Stage}/{next.Number}", Named(line, text));
            (_isFirst, _complaint) = (true, null);
        }
        else if (!IsRunning)
        {
            Warning(message);
        }
        else if (_isFirst && CacheLine().IsMatch(message))
        {
            IsCached = true;
            _isFirst = false;
        }
        else if (ImageLine().Match(message) is { Success: true } image)
        {
            Drop();
            (_message, _image) = (message, image.Groups["id"].Value);
        }
        else if (!(_at.Number == _at.Total && EndLine().IsMatch(message)))
        {
            Drop();
            _isFirst = false;
            _complaint = RuntimeComplaint().Match(message) is { Success: true } complaint ? complaint.Groups["what"].Value : _complaint;
            Take(message, isError: false);
        }
    }

    public override void End()
    {
        EndOpenLine();
        Keep();
        base.End();
    }

    protected override void Line(string line) => Write(line);

    /// <summary>
    /// Takes off the step's name, and Podman's own folders. The exit code is the program's where the runtime has no complaint of its own:
    /// what it can't start ends with 1 too.
    /// </summary>
    protected override (string Reason, int? ExitCode) Told(string error)
    {
        var said = error.Trim();
        var start = said.StartsWith("error ", StringComparison.Ordinal) ? "error ".Length : 0;
        var own = $"building at STEP \"{_text}\": ";
        var reason = said[start..].StartsWith(own, StringComparison.Ordinal) ? said[(start + own.Length)..]
            : StepError().Match(said) is { Success: true } named ? named.Groups["reason"].Value : said;
        reason = StageFolder().Replace(ScratchFolder().Replace(reason, "the build context"), "the stage");
        var exit = ExitStatus().Match(reason);
        return !exit.Success ? (reason, null)
            : _complaint is not null ? ($"the command can't be started: {_complaint.Trim()}", null)
            : ($"the command did not complete successfully: exit code: {exit.Groups["code"].Value}",
                int.Parse(exit.Groups["code"].Value, CultureInfo.InvariantCulture));
    }

    /// <summary>Gets where a step stands that comes in turn; stages that nothing needs are passed over.</summary>
    private (int Stage, int Number, int Total)? Next(Match step)
    {
        var stage = step.Groups["stage"] is { Success: true, Value: var text } ? Number(text) : 1;
        var (number, total) = (Number(step.Groups["number"].Value), Number(step.Groups["total"].Value));
        var isNext = number == 1
            ? stage > _at.Stage && _at.Number == _at.Total
            : stage == _at.Stage && number == _at.Number + 1 && total == _at.Total;
        return isNext ? (stage, number, total) : null;
    }

    /// <summary>
    /// Finds the line of a step: it counts the instructions of its stage, FROM among them; what the base image triggers comes between that
    /// and the others.
    /// </summary>
    private DockerfileLine? LineOf((int Stage, int Number, int Total) step)
    {
        var inStage = StageAt(step.Stage);
        var index = step.Number == 1 ? 0 : inStage.Count - 1 - (step.Total - step.Number);
        return index >= 0 && index < inStage.Count && Keyword(inStage[index].Text) == Keyword(_text) ? inStage[index] : null;
    }

    /// <summary>Gets the lines of a stage by its place among those that were sent, from 1; none where there is no such stage.</summary>
    private IReadOnlyList<DockerfileLine> StageAt(int place) =>
        [.. Instructions.Where(line => line.StageIndex >= 0).GroupBy(line => line.StageIndex)
            .Skip(place - 1).Take(1).SelectMany(lines => lines)];

    private static string Keyword(string text) => text.TrimStart().Split([' ', '\t', '\n'], 2)[0].ToUpperInvariant();

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>Takes the image that was told last for that of the step, which is over.</summary>
    private void Keep()
    {
        if (_image is not null && StageAt(_at.Stage) is [{ StageIndex: var index, StageName: var name }, ..])
        {
            _stages[name ?? string.Create(CultureInfo.InvariantCulture, $"stage-{index}")] = _image;
        }

        (_message, _image) = (null, null);
    }

    /// <summary>What looked like the end of the step was its own output.</summary>
    private void Drop()
    {
        if (_message is { } message)
        {
            (_message, _image) = (null, null);
            Take(message, isError: false);
        }
    }

    private void Warning(string message)
    {
        // The arguments of platforms are set by Buildah itself, though it misses them.
        if (WarningLine().Match(message) is { Success: true } warning && !PlatformArgument().IsMatch(message))
        {
            warn(warning.Groups["what"].Value.Replace("\\\"", "\"", StringComparison.Ordinal));
        }
    }

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    [GeneratedRegex(
        @"\A(\[(?<stage>[0-9]{1,4})/[0-9]{1,4}\] )?STEP (?<number>[0-9]{1,6})/(?<total>[0-9]{1,6}): (?<text>.*)\z",
        Options | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StepLine();

    [GeneratedRegex(@"\A--> Using cache [0-9a-f]{64}\n\z", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CacheLine();

    [GeneratedRegex(@"\A--> (?<id>[0-9a-f]{11,64})\n\z", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ImageLine();

    [GeneratedRegex(
        @"\A((\[[0-9]{1,4}/[0-9]{1,4}\] )?COMMIT( \S+)?|Successfully (built|tagged) \S+|[0-9a-f]{64}|\[Warning\] one or more build.args .*)"
            + @"\n\z", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EndLine();

    [GeneratedRegex(@"\A(error )?building at STEP "".*?"": (?<reason>.*)\z", Options | RegexOptions.Singleline,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex StepError();

    [GeneratedRegex(@"\A(error )?while running runtime: exit status (?<code>[0-9]{1,3})\z", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ExitStatus();

    [GeneratedRegex(@"""?/[^\s""]*/libpod_builder[0-9]+/build""?", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ScratchFolder();

    [GeneratedRegex(@"""?/[^\s""]*/overlay/[0-9a-f]{64}/merged""?", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StageFolder();

    [GeneratedRegex(@"\Aerror running container: [^\n]*?(msg=""(?<what>[^\n]*)""|: (?<what>[^\n]*))\n", Options,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex RuntimeComplaint();

    [GeneratedRegex(@"\Atime=""[^""]*"" level=(warning|error) msg=""(?<what>.*)""\n\z", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WarningLine();

    [GeneratedRegex(@"missing \\""(TARGET|BUILD)(PLATFORM|OS|ARCH|VARIANT)\\"" build argument", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PlatformArgument();
}
