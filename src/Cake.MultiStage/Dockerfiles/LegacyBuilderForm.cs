namespace Cake.MultiStage.Dockerfiles;

/// <summary>Takes out of a Dockerfile what only BuildKit knows, or says why that cannot be done.</summary>
internal sealed class LegacyBuilderForm(Dockerfile file)
{
    private readonly List<string> problems = [];

    public Dockerfile Make()
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

            stages.Add(stage with { Platform = Platform(stage.Platform, place), Instructions = instructions });
        }

        return problems.Count == 0 ? file with { Syntax = null, Stages = stages } : throw new DockerfileException(problems);
    }

    // Without BuildKit these two are not set, and both are what the engine takes by itself.
    private string? Platform(string? platform, string place)
    {
        if (platform?.TrimStart('$').Trim('{', '}') is "BUILDPLATFORM" or "TARGETPLATFORM")
        {
            return null;
        }

        if (platform is not null && VariableText.Read(platform).Names.Any(DockerfileValidator.IsPlatformArgument))
        {
            problems.Add(
                $"{place}: --platform={platform} uses an argument that only BuildKit sets: build with BuildKit or name the platform");
        }

        return platform;
    }

    private Instruction Change(Instruction instruction, string place)
    {
        foreach (var need in Needs(instruction).Concat(file.IsWithHeredoc(instruction) ? ["a heredoc"] : []))
        {
            problems.Add($"{place}: {need} needs BuildKit: enable BuildKit on the engine or leave it out");
        }

        return instruction switch
        {
            // What stays the same stays itself: a file that was read has its text.
            RunInstruction { Mounts.Count: > 0 } or RunInstruction { Network: not null } or RunInstruction { Security: not null } =>
                (RunInstruction)instruction with { Mounts = [], Network = null, Security = null },
            CopyInstruction { Link: true } copy => copy with { Link = false },
            AddInstruction { Link: true } add => add with { Link = false },
            OnBuildInstruction onBuild =>
                Change(onBuild.Trigger, place) is var trigger && ReferenceEquals(trigger, onBuild.Trigger)
                    ? onBuild
                    : onBuild with { Trigger = trigger },
            _ => instruction,
        };
    }

    private static IEnumerable<string> Needs(Instruction instruction) =>
        Marked(instruction).Where(need => need.Needed).Select(need => need.What);

    private static IEnumerable<(string What, bool Needed)> Marked(Instruction instruction) => instruction switch
    {
        RunInstruction run =>
        [
            .. run.Mounts.Where(mount => mount.Type is not ("cache" or "tmpfs")).Select(mount => ("--mount=type=" + mount.Type, true)),
            // A cache that starts from files is not empty: the command may read them.
            .. run.Mounts.Where(mount => mount is { Type: "cache", From: not null }).Select(_ => ("--mount=type=cache with from", true)),
            ("--network", run.Network is not (null or "default")), ("--security", run.Security is not (null or "sandbox")),
            ("--device", run.Devices.Count > 0), ("a heredoc", run.Heredoc is not null),
        ],
        CopyInstruction copy =>
        [
            ("--chmod", copy.Chmod is not null), ("--parents", copy.Parents), ("--exclude", copy.Exclude.Count > 0),
            ("an inline file", copy.Files.Count > 0),
        ],
        AddInstruction add =>
        [
            ("--chmod", add.Chmod is not null), ("--exclude", add.Exclude.Count > 0), ("an inline file", add.Files.Count > 0),
            ("--keep-git-dir", add.KeepGitDirectory), ("--checksum", add.Checksum is not null), ("--unpack", add.Unpack is not null),
            ("a git repository", add.Sources.Any(Transfer.IsGit)),
        ],
        RawInstruction raw =>
        [
            ("a raw --mount", raw.Text.Contains("--mount", StringComparison.Ordinal)),
            ("a raw heredoc", raw.Text.Contains("<<", StringComparison.Ordinal)),
        ],
        _ => [],
    };
}
