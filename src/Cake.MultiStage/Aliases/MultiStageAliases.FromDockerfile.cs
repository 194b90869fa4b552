using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.Aliases;

/// <content>Projects whose Dockerfile exists.</content>
public static partial class MultiStageAliases
{
    /// <summary>
    /// Describes a project by the Dockerfile that it has. The file is built as it stands, byte for byte; the settings say what is not in
    /// it. Each stage with a name is a variant, the last stage is <c>production</c>.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="file">The Dockerfile, or the folder that holds one.</param>
    /// <param name="settings">The settings; all defaults if left out.</param>
    /// <returns>The description, which can be built, measured, checked, exported and pushed as any other.</returns>
    /// <exception cref="DockerfileException">The file is not a Dockerfile; the message has the line and the column.</exception>
    /// <exception cref="MultiStageException">The file or the folder doesn't exist, or a tag is not a valid image reference.</exception>
    /// <example>
    /// <code>
    /// MultiStageBuild(MultiStageFromDockerfile("./Dockerfile"));
    ///
    /// var web = MultiStageFromDockerfile("./docker/web.Dockerfile", dockerfile =>
    /// {
    ///     dockerfile.Context = ".";
    ///     dockerfile.Tags.Add("shop/web:1.0");
    ///     dockerfile.BuildArguments["VERSION"] = "1.0";
    ///     dockerfile.Secrets["token"] = BuildSecret.FromEnvironment("TOKEN");
    /// });
    /// MultiStageBuild(web, build => build.Variant = "tests");       // the stage of that name
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Describe")]
    public static ImageProject MultiStageFromDockerfile(this ICakeContext context, FilePath file,
        DockerfileProjectSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(file);
        var path = Absolute(context, file);
        var given = settings ?? new DockerfileProjectSettings();
        var folder = given.Context is null ? null : Absolute(context, new DirectoryPath(given.Context));
        return DockerfileProject.Describe(path, given, folder);
    }

    /// <inheritdoc cref="MultiStageFromDockerfile(ICakeContext, FilePath, DockerfileProjectSettings)"/>
    /// <param name="configure">Changes the settings.</param>
    [CakeMethodAlias, CakeAliasCategory("Describe")]
    public static ImageProject MultiStageFromDockerfile(this ICakeContext context, FilePath file,
        Action<DockerfileProjectSettings> configure) =>
        MultiStageFromDockerfile(context, file, Configured(configure));
}
