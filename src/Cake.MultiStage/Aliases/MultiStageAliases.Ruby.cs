using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Ruby;

namespace Cake.MultiStage.Aliases;

/// <content>Programs in Ruby.</content>
public static partial class MultiStageAliases
{
    /// <summary>
    /// Describes a Ruby program: gems of the <c>Gemfile</c> and its lock, shipped on the slim image of the version that
    /// <c>.ruby-version</c> or the Gemfile name, with the libraries that the gems are linked to. Rails with its assets, Sinatra and other
    /// programs with a <c>config.ru</c> by the server of the lock.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The folder with the source.</param>
    /// <param name="settings">The settings; all defaults if left out.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">
    /// The folder doesn't exist or holds no Ruby program, two things in it fit equally (the message says how to choose), or a tag is not
    /// a valid image reference.
    /// </exception>
    /// <example>
    /// <code>
    /// var shop = MultiStageRuby("./shop", ruby =>
    /// {
    ///     ruby.TimeZones = true;
    ///     ruby.Tags.Add("shop:1.0");
    /// });
    /// var jobs = MultiStageRuby("./jobs", new RubyProjectSettings { Command = ["bundle", "exec", "sidekiq"] });
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Describe")]
    public static ImageProject MultiStageRuby(this ICakeContext context, DirectoryPath path, RubyProjectSettings? settings = null) =>
        Described(context, path, settings, RubyPreset.Describe);

    /// <inheritdoc cref="MultiStageRuby(ICakeContext, DirectoryPath, RubyProjectSettings)"/>
    /// <param name="configure">Changes the settings.</param>
    [CakeMethodAlias, CakeAliasCategory("Describe")]
    public static ImageProject MultiStageRuby(this ICakeContext context, DirectoryPath path, Action<RubyProjectSettings> configure) =>
        MultiStageRuby(context, path, Configured(configure));
}
