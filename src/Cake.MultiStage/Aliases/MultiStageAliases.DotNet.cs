using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.DotNet;

namespace Cake.MultiStage.Aliases;

/// <content>Descriptions of .NET programs.</content>
public static partial class MultiStageAliases
{
    /// <summary>Describes a .NET program: published by the SDK of its target framework, shipped on the chiseled runtime that it needs, as a user other than root.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The folder with the solution or the project.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">The folder is missing or holds no program, or several.</exception>
    /// <example>
    /// <code>
    /// var service = MultiStageDotNet("./service");
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Describe")]
    public static ImageProject MultiStageDotNet(this ICakeContext context, DirectoryPath path) => MultiStageDotNet(context, path, new DotNetProjectSettings());

    /// <summary>Describes a .NET program.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The folder with the solution or the project.</param>
    /// <param name="configure">Changes the settings.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">The folder is missing or holds no program, or several of which none was chosen, or a tag is no image reference.</exception>
    /// <example>
    /// <code>
    /// var service = MultiStageDotNet(".", dotnet =>
    /// {
    ///     dotnet.Project = "src/Service/Service.csproj";
    ///     dotnet.Tags.Add("service:1.0");
    /// });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Describe")]
    public static ImageProject MultiStageDotNet(this ICakeContext context, DirectoryPath path, Action<DotNetProjectSettings> configure) => MultiStageDotNet(context, path, Configured(new DotNetProjectSettings(), configure));

    /// <summary>Describes a .NET program.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The folder with the solution or the project.</param>
    /// <param name="settings">The settings.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">The folder is missing or holds no program, or several of which none was chosen, or a tag is no image reference.</exception>
    /// <example>
    /// <code>
    /// var tool = MultiStageDotNet("./tool", new DotNetProjectSettings { Deployment = DotNetDeployment.NativeAot, Flavor = BaseFlavor.Scratch });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Describe")]
    public static ImageProject MultiStageDotNet(this ICakeContext context, DirectoryPath path, DotNetProjectSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return Described(context, DotNetPreset.Describe(Absolute(context, path), settings));
    }
}
