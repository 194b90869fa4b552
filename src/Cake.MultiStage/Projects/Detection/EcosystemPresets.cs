using Cake.MultiStage.Projects.C;
using Cake.MultiStage.Projects.DotNet;
using Cake.MultiStage.Projects.Go;
using Cake.MultiStage.Projects.Java;
using Cake.MultiStage.Projects.Node;
using Cake.MultiStage.Projects.Php;
using Cake.MultiStage.Projects.Python;
using Cake.MultiStage.Projects.Ruby;
using Cake.MultiStage.Projects.Rust;
using Cake.MultiStage.Projects.Sites;

namespace Cake.MultiStage.Projects.Detection;

/// <summary>The ecosystems that detection knows: a new one is registered here.</summary>
internal static class EcosystemPresets
{
    public static IReadOnlyList<EcosystemPreset> All =>
    [
        GoPreset.Entry, DotNetPreset.Entry, NodePreset.Entry, RustPreset.Entry, JavaPreset.Entry, PythonPreset.Entry, PhpPreset.Entry,
        RubyPreset.Entry, CPreset.Entry, SitePreset.Entry,
    ];

    /// <exception cref="MultiStageException">The preset can't describe the folder.</exception>
    public static ImageProject Describe(Ecosystem ecosystem, string path, DetectSettings settings) =>
        All.First(preset => preset.Ecosystem == ecosystem).Describe(path, settings);
}
