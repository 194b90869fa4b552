using System.IO.Enumeration;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects.Hints;

/// <content>The files that ship.</content>
internal static partial class DockerfileHints
{
    /// <summary>Ships what a compiled program has beside itself; what is interpreted ships with its folder anyway.</summary>
    private static Preset WithFiles(Preset preset, OwnDockerfile own, ProjectFolder folder, PresetSettings settings)
    {
        if (preset.Source is not { } source || settings.Artifacts.Count > 0)
        {
            return preset;
        }

        var home = Home(preset, settings);
        KeptOut keptOut = new(folder, settings, preset.Ignored);
        var named = own.Files(folder)
            .Where(one => !IsScript(one.Source) && !IsProgram(one.Source, folder) && !ProgramFiles.IsSource(one.Source))
            .Select(one => (one.Source, Target: Moved(one.Destination, own, home)))
            .Where(one => one.Target.Length > 1 && preset.Artifacts.All(known => known.Destination.TrimEnd('/') != one.Target))
            .Distinct().ToList();
        // Where a stage compiles as well, what it has may be for that alone; no source is for anything else.
        var files = own.Compiles ? [] : named.Where(one => !HasSources(folder, one.Source) && !keptOut.Holds(one.Source)).ToList();
        var held = named.Where(one => keptOut.Holds(one.Source)
            && !IsStarted(one.Source, own, preset) && !HasSources(folder, one.Source)).ToList();
        string[] others = [.. named.Except(files).Except(held).Where(one => !IsStarted(one.Source, own, preset)
                && (!own.Compiles || !HasSources(folder, one.Source))).Select(one => one.Source)
            .Concat(Others(own, folder, preset)).Distinct(StringComparer.Ordinal)];
        var withheld = files.Select(one => (one.Source, one.Target, Files: keptOut.Inside(one.Source)
            .Where(file => preset.Reads?.IsEmbedded(file) != true).ToList())).Where(one => one.Files.Count > 0).ToList();
        return preset with
        {
            Workdir = preset.Workdir ?? (files.Concat(held).Any(one => one.Target.StartsWith(home + "/", StringComparison.Ordinal))
                ? ProgramFiles.Home : null),
            Ignored = [.. preset.Ignored, .. withheld.SelectMany(one => one.Files).Select(KeptOut.Line)],
            Artifacts =
            [
                .. files.Select(one => ProgramFiles.Artifact(folder, source, one.Source, one.Target,
                    $"{own.File} has it in the image.")),
                .. preset.Artifacts,
            ],
            Assumptions =
            [
                .. preset.Assumptions,
                .. files.Count == 0 ? Array.Empty<Assumption>() :
                [
                    new Assumption($"{own.File} has {Names([.. files.Select(one => one.Source)])} of the project in the image: so does "
                        + $"this one, as {Names([.. files.Select(one => one.Target)])}."),
                ],
                .. withheld.Select(one => ProgramFiles.Withheld($"'{one.Source}', which {own.File} has in the image,", one.Files,
                    file => one.Target + file[one.Source.Length..])),
                .. held.Count == 0 ? Array.Empty<Assumption>() :
                [
                    new Assumption($"{own.File} has {Names([.. held.Select(one => one.Source)])} of the project in the image, which stays "
                        + "out of the build here, as it may hold secrets, or .dockerignore or .gitignore leaves it out: mount it where the "
                        + $"container runs, as {Names([.. held.Select(one => one.Target)])}, or name it by Include and Artifacts.",
                        Doubtful: true),
                ],
                .. others.Length == 0 ? Array.Empty<Assumption>() :
                [
                    new Assumption($"{own.File} also has {Names(others)} in its image, which this one lacks: where the program needs it "
                        + "set Artifacts, or Stages.", Doubtful: true),
                ],
            ],
        };
    }

    /// <summary>
    /// Returns what the image holds by copies that no path in the project says, but for the program and what bases bring.
    /// </summary>
    private static IEnumerable<string> Others(OwnDockerfile own, ProjectFolder folder, Preset preset) => own.Others(folder)
        .Where(one => !own.IsMade(one.Source, one.From) && !IsStarted(one.Source, own, preset)
            && !(one.Destination is { } target && target != own.Workdir && IsStarted(target, own, preset))
            && !IsUsual(one.Source, preset) && !(one.From is not null && IsPatternOfProgram(one.Source, own, preset))
            && !(own.Compiles && one.From is null && IsForCompiling(one.Source)))
        .Select(one => one.From is null ? one.Source : $"{one.Source} of {one.From}");

    private static bool HasSources(ProjectFolder folder, string path) => folder.HasFolder(path)
        && folder.FilesBelow(path).Any(ProgramFiles.IsSource);

    private static bool IsUsual(string source, Preset preset) => source.EndsWith(".jar", StringComparison.OrdinalIgnoreCase)
        || Array.Exists(Brought, part => source.Contains(part, StringComparison.Ordinal))
        || (source.TrimEnd('/').Split('/')[^1] is var name
            && (Helpers.Contains(name) || Array.Exists(Starters, start => name.StartsWith(start, StringComparison.Ordinal))
                || (JavaParts.Contains(name) && preset.Entrypoint.Any(word => Same(word, "java")))));

    // Wildcards such as "*.go" and "go.*".
    private static bool IsForCompiling(string source) => ProgramFiles.IsSource(source)
        || ProgramFiles.IsManifest(source.Replace("*", "", StringComparison.Ordinal)) || source.EndsWith("go.*", StringComparison.Ordinal)
        || source.Contains("go.su", StringComparison.Ordinal) || source.Contains("Cargo.", StringComparison.Ordinal);

    /// <summary>Tells whether a path is the program's, by how it is called here or there.</summary>
    private static bool IsStarted(string path, OwnDockerfile own, Preset preset) => path.TrimEnd('/') is { Length: > 0 } plain
        && preset.Entrypoint.Take(1).Concat(Started(own)).Any(word => Same(word, plain));

    /// <summary>Tells whether a pattern takes the program along, as <c>dist/server*</c> does.</summary>
    private static bool IsPatternOfProgram(string source, OwnDockerfile own, Preset preset) =>
        source[(source.LastIndexOf('/') + 1)..] is var pattern && pattern.AsSpan().ContainsAny('*', '?')
        && pattern.Trim('*', '?').Length > 0
        && preset.Entrypoint.Take(1).Concat(Started(own))
            .Any(word => FileSystemName.MatchesSimpleExpression(pattern, word.AsSpan(word.LastIndexOf('/') + 1), ignoreCase: false));

    /// <summary>Returns what it starts, behind what only starts others.</summary>
    private static IEnumerable<string> Started(OwnDockerfile own) => new[] { own.Entrypoint, own.Cmd }.SelectMany(command =>
        (command switch
        {
            ExecCommand exec => exec.Arguments,
            ShellCommand { Text: var text } => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries),
            _ => [],
        }).SkipWhile(word => word is "exec" || word.StartsWith('-') || word.Contains('=', StringComparison.Ordinal)
            || Helpers.Contains(PosixPath.NameOf(word))).Take(1));

    public static bool IsScript(string path) => path.EndsWith(".sh", StringComparison.Ordinal);

    // A manifest is copied for building alone, as is the whole source; what prepares that image has no place in another.
    private static bool IsProgram(string path, ProjectFolder folder) => folder.HasFolder(path)
        ? path is "docker" or ".docker" or "build" or "scripts" or ".mvn" or "gradle" || !ProgramFiles.HasData(folder, path)
        : ProgramFiles.IsManifest(path);
}
