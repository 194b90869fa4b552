using Cake.MultiStage.Images;

namespace Cake.MultiStage.Dockerfiles;

/// <summary>Finds what instructions can read from the build context.</summary>
internal static class ContextSourceFinder
{
    public static IReadOnlyList<ContextSource> Find(IReadOnlyList<Stage> stages) =>
    [
        .. stages.SelectMany(stage => stage.Instructions.Concat(Triggered(stage, stages)))
            .SelectMany(Sources)
            .GroupBy(source => source.Pattern, StringComparer.Ordinal)
            .Select(same => new ContextSource(same.Key) { IsOptional = same.All(source => source.IsOptional) }),
    ];

    /// <summary>
    /// Finds what ONBUILD triggers here: where another stage starts from this one. Else it is read from another build's context.
    /// </summary>
    private static IEnumerable<Instruction> Triggered(Stage stage, IReadOnlyList<Stage> stages) =>
        stages.Any(
            other => other.Base is ArgumentBase
                || (other.Base is NamedStageBase named && string.Equals(named.StageName, stage.Name, StringComparison.OrdinalIgnoreCase)))
            ? stage.Instructions.OfType<OnBuildInstruction>().Select(onBuild => onBuild.Trigger) : [];

    private static IEnumerable<ContextSource> Sources(Instruction instruction) => instruction switch
    {
        CopyInstruction { From: null } copy => Beside([.. copy.Sources.Select(Pattern)], copy.Files.Count),
        AddInstruction add =>
            Beside([.. add.Sources.Where(source => !Transfer.IsRemote(source)).Select(Pattern)],
                add.Sources.Count(Transfer.IsRemote) + add.Files.Count),
        RunInstruction run =>
            run.Mounts.Where(mount => mount is { Type: "bind", From: null })
                .Select(mount => new ContextSource(Literal(Pattern(mount.Source ?? ".")))),
        RawInstruction { MayReadContext: true } => [new ContextSource(".")],
        _ => [],
    };

    private static IEnumerable<ContextSource> Beside(IReadOnlyList<string> patterns, int others) =>
        patterns.Select(pattern => new ContextSource(pattern) { IsOptional = patterns.Count + others > 1 });

    private static string Pattern(string source)
    {
        var text = VariableText.Read(source);
        var known = text.FixedStart;
        if (text.HasVariables)
        {
            // The segment a variable stands in is unknown: the folder above it is what is certain.
            known = known.LastIndexOf('/') is var slash and > 0 ? known[..slash] : ".";
        }

        return PosixPath.Rooted(known) is ['/', .. { Length: > 0 } below] ? below : ".";
    }

    // The source of a mount is a path, not a pattern.
    private static string Literal(string path) =>
        string.Concat(path.Select(c => c is '*' or '?' or '[' or '\\' ? $"\\{c}" : c.ToString()));
}
