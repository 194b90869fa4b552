using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.DotNet;

namespace Cake.MultiStage.Aliases;

/// <content>Programs for .NET.</content>
public static partial class MultiStageAliases
{
    /// <summary>
    /// Describes a .NET program: published by the SDK of its target framework, shipped on the chiseled runtime that it needs, as a user
    /// other than root.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The folder with the solution or the project.</param>
    /// <param name="settings">The settings; all defaults if left out.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">
    /// The folder doesn't exist or holds no program, or several of which none was chosen, or a tag is not a valid image reference.
    /// </exception>
    /// <example>
    /// <code>
    /// var service = MultiStageDotNet(".", dotnet =>
    /// {
    ///     dotnet.Project = "src/Service/Service.csproj";
    ///     dotnet.Tags.Add("service:1.0");
    /// });
    /// var tool = MultiStageDotNet("./tool", new DotNetProjectSettings { Deployment = DotNetDeployment.NativeAot });
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Describe")]
    public static ImageProject MultiStageDotNet(this ICakeContext context, DirectoryPath path, DotNetProjectSettings? settings = null) =>
        Described(context, path, settings, DotNetPreset.Describe);

    /// <inheritdoc cref="MultiStageDotNet(ICakeContext, DirectoryPath, DotNetProjectSettings)"/>
    /// <param name="configure">Changes the settings.</param>
    [CakeMethodAlias, CakeAliasCategory("Describe")]
    public static ImageProject MultiStageDotNet(this ICakeContext context, DirectoryPath path, Action<DotNetProjectSettings> configure) =>
        MultiStageDotNet(context, path, Configured(configure));
}
