namespace Cake.MultiStage.Dockerfiles;

/// <summary>Finds what instructions can read from the build context.</summary>
internal static class ContextSourceFinder
{
    public static IReadOnlyList<ContextSource> Find(IEnumerable<Stage> stages) =>
        [.. stages.SelectMany(stage => stage.Instructions).SelectMany(Patterns).Distinct(StringComparer.Ordinal).Select(pattern => new ContextSource(pattern))];

    private static IEnumerable<string> Patterns(Instruction instruction) => instruction switch
    {
        CopyInstruction { From: null } copy => copy.Sources.Select(Pattern),
        AddInstruction add => add.Sources.Where(source => !Transfer.IsRemote(source)).Select(Pattern),
        RunInstruction run => run.Mounts.Where(mount => mount is { Type: "bind", From: null }).Select(mount => Literal(Pattern(mount.Source ?? "."))),
        OnBuildInstruction onBuild => Patterns(onBuild.Trigger),
        RawInstruction { MayReadContext: true } => ["."],
        _ => [],
    };

    private static string Pattern(string source)
    {
        var text = VariableText.Read(source);
        var known = text.FixedStart;
        if (text.HasVariables)
        {
            // The segment a variable stands in is unknown: the folder above it is what is certain.
            known = known.LastIndexOf('/') is var slash and > 0 ? known[..slash] : ".";
        }

        List<string> clean = [];
        foreach (var segment in known.Split('/').Where(segment => segment is not ("" or ".")))
        {
            if (segment != "..")
            {
                clean.Add(segment);
            }
            else if (clean.Count > 0)
            {
                clean.RemoveAt(clean.Count - 1);
            }
        }

        return clean.Count == 0 ? "." : string.Join('/', clean);
    }

    // The source of a mount is a path, not a pattern.
    private static string Literal(string path) =>
        string.Concat(path.Select(c => c is '*' or '?' or '[' or '\\' ? $"\\{c}" : c.ToString()));
}
