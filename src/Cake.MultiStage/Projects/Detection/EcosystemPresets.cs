using Cake.MultiStage.Projects.DotNet;
using Cake.MultiStage.Projects.Go;

namespace Cake.MultiStage.Projects.Detection;

/// <summary>The presets that detection can choose, an entry each.</summary>
internal static class EcosystemPresets
{
    private static readonly Dictionary<Ecosystem, Func<string, DetectSettings, ImageProject>> Presets = new()
    {
        [Ecosystem.Go] = (path, detect) => GoPreset.Describe(path, Settings<GoProjectSettings>(detect)),
        [Ecosystem.DotNet] = (path, detect) => DotNetPreset.Describe(path, Settings<DotNetProjectSettings>(detect)),
    };

    /// <exception cref="MultiStageException">The ecosystem has no preset, or its preset can't describe the folder.</exception>
    public static ImageProject Describe(Ecosystem ecosystem, string path, DetectSettings settings) =>
        Presets.TryGetValue(ecosystem, out var describe) ? describe(path, settings)
        : throw new MultiStageException($"'{path}' is a project of {ecosystem}, for which there is no preset. Describe it by MultiStageProject, with its builder image and commands.");

    private static TSettings Settings<TSettings>(DetectSettings detect)
        where TSettings : PresetSettings, new()
    {
        var settings = new TSettings { Name = detect.Name };
        foreach (var tag in detect.Tags)
        {
            settings.Tags.Add(tag);
        }

        detect.Configure?.Invoke(settings);
        return settings;
    }
}
