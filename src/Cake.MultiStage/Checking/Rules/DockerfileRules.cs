using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Checking.Rules;

/// <summary>A rule over a Dockerfile: over the stages that its target needs.</summary>
internal abstract class DockerfileRule(string id, FindingLevel level, string reason) : CheckRule(id, level, reason)
{
    public sealed override IEnumerable<Finding> Check(CheckedImage image) =>
        image.Measured.Image.Record is { } record ? Check(CheckedDockerfile.Of(record, image.Settings)) : [];

    /// <summary>Checks a Dockerfile, built or not.</summary>
    public virtual IEnumerable<Finding> Check(CheckedDockerfile file) =>
        [.. CheckHead(file.File), .. file.Stages.SelectMany(stage => Check(file, stage))];

    /// <summary>Checks what stands before the first stage.</summary>
    protected virtual IEnumerable<Finding> CheckHead(Dockerfile file) => [];

    protected abstract IEnumerable<Finding> Check(CheckedDockerfile file, Stage stage);

    /// <summary>Makes a finding about a stage, or about an instruction of it, with the line where that is known.</summary>
    protected Finding Found(CheckedDockerfile file, Stage stage, Instruction? instruction, string message, string fix) =>
        Found(message, fix, instruction: instruction?.ToString() ?? stage.ToString()) with { Line = file.LineOf(stage, instruction) };
}

/// <summary>What a container starts is written as a list.</summary>
internal sealed class CommandIsList()
    : DockerfileRule("dockerfile-json-args", FindingLevel.Warning,
        "In shell form the shell gets the signals and the program does not, so that a container is killed instead of ended (Docker's "
            + "JSONArgsRecommended).")
{
    protected override IEnumerable<Finding> Check(CheckedDockerfile file, Stage stage) =>
        HasShell(file, stage) ? [] : RawInstructions.Of(stage)
            .TakeWhile(instruction => instruction is not ShellInstruction)
            .Where(
                instruction => instruction is CmdInstruction { Command: ShellCommand } or EntrypointInstruction { Command: ShellCommand })
            .Select(
                instruction => Found(file, stage, instruction,
                    $"{instruction.Keyword} is in shell form, in {file.Place(stage, instruction)}.",
                    "Write it in exec form, as a list of the program and its arguments; where a shell is wanted, name it by SHELL."));

    /// <summary>Says whether a shell was named in what a stage starts from: in a stage, or in the image, as far as that is known.</summary>
    private static bool HasShell(CheckedDockerfile file, Stage stage)
    {
        var chain = StageChain.Of(file.File, Words.Number(file.IndexOf(stage)), file.BuildArguments);
        return chain.Skip(1).SelectMany(RawInstructions.Of).OfType<ShellInstruction>().Any()
            || (file.Settings is { Shell.Count: > 0 }
                && !file.Stages.SelectMany(RawInstructions.Of).OfType<ShellInstruction>().Any());
    }
}

/// <summary>Who made the image is a label.</summary>
internal sealed class MaintainerIsLabel()
    : DockerfileRule("dockerfile-maintainer-deprecated", FindingLevel.Warning,
        "MAINTAINER is deprecated: tools read labels (Docker's MaintainerDeprecated).")
{
    protected override IEnumerable<Finding> Check(CheckedDockerfile file, Stage stage) => RawInstructions.Of(stage)
        .OfType<MaintainerInstruction>()
        .Select(
            instruction => Found(file, stage, instruction, $"MAINTAINER is in {file.Place(stage, instruction)}.",
                "Set the label org.opencontainers.image.authors."));
}

