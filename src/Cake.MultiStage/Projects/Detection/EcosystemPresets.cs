using Cake.MultiStage.Projects.C;
using Cake.MultiStage.Projects.DotNet;
using Cake.MultiStage.Projects.Go;
using Cake.MultiStage.Projects.Java;
using Cake.MultiStage.Projects.Node;
using Cake.MultiStage.Projects.Python;
using Cake.MultiStage.Projects.Rust;
using Cake.MultiStage.Projects.Sites;

namespace Cake.MultiStage.Projects.Detection;

/// <summary>The presets that detection can choose, an entry each.</summary>
internal static class EcosystemPresets
{
    private static readonly Dictionary<Ecosystem, Func<string, DetectSettings, ImageProject>> Presets = new()
    {
        [Ecosystem.Go] = (path, detect) => GoPreset.Describe(path, Settings<GoProjectSettings>(detect)),
        [Ecosystem.DotNet] = (path, detect) => DotNetPreset.Describe(path, Settings<DotNetProjectSettings>(detect)),
        [Ecosystem.Node] = (path, detect) => NodePreset.Describe(path, Settings<NodeProjectSettings>(detect)),
        [Ecosystem.Python] = (path, detect) => PythonPreset.Describe(path, Settings<PythonProjectSettings>(detect)),
        [Ecosystem.Rust] = (path, detect) => RustPreset.Describe(path, Settings<RustProjectSettings>(detect)),
        [Ecosystem.Java] = (path, detect) => JavaPreset.Describe(path, Settings<JavaProjectSettings>(detect)),
        [Ecosystem.C] = (path, detect) => CPreset.Describe(path, Settings<CProjectSettings>(detect)),
        [Ecosystem.Site] = (path, detect) => SitePreset.Describe(path, Settings<SiteProjectSettings>(detect)),
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
