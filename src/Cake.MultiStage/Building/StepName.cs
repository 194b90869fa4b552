using System.Globalization;
using System.Text.RegularExpressions;
using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Building;

/// <summary>A step's name, taken apart: <c>[builder 3/4] COPY main.go ./</c> is the third of four steps of stage builder.</summary>
/// <param name="Text">The whole name as the builder gives it.</param>
/// <param name="Stage">The stage, or <see langword="null"/> for the builder's own steps.</param>
/// <param name="Position">The step's place in its stage, from 1; 0 for the builder's own steps.</param>
/// <param name="Total">The number of steps in the stage.</param>
/// <param name="Instruction">The instruction's text.</param>
/// <param name="Line">The line of the Dockerfile, where the builder's numbering names it exactly.</param>
internal sealed partial record StepName(string Text, string? Stage, int Position, int Total, string Instruction,
    DockerfileLine? Line = null)
{
    /// <summary>Gets a value indicating whether the step comes from the Dockerfile and is not the builder's own.</summary>
    public bool IsInstruction => Stage is not null;

    /// <summary>Takes apart a vertex name of BuildKit's Dockerfile frontend: <c>[platform stage n/m] text</c>.</summary>
    /// <param name="name">The name.</param>
    /// <param name="onlyStage">The stage of a Dockerfile that has one alone, which the frontend doesn't name.</param>
    public static StepName FromBuildKit(string name, string onlyStage = "stage-0")
    {
        var match = Pattern().Match(name);
        return match.Success
            ? new StepName(name, match.Groups["stage"] is { Success: true, Value: var stage } ? stage : onlyStage,
                Number(match, "position"), Number(match, "total"), match.Groups["text"].Value)
            : new StepName(name, Stage: null, 0, 0, name);
    }

    public override string ToString() => Text;

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\A\[(?:[a-z0-9]+/\S+ )?(?:(?<stage>[^\s\]]+)\s+|\s*)(?<position>[0-9]{1,6})/(?<total>[0-9]{1,6})\] (?<text>.*)\z",
        RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
