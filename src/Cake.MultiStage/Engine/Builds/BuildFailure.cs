using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>Finds where in the Dockerfile a build failed, and says it.</summary>
internal static partial class BuildFailure
{
    /// <summary>Says whether the engine's reason names a line of the Dockerfile.</summary>
    public static bool IsInDockerfile(string reason) => LineNumber().IsMatch(reason);

    public static BuildFailedException Of(DockerfileText dockerfile, StepName? step, IReadOnlyList<string> output, string reason,
        int? lineNumber = null, int? exitCode = null)
    {
        var line = LineAt(dockerfile, lineNumber)
            ?? step?.Line
            ?? (step is { IsInstruction: true } ? Locate(dockerfile, step) : LineIn(dockerfile, reason));
        var stage = line is null ? step?.Stage : StageName(line);
        var message = new StringBuilder("The build failed");
        if (stage is not null)
        {
            message.Append(" in stage '").Append(stage).Append('\'');
        }

        if (line is not null)
        {
            message.Append(CultureInfo.InvariantCulture, $" at line {line.FirstLine} of the Dockerfile:\n  {Indented(line.Text)}");
        }
        else if (step is not null)
        {
            message.Append(" at:\n  ").Append(Indented(step.Instruction));
        }

        message.Append("\nReason: ").Append(reason.Trim());
        if (output.Count > 0)
        {
            message.Append("\nThe last lines of its output:\n  ").AppendJoin("\n  ", output);
        }

        message.Append("\nNo tag was moved.");
        return new BuildFailedException(
            message.ToString(), new FailedStep(
            stage, line?.Text ?? (step is { IsInstruction: true } ? step.Instruction : null), line?.FirstLine, output, exitCode));
    }

    /// <summary>
    /// BuildKit counts a base image and each RUN, COPY, ADD and WORKDIR of a stage (dockerfile2llb: <c>cmdTotal</c>), and
    /// triggers of the base come first; so counting from the stage's end finds the instruction.
    /// </summary>
    private static DockerfileLine? Locate(DockerfileText dockerfile, StepName step)
    {
        var stage = dockerfile.Lines.Where(
            line => line.StageIndex >= 0 && string.Equals(StageName(line), step.Stage, StringComparison.OrdinalIgnoreCase)).ToList();
        var counted = stage.Where(line => Keyword(line.Text) is "RUN" or "COPY" or "ADD" or "WORKDIR").ToList();
        var index = counted.Count - 1 - (step.Total - step.Position);
        var keyword = Keyword(step.Instruction);
        if (index >= 0 && index < counted.Count && Keyword(counted[index].Text) == keyword)
        {
            return counted[index];
        }

        return stage.FirstOrDefault(line => Keyword(line.Text) == keyword);
    }

    private static DockerfileLine? LineIn(DockerfileText dockerfile, string reason)
    {
        var match = LineNumber().Match(reason);
        return match.Success && int.TryParse(match.Groups["line"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? LineAt(dockerfile, number)
            : null;
    }

    private static DockerfileLine? LineAt(DockerfileText dockerfile, int? number) =>
        number is null ? null : dockerfile.Lines.FirstOrDefault(line => line.FirstLine <= number && number <= line.LastLine);

    private static string StageName(DockerfileLine line) => line.StageName
        ?? string.Create(CultureInfo.InvariantCulture, $"stage-{line.StageIndex}");

    private static string Keyword(string text) => text.TrimStart().Split([' ', '\t', '\n'], 2)[0].ToUpperInvariant();

    private static string Indented(string text) => text.TrimEnd().Replace("\n", "\n  ", StringComparison.Ordinal);

    [GeneratedRegex(@"(?:parse error.*?line |Dockerfile:)(?<line>[0-9]{1,6})",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LineNumber();
}
