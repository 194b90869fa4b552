using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects;

/// <summary>Steps that the builder stages of all presets have alike.</summary>
internal static class BuilderSteps
{
    /// <summary>Starts the builder stage: its base, its environment, the system packages it needs.</summary>
    public static Stage Start(string image, PresetSettings settings, string directory, IReadOnlyDictionary<string, string>? environment = null, IEnumerable<string>? packages = null)
    {
        var stage = Stage.From(ProjectDescription.Base(settings.BuilderImage ?? image, settings)).Because($"The toolchain of '{settings.BuilderImage ?? image}' builds here, and stays behind.");
        foreach (var (name, value) in (environment ?? new Dictionary<string, string>(StringComparer.Ordinal)).Where(pair => !settings.BuilderEnvironment.ContainsKey(pair.Key)).Concat(settings.BuilderEnvironment))
        {
            stage = stage.Env(name, value);
        }

        string[] wanted = [.. (packages ?? []).Concat(settings.BuilderPackages).Distinct(StringComparer.Ordinal)];
        stage = wanted.Length == 0 ? stage : stage
            .Run(SystemPackages.Install(wanted), SystemPackages.Caches())
            .Because("System packages that building needs; their archives stay in caches.");
        return stage.Workdir(directory);
    }

    /// <summary>Mounts the package manager's credentials, where the settings have them.</summary>
    public static IEnumerable<RunMount> Credentials(PresetSettings settings, string id, string target) =>
        settings.Credentials is null ? [] : [RunMount.Secret(id, target, required: true)];

    public static IReadOnlyDictionary<string, BuildSecret> Secrets(PresetSettings settings, string id) =>
        settings.Credentials is null ? new Dictionary<string, BuildSecret>(StringComparer.Ordinal) : new Dictionary<string, BuildSecret>(StringComparer.Ordinal) { [id] = settings.Credentials };

    /// <summary>Takes the base of the flavor that the settings ask for.</summary>
    /// <param name="ecosystem">Its name, for the error.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="preferred">The flavor by default.</param>
    /// <param name="bases">The images there are, by flavor.</param>
    /// <exception cref="MultiStageException">There is none of that flavor.</exception>
    public static string FinalBase(string ecosystem, PresetSettings settings, BaseFlavor preferred, IReadOnlyDictionary<BaseFlavor, string> bases) =>
        bases.TryGetValue(settings.Flavor ?? preferred, out var image) ? image
        : throw new MultiStageException($"{ecosystem} has no base of flavor {settings.Flavor}. There are: {string.Join(", ", bases.Select(pair => $"{pair.Key} ({pair.Value})"))}. For another image set FinalBase.");
}
