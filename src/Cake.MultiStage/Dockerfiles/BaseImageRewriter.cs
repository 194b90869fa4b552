using Cake.MultiStage.Images;

namespace Cake.MultiStage.Dockerfiles;

/// <summary>
/// Changes the images from outside that a Dockerfile refers to: by <c>FROM</c>, by <c>--from</c> of COPY, and by mounts.
/// Stages, <c>scratch</c> and what comes out unchanged stay as they are written.
/// </summary>
internal sealed class BaseImageRewriter(Dockerfile file, IReadOnlyDictionary<string, string> buildArguments,
    Func<ImageReference, ImageReference> change)
{
    private readonly StageGraph graph = new(file.Stages);
    private readonly GlobalArguments arguments = new(file.Arguments, buildArguments);
    private readonly List<string> problems = [];

    /// <exception cref="DockerfileException">An image can't be told or changed; every reason is listed.</exception>
    public Dockerfile Rewrite()
    {
        List<Stage> stages = [];
        for (var i = 0; i < file.Stages.Count; i++)
        {
            var (stage, place) = (file.Stages[i], file.Place(i));
            List<Instruction> instructions = [];
            for (var j = 0; j < stage.Instructions.Count; j++)
            {
                instructions.Add(Change(stage.Instructions[j], file.Place(i, j)));
            }

            stages.Add(stage with { Base = Base(i, place), Instructions = instructions });
        }

        return problems.Count == 0 ? file with { Stages = stages } : throw new DockerfileException(problems);
    }

    private StageBase Base(int index, string place)
    {
        var stage = file.Stages[index];
        return stage.Base is ScratchBase
            || graph.Base(index, arguments) is not null
            || graph.OpenBases(index, arguments).Count > 0
            || Changed(stage.Base.Text, $"{place}: FROM {stage.Base.Text}") is not { } image
            ? stage.Base
            : StageBase.Image(image);
    }

    private Instruction Change(Instruction instruction, string place) => instruction switch
    {
        // What stays the same stays itself: a file that was read has its text.
        CopyInstruction { From: { } from } copy =>
            From(from, place) is var changed && changed == from ? copy : copy with { From = changed },
        RunInstruction run => Mounts(run, place) is var mounts && mounts.SequenceEqual(run.Mounts) ? run : run with { Mounts = mounts },
        OnBuildInstruction onBuild =>
            Change(onBuild.Trigger, place) is var trigger && ReferenceEquals(trigger, onBuild.Trigger)
                ? onBuild
                : onBuild with { Trigger = trigger },
        RawInstruction raw => Unchanged(raw, place),
        _ => instruction,
    };

    private List<RunMount> Mounts(RunInstruction run, string place) =>
        [.. run.Mounts.Select(mount => mount.From is { } from ? mount with { From = From(from, place) } : mount)];

    private string From(string from, string place) => IsStage(from) ? from : Changed(from, $"{place}: --from={from}")?.ToString() ?? from;

    private bool IsStage(string from) =>
        arguments.Expand(from) is var name && (name is "scratch" or "context" || graph.IndexOfReference(name) >= 0);

    /// <summary>A text that nobody has read can't be changed safely.</summary>
    private RawInstruction Unchanged(RawInstruction raw, string place)
    {
        foreach (var from in raw.From.Where(from => !IsStage(from)))
        {
            if (Changed(from, place) is { } image)
            {
                problems.Add(
                    $"{place}: the image '{from}' would become '{image}', but stands in raw text: write it as CopyInstruction or RunMount, "
                        + "or change it there");
            }
        }

        return raw;
    }

    /// <summary>Returns what an image becomes, or null where it stays.</summary>
    private ImageReference? Changed(string text, string place)
    {
        var unknown = VariableText.Read(text).Required.Where(name => !arguments.Knows(name))
            .Concat(VariableText.Read(arguments.Expand(text)).Names.Where(DockerfileValidator.IsPlatformArgument))
            .Distinct(StringComparer.Ordinal)
            .ToList();
        if (unknown.Count > 0)
        {
            problems.Add(
                $"{place} uses {string.Join(", ", unknown.Select(name => "$" + name))}, which has no value here: "
                    + (unknown.TrueForAll(DockerfileValidator.IsPlatformArgument)
                        ? "the platform that is built for decides it. Name that one alone (build.Platforms, locking.Platforms)"
                        : "give the global argument a default, or a build argument"));
            return null;
        }

        if (!ImageReference.TryParse(arguments.Expand(text), out var reference))
        {
            problems.Add($"{place}: '{arguments.Expand(text)}' is not a valid image reference");
            return null;
        }

        return change(reference) is var changed && changed != reference ? changed : null;
    }
}
