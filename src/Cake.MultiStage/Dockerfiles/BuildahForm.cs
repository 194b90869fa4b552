namespace Cake.MultiStage.Dockerfiles;

/// <summary>
/// Makes of a Dockerfile what a version of Buildah can build, or says why that cannot be done. Which flags it has since when is what
/// the Podman releases say that carry it (openshift/imagebuilder, <c>dispatchers.go</c>): in silence it drops none.
/// </summary>
/// <param name="file">The Dockerfile.</param>
/// <param name="buildah">Buildah's version.</param>
internal sealed class BuildahForm(Dockerfile file, Version buildah)
{
    private static Version Networks { get; } = new(1, 30);

    private static Version Heredocs { get; } = new(1, 33);

    private static Version Links { get; } = new(1, 37);

    /// <param name="target">The stage that is built.</param>
    /// <param name="buildArguments">The build arguments.</param>
    /// <param name="labels">
    /// Labels that the image gets beside its own. They stand at the end of its stage, in an order of their own: Podman takes those of a
    /// query in another order each time, and the image's id with it.
    /// </param>
    /// <exception cref="DockerfileException">Buildah can't build it; every reason is listed.</exception>
    public Dockerfile Make(
        string? target, IReadOnlyDictionary<string, string> buildArguments, IReadOnlyDictionary<string, string> labels)
    {
        List<string> problems = [];
        List<Stage> stages = [];
        var needed = file.StagesNeededBy(target, buildArguments);
        for (var i = 0; i < file.Stages.Count; i++)
        {
            var stage = file.Stages[i];
            if (!needed.Any(other => ReferenceEquals(other, stage)))
            {
                stages.Add(stage);
                continue;
            }

            List<Instruction> instructions = [];
            for (var j = 0; j < stage.Instructions.Count; j++)
            {
                foreach (var (what, since) in Missing(stage.Instructions[j]))
                {
                    var place = file.Place(i, j);
                    problems.Add(since is null
                        ? $"{place}: {what} is nothing that Podman's builder has: leave it out, or build with BuildKit"
                        : $"{place}: {what} needs Podman {PodmanOf(since)}, whose Buildah is {since}; this one is {buildah}: "
                            + "update Podman, leave it out, or build with BuildKit");
                }

                instructions.Add(Without(stage.Instructions[j]));
            }

            if (ReferenceEquals(stage, needed[^1]))
            {
                // A stage that ends with one of them ends with it still: by the last line of a history an image is known to be itself.
                var place = instructions is [.., LabelInstruction { Expand: false } own]
                    && labels.TryGetValue(own.Name, out var value) && value == own.Value
                    ? instructions.Count - 1 : instructions.Count;
                var ending = place < instructions.Count ? ((LabelInstruction)instructions[place]).Name : null;
                instructions.InsertRange(place, labels.Where(label => label.Key != ending)
                    .OrderBy(label => label.Key, StringComparer.Ordinal)
                    .Select(label => new LabelInstruction(label.Key, label.Value)));
            }

            stages.Add(stage with { Instructions = instructions });
        }

        return problems.Count == 0 ? file with { Stages = stages } : throw new DockerfileException(problems);
    }

    private static string PodmanOf(Version buildah) => buildah == Networks ? "4.5" : buildah == Heredocs ? "4.8" : "5.2";

    /// <summary>Leaves out what changes nothing in the image.</summary>
    private Instruction Without(Instruction instruction) => instruction switch
    {
        // What stays the same stays itself: a file that was read has its text.
        RunInstruction run when run.Network == "default" || run.Security == "sandbox" => run with
        {
            Network = run.Network == "default" ? null : run.Network,
            Security = run.Security == "sandbox" ? null : run.Security,
        },
        CopyInstruction { Link: true } copy when buildah < Links => copy with { Link = false },
        AddInstruction { Link: true } add when buildah < Links => add with { Link = false },
        OnBuildInstruction onBuild => Without(onBuild.Trigger) is var trigger && ReferenceEquals(trigger, onBuild.Trigger)
            ? onBuild
            : onBuild with { Trigger = trigger },
        _ => instruction,
    };

    private IEnumerable<(string What, Version? Since)> Missing(Instruction instruction) =>
        Used(instruction).Where(feature => feature.IsUsed && (feature.Since is null || buildah < feature.Since))
            .Select(feature => (feature.What, feature.Since));

    private IEnumerable<(string What, bool IsUsed, Version? Since)> Used(Instruction instruction) =>
        ByKind(instruction).Append(("a heredoc", file.IsWithHeredoc(instruction), Heredocs));

    private static IEnumerable<(string What, bool IsUsed, Version? Since)> ByKind(Instruction instruction) => instruction switch
    {
        RunInstruction run =>
        [
            ("--mount=type=ssh", run.Mounts.Any(mount => mount.Type == "ssh"), null),
            ("env of --mount=type=secret", run.Mounts.Any(mount => mount is { Type: "secret", Env: not null }), null),
            ("--network", run.Network is not (null or "default"), Networks),
            ("--security", run.Security is not (null or "sandbox"), null),
            ("--device", run.Devices.Count > 0, null),
            ("a heredoc", run.Heredoc is not null, Heredocs),
        ],
        CopyInstruction copy =>
        [
            ("--parents", copy.Parents, Links), ("--exclude", copy.Exclude.Count > 0, Links),
            ("an inline file", copy.Files.Count > 0, Heredocs),
        ],
        AddInstruction add =>
        [
            ("--exclude", add.Exclude.Count > 0, Links), ("an inline file", add.Files.Count > 0, Heredocs),
            ("--keep-git-dir", add.KeepGitDirectory, Links), ("--checksum", add.Checksum is not null, Heredocs),
            ("--unpack", add.Unpack is not null, null), ("a git repository", add.Sources.Any(Transfer.IsGit), Links),
        ],
        RawInstruction raw => [("a raw heredoc", raw.Text.Contains("<<", StringComparison.Ordinal), Heredocs)],
        OnBuildInstruction onBuild => ByKind(onBuild.Trigger),
        _ => [],
    };
}
