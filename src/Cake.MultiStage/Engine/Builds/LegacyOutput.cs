using System.Globalization;
using System.Text.RegularExpressions;
using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>Reads what the legacy builder prints: <c>Step 3/7 : …</c>, <c> ---&gt; Using cache</c>, and the steps' own output.</summary>
internal sealed partial class LegacyOutput(DockerfileText dockerfile, StepRecorder steps, Func<long> clock)
    : StepOutputReader(dockerfile, steps, clock)
{
    public override void Read(string message)
    {
        var (text, isError) = Uncoloured(message);
        if (text.Length > 0 && (Chatter().IsMatch(text) || StepLine().IsMatch(text.TrimEnd('\n'))))
        {
            // The step's output did not end its last line.
            EndOpenLine();
        }

        Take(text, isError);
    }

    protected override void Line(string line)
    {
        var step = StepLine().Match(line);
        if (step.Success)
        {
            var key = step.Groups["number"].Value;
            // The legacy builder numbers every instruction of the file, the arguments before the first FROM too.
            var number = int.Parse(key, CultureInfo.InvariantCulture);
            Start(key, Named(number <= Instructions.Count ? Instructions[number - 1] : null, step.Groups["text"].Value));
        }
        else if (line == " ---> Using cache")
        {
            IsCached = true;
        }
        else if (!Chatter().IsMatch(line))
        {
            Write(line);
        }
    }

    /// <summary>Takes off the red that the engine puts around each message of standard error (moby, <c>pkg/streamformatter</c>).</summary>
    private static (string Text, bool IsError) Uncoloured(string message)
    {
        const string Red = "\e[91m";
        const string Reset = "\e[0m";
        return message.StartsWith(Red, StringComparison.Ordinal) && message.EndsWith(Reset, StringComparison.Ordinal)
            ? (message[Red.Length..^Reset.Length], true)
            : (message, false);
    }

    [GeneratedRegex(@"\AStep (?<number>[0-9]{1,6})/[0-9]{1,6} : (?<text>.*)\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StepLine();

    [GeneratedRegex(@"\A( ---> |Removing intermediate container |Successfully (built|tagged) |\z)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Chatter();
}
