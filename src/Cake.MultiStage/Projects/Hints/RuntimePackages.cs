using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Projects.Hints;

/// <summary>The system packages that the settings ask for in the final stage.</summary>
internal static class RuntimePackages
{
    /// <summary>Returns the stage that the final one starts from; null where the base suffices as it is.</summary>
    /// <exception cref="MultiStageException">The base has no package manager.</exception>
    public static Stage? On(Preset preset, PresetSettings settings)
    {
        if (settings.RuntimePackages.Count == 0)
        {
            return preset.Runtime;
        }

        if (preset.Base.IsEmpty || !ChosenBase.HasManager(preset.Base.Flavor))
        {
            throw new MultiStageException(
                $"The base '{preset.Base.Image}' has no package manager, so RuntimePackages can't be installed on it. Leave out Flavor and "
                + "FinalBase, or choose a base that has one, as in Flavor = BaseFlavor.Slim.");
        }

        var stage = preset.Runtime ?? Stage.From(ProjectDescription.Base(preset.Base.Image, settings))
            .Because("The base with the packages of the system that the program calls when it runs.");
        // Images that start as another user keep their packages for root.
        stage = preset.Base.Image.Contains("unprivileged", StringComparison.Ordinal) ? stage.User("root") : stage;
        return stage.Run(SystemPackages.Install([.. settings.RuntimePackages]), SystemPackages.Caches())
            .Because("Packages of the system that the program calls when it runs; their archives stay in caches.");
    }
}
