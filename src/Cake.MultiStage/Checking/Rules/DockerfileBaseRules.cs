using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Checking.Rules;

/// <summary>A base is an image also where no argument is given.</summary>
internal sealed class BaseHasDefault()
    : DockerfileRule("dockerfile-invalid-default-arg-in-from", FindingLevel.Warning,
        "A Dockerfile that builds only with arguments surprises whoever builds it without (Docker's InvalidDefaultArgInFrom).")
{
    protected override IEnumerable<Finding> Check(CheckedDockerfile file, Stage stage)
    {
        if (stage.Base is ArgumentBase { Expression: var expression }
            && new GlobalArguments(file.File.Arguments) is var arguments
            && !arguments.IsOpen(expression)
            && arguments.Expand(expression) is var byDefault
            && !ImageReference.TryParse(byDefault, out _)
            && new StageGraph(file.File.Stages).IndexOf(byDefault) < 0)
        {
            yield return Found(file, stage, null,
                $"Without arguments FROM {expression} is '{byDefault}', which is not an image, in {file.Place(stage)}.",
                "Give the argument a default, as in project.Arguments[\"VERSION\"] = \"1.0\".");
        }
    }
}

/// <summary>Bases have a tag that says which they are.</summary>
internal sealed class BaseHasTag()
    : DockerfileRule("dockerfile-base-tag", FindingLevel.Warning,
        "What 'latest' is changes from one day to the next, and a build with it (hadolint's DL3006 and DL3007).")
{
    protected override IEnumerable<Finding> Check(CheckedDockerfile file, Stage stage)
    {
        foreach (var text in new ImageBaseFinder(file.File, file.BuildArguments).Images([file.IndexOf(stage)]))
        {
            if (ImageReference.TryParse(text, out var reference) && reference is { Digest: null, Tag: null or "latest" })
            {
                // Files can come from an image, too.
                var taken = new ImageBaseFinder(file.File, file.BuildArguments).BaseOf(stage) == text ? null
                    : stage.Instructions.FirstOrDefault(one => StageGraph.References(one).Contains(text, StringComparer.Ordinal));
                yield return Found(file, stage, taken,
                    $"'{text}' has "
                        + $"{(text.EndsWith(":latest", StringComparison.Ordinal) ? "the tag 'latest'" : "no tag, which means 'latest'")}, "
                        + $"in {file.Place(stage, taken)}.",
                    "Name a version, as in 'debian:trixie-slim'; by digest, to have the same base each time.");
            }
        }
    }
}

/// <summary>Variables that instructions use are set.</summary>
internal sealed class VariablesAreSet()
    : DockerfileRule("dockerfile-undefined-var", FindingLevel.Warning, "A variable that nothing sets is empty (Docker's UndefinedVar).")
{
    protected override IEnumerable<Finding> Check(CheckedDockerfile file, Stage stage)
    {
        var chain = StageChain.Of(file.File, Words.Number(file.IndexOf(stage)), file.BuildArguments);
        var isShipped = file.Settings is not null
            && StageChain.Of(file.File, file.Target, file.BuildArguments).Any(shipped => ReferenceEquals(shipped, stage));
        // What a base sets is known of the one alone that the image grows from: it is in the image's configuration.
        if (!isShipped && chain[^1].Base is not ScratchBase)
        {
            yield break;
        }

        // A container has PATH, whatever its base.
        var own = chain.SelectMany(RawInstructions.Of).OfType<EnvInstruction>().Select(variable => variable.Name);
        var known = new HashSet<string>(["PATH", .. isShipped ? file.Settings!.Environment.Keys.Except(own, StringComparer.Ordinal) : []],
            StringComparer.Ordinal);
        foreach (var earlier in chain.Skip(1).SelectMany(RawInstructions.Of).OfType<EnvInstruction>())
        {
            known.Add(earlier.Name);
        }

        foreach (var instruction in RawInstructions.Of(stage))
        {
            foreach (var name in Texts(instruction)
                .SelectMany(text => VariableText.Read(text).Required)
                .Where(name => !known.Contains(name))
                .Distinct(StringComparer.Ordinal))
            {
                yield return Found(file, stage, instruction,
                    $"{instruction.Keyword} uses ${name}, which nothing sets, in {file.Place(stage, instruction)}.",
                    "Declare it before, by ARG or ENV, or give it a default: ${NAME:-default}.");
            }

            if (instruction is ArgInstruction { Name: var argument })
            {
                known.Add(argument);
            }
            else if (instruction is EnvInstruction { Name: var variable })
            {
                known.Add(variable);
            }
        }
    }

    private static IEnumerable<string> Texts(Instruction instruction) => instruction switch
    {
        EnvInstruction { Expand: true } variable => [variable.Value],
        ArgInstruction { Expand: true, Default: { } value } => [value],
        LabelInstruction { Expand: true } label => [label.Value],
        CopyInstruction copy => [.. copy.Sources, copy.Destination, copy.Chown ?? "", copy.Chmod ?? ""],
        AddInstruction add => [.. add.Sources, add.Destination, add.Chown ?? "", add.Chmod ?? ""],
        WorkdirInstruction folder => [folder.Path],
        UserInstruction user => [user.User],
        ExposeInstruction port => [port.Port],
        VolumeInstruction volume => [volume.Path],
        StopSignalInstruction signal => [signal.Signal],
        _ => [],
    };
}
