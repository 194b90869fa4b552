using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Projects;

/// <summary>Steps that the builder stages of all presets have alike.</summary>
internal static class BuilderSteps
{
    /// <summary>Starts the builder stage: its base, its environment, the system packages it needs.</summary>
    public static Stage Start(
        string image, PresetSettings settings, string directory, IReadOnlyDictionary<string, string>? environment = null, IEnumerable<string>? packages = null)
    {
        var origin = settings.BuilderImage ?? image;
        var stage = Stage.From(ProjectDescription.Base(origin, settings)).Because($"The toolchain of '{origin}' builds here, and stays behind.");
        var own = (environment ?? new Dictionary<string, string>(StringComparer.Ordinal)).Where(pair => !settings.BuilderEnvironment.ContainsKey(pair.Key));
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

    /// <summary>Brings files in before the source, those of a folder together.</summary>
    public static Stage Manifests(this Stage stage, IEnumerable<string> files, string reason)
    {
        foreach (var group in files.GroupBy(file => file[..(file.LastIndexOf('/') + 1)], StringComparer.Ordinal))
        {
            stage = stage.Copy(group, group.Key.Length == 0 ? "./" : group.Key).Because(reason);
        }

        return stage;
    }
}
