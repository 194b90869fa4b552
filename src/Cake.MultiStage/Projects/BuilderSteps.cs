using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Projects;

/// <summary>Steps that the builder stages of all presets have alike.</summary>
internal static class BuilderSteps
{
    /// <summary>
    /// The build argument with the tag of the source's commit, or else the commit itself, shortened. A Dockerfile that declares it gets the
    /// value from git when it is built by an alias; a new commit then changes no line of it.
    /// </summary>
    public const string SourceVersion = "SOURCE_VERSION";

    /// <summary>The build argument with the source's commit, in the same way.</summary>
    public const string SourceCommit = "SOURCE_COMMIT";

    /// <summary>Starts the builder stage: its base, its environment, the system packages it needs.</summary>
    public static Stage Start(
        string image,
        PresetSettings settings,
        string directory,
        IReadOnlyDictionary<string, string>? environment = null,
        IEnumerable<string>? packages = null)
    {
        var origin = settings.BuilderImage ?? image;
        var stage = Stage.From(origin == Preset.RuntimeStage ? StageBase.Stage(origin) : ProjectDescription.Base(origin, settings))
            .Because($"The toolchain of '{origin}' builds here, and stays "
            + "behind.");
        var own = (environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
            .Where(pair => !settings.BuilderEnvironment.ContainsKey(pair.Key));
        foreach (var (name, value) in own.Concat(settings.BuilderEnvironment))
        {
            stage = stage.Env(name, value);
        }

        string[] wanted = [.. (packages ?? []).Concat(settings.BuilderPackages).Distinct(StringComparer.Ordinal)];
        stage = wanted.Length == 0 ? stage : stage
            .Run(SystemPackages.Install(wanted), SystemPackages.Caches())
            .Because("System packages that building needs; their archives stay in caches.");
        return stage.Workdir(directory);
    }

    /// <summary>Has the stage run on the machine's own platform, and tells it by arguments of BuildKit's which one is built for.</summary>
    public static Stage ForTarget(this Stage stage, params IEnumerable<string> arguments) => arguments.Aggregate(
        stage.OnPlatform(ProjectDescription.OwnPlatform),
        (current, argument) => current.Arg(argument).Because("The platform that is built for; the steps before are the same for all."));

    /// <summary>Brings files of the project in before its source, those of a folder together.</summary>
    public static Stage Manifests(this Stage stage, ProjectFolder folder, IEnumerable<string> files, string reason)
    {
        foreach (var group in files.GroupBy(file => file[..(file.LastIndexOf('/') + 1)], StringComparer.Ordinal))
        {
            stage = stage.CopyNames(group.Select(folder.InContext), group.Key.Length == 0 ? "./" : group.Key).Because(reason);
        }

        return stage;
    }

    /// <summary>Brings the project's source in, and what it refers to outside of its folder.</summary>
    public static Stage Source(this Stage stage, ProjectFolder folder, params IReadOnlyCollection<string> outside) =>
        folder.Below.Length == 0 ? stage.Copy(".", ".")
        : outside.Count > ManifestStage.MostCopies ? stage.Copy(".", ManifestStage.Up(folder.Below))
            .Because("The source, and all that it refers to outside of its folder.")
        : outside.Aggregate(
            stage.CopyNames([folder.InContext(".")], "./"),
            (current, path) => current.CopyNames([folder.InContext(path)], path + "/")
                .Because("What the project refers to outside of its folder."));

    /// <summary>Brings in files and folders whose names were read from the disk: no character in them is a wildcard.</summary>
    public static Stage CopyNames(this Stage stage, IEnumerable<string> names, string target) =>
        stage.Copy(names.Select(ContextPath.Literal), target.Replace("$", @"\$", StringComparison.Ordinal));
}
