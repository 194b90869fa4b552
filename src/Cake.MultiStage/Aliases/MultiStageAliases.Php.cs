using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Php;

namespace Cake.MultiStage.Aliases;

/// <content>Programs in PHP.</content>
public static partial class MultiStageAliases
{
    /// <summary>
    /// Describes a PHP application: packages of <c>composer.json</c> and its lock, the extensions that they ask for, shown by Apache on
    /// port 8080 as a user other than root, on PHP's own image of the version that the project and its packages allow. Laravel, Symfony and
    /// others by their own folders; a program of the command line runs without a web server.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The folder with the source.</param>
    /// <param name="settings">The settings; all defaults if left out.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">
    /// The folder doesn't exist or holds no PHP program, two things in it fit equally (the message says how to choose), or a tag is not
    /// a valid image reference.
    /// </exception>
    /// <example>
    /// <code>
    /// var shop = MultiStagePhp("./shop", php =>
    /// {
    ///     php.Extensions.Add("pdo_pgsql");
    ///     php.Tags.Add("shop:1.0");
    /// });
    /// var jobs = MultiStagePhp("./jobs", new PhpProjectSettings { Command = ["bin/console", "messenger:consume"] });
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Describe")]
    public static ImageProject MultiStagePhp(this ICakeContext context, DirectoryPath path, PhpProjectSettings? settings = null) =>
        Described(context, path, settings, PhpPreset.Describe);

    /// <inheritdoc cref="MultiStagePhp(ICakeContext, DirectoryPath, PhpProjectSettings)"/>
    /// <param name="configure">Changes the settings.</param>
    [CakeMethodAlias, CakeAliasCategory("Describe")]
    public static ImageProject MultiStagePhp(this ICakeContext context, DirectoryPath path, Action<PhpProjectSettings> configure) =>
        MultiStagePhp(context, path, Configured(configure));
}