/// <summary>What can be set once is set once.</summary>
internal sealed class InstructionIsSetOnce()
    : DockerfileRule("dockerfile-multiple-instructions", FindingLevel.Warning,
        "Of several CMD, ENTRYPOINT or HEALTHCHECK in a stage the last alone counts (Docker's MultipleInstructionsDisallowed).")
{
    protected override IEnumerable<Finding> Check(CheckedDockerfile file, Stage stage) => RawInstructions.Of(stage)
        .Where(instruction => instruction is CmdInstruction or EntrypointInstruction or HealthcheckInstruction)
        .GroupBy(instruction => instruction.Keyword, StringComparer.Ordinal)
        .Where(group => group.Skip(1).Any())
        .Select(
            group => Found(file, stage, group.First(),
                $"{group.Key} is there {group.Count()} times, in {file.Place(stage)}; the last counts.", "Leave the others out."));
}

/// <summary>A stage does not ask for the platform that it has anyway.</summary>
internal sealed class PlatformIsNotRedundant()
    : DockerfileRule("dockerfile-redundant-target-platform", FindingLevel.Note,
        "The target platform is what FROM takes by itself (Docker's RedundantTargetPlatform).")
{
    protected override IEnumerable<Finding> Check(CheckedDockerfile file, Stage stage)
    {
        if (stage.Platform is "$TARGETPLATFORM" or "${TARGETPLATFORM}")
        {
            yield return Found(file, stage, null, $"--platform={stage.Platform} is in {file.Place(stage)}.", "Leave it out.");
        }
    }
}

/// <summary>A stage is for the platform that is built for, or for the builder's.</summary>
internal sealed class PlatformIsNotConstant()
    : DockerfileRule("dockerfile-from-platform-flag-const", FindingLevel.Note,
        "A stage with a fixed platform is built for that one whatever is asked for (Docker's FromPlatformFlagConstDisallowed).")
{
    protected override IEnumerable<Finding> Check(CheckedDockerfile file, Stage stage)
    {
        // A stage that says so in its name means it, as in a build that chooses among stages by platform.
        if (stage.Platform is { } platform
            && !platform.Contains('$', StringComparison.Ordinal)
            && !platform.Split('/').Any(part => stage.Name?.Contains(part, StringComparison.OrdinalIgnoreCase) == true))
        {
            yield return Found(file, stage, null, $"--platform={platform} is in {file.Place(stage)}.",
                "Use $BUILDPLATFORM, set the platform of the build, or have the stage's name say what it is for.");
        }
    }
}

/// <summary>Nothing secret is given as an argument or a variable.</summary>
internal sealed class NoSecretArguments()
    : DockerfileRule("dockerfile-secrets-in-arg-or-env", FindingLevel.Warning,
        "Arguments and variables stay in the image's history and configuration (Docker's SecretsUsedInArgOrEnv).")
{
    protected override IEnumerable<Finding> CheckHead(Dockerfile file) =>
        file.Arguments.Where(argument => SecretName.IsLikely(argument.Name)).Select(
            argument => Found(argument, "before the first stage") with { Line = file.Source?.Of(argument)?.FirstLine });

    protected override IEnumerable<Finding> Check(CheckedDockerfile file, Stage stage) => RawInstructions.Of(stage)
        .Where(instruction => NameOf(instruction) is { } name && SecretName.IsLikely(name))
        // What the image itself shows is told by the rule that looks at the image.
        .Where(
            instruction => instruction is not EnvInstruction { Name: var name }
                || file.Settings is null
                || !file.Settings.Environment.TryGetValue(name, out var value)
                || !SecretVariable.HoldsSecret(name, value))
        .Select(instruction => Found(instruction, "in " + file.Place(stage, instruction)) with { Line = file.LineOf(stage, instruction) });

    private Finding Found(Instruction instruction, string place) =>
        Found($"{instruction.Keyword} {NameOf(instruction)} is named like a secret, {place}.",
            "Mount it where it is needed (RunMount.Secret), or give it to the container when it runs.",
            instruction: $"{instruction.Keyword} {NameOf(instruction)}");

    private static string? NameOf(Instruction instruction) => instruction switch
    {
        ArgInstruction argument => argument.Name,
        EnvInstruction variable => variable.Name,
        _ => null,
    };
}
