namespace Cake.MultiStage.Projects.Hints;

/// <summary>What all presets learn of a project beyond its manifests: its own Dockerfile, what its sources read, what is missing.</summary>
internal static class ProjectHints
{
    public static Preset Apply(Preset preset, ProjectFolder folder, PresetSettings settings)
    {
        preset = DockerfileHints.Apply(preset, folder, settings);
        preset = HealthHints.Apply(ListenHints.Apply(preset, settings), settings);
        preset = WithReads(preset, folder, settings);
        return preset with
        {
            Assumptions = [.. preset.Assumptions, .. UnbuiltPages.Of(preset, folder), .. Submodules.Missing(folder)],
        };
    }

    /// <summary>Ships what the sources read, and gives the program what they write.</summary>
    private static Preset WithReads(Preset preset, ProjectFolder folder, PresetSettings settings)
    {
        if (preset.Reads is not { } reads || preset.Source is not { } source)
        {
            return preset;
        }

        var home = (settings.Workdir ?? preset.Workdir ?? ProgramFiles.Home).TrimEnd('/');
        var known = preset.Artifacts.Concat(settings.Artifacts).Select(artifact => artifact.Destination.TrimEnd('/')).ToList();
        // What the project's own Dockerfile ships elsewhere, it has the program told of.
        var elsewhere = preset.Artifacts.Concat(settings.Artifacts)
            .Select(artifact => artifact.Source.TrimEnd('/'))
            .ToHashSet(StringComparer.Ordinal);
        var own = reads.Read.Where(
            one => !elsewhere.Contains($"{source}/{one.Path}") && known.TrueForAll(other => !Holds(other, $"{home}/{one.Target}")))
                .ToList();
        string[] written = [.. reads.Written.Select(one => one.Folder == "." ? home : $"{home}/{one.Folder}")
            .Where(path => !settings.WritableFolders.Concat(settings.Volumes).Concat(preset.Volumes).Any(other => Holds(other, path)))];
        Assumption[] told = [.. reads.Told.Select(tell => tell(home))];
        // What is told to be mounted in the program's folder is found there.
        var changed = own.Count > 0 || written.Length > 0 || told.Length > 0;
        return preset with
        {
            Workdir = changed ? preset.Workdir ?? ProgramFiles.Home : preset.Workdir,
            WritableFolders = [.. preset.WritableFolders, .. written],
            Ignored = [.. preset.Ignored, .. reads.Withheld.Select(KeptOut.Line)],
            Artifacts =
            [
                .. own.Select(one => ProgramFiles.Artifact(folder, source, one.Path, $"{home}/{one.Target}",
                    $"{one.Source} reads it when the program runs.")),
                .. preset.Artifacts,
            ],
            Assumptions =
            [
                .. preset.Assumptions,
                .. own.Select(one => new Assumption($"{one.Source} names '{one.Path}', which the program reads when it runs: it ships as "
                    + $"{home}/{one.Target}. A line in .dockerignore leaves it out.")),
                .. reads.Written.Select(one => (one, Path: one.Folder == "." ? home : $"{home}/{one.Folder}"))
                    .Where(pair => written.Contains(pair.Path, StringComparer.Ordinal))
                    .Select(
                        pair => new Assumption($"{pair.one.Source} has the program write to '{pair.one.Folder}': {pair.Path} belongs to "
                        + $"its user. To keep it beyond the container set Volumes = [\"{pair.Path}\"];")),
                .. told,
                .. reads.Unnamed.Where(one => !elsewhere.Contains($"{source}/{one.Path}"))
                    .Select(one => new Assumption(
                        $"'{one.Path}' has files that the program may read when it runs, and no source names it by its path: the image "
                            + "lacks "
                        + $"it. Where the program reads it set Workdir = \"{home}\" and Artifacts.Add(\"{source}/{one.Path}/\", "
                        + $"\"{home}/{one.Target}/\"); a line in .dockerignore says that it does not.", Doubtful: true)),
            ],
        };
    }

    private static bool Holds(string outer, string path) => outer == path || path.StartsWith(outer + "/", StringComparison.Ordinal);
}
