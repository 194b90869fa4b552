using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Java;

namespace Cake.MultiStage.Aliases;

/// <content>Programs in Java.</content>
public static partial class MultiStageAliases
{
    /// <summary>
    /// Describes a Java program: built by Maven, Gradle or the compiler alone, in the version of Java that the build's files name; shipped
    /// on <c>scratch</c> with a runtime of the modules it uses, or on a base with a runtime.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The folder with the program's source.</param>
    /// <param name="settings">The settings; all defaults if left out.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">
    /// The folder doesn't exist, is not a Java project, or leaves a choice open, or a tag is not a valid image reference.
    /// </exception>
    /// <example>
    /// <code>
    /// var app = MultiStageJava("./app", java =>
    /// {
    ///     java.MainClass = "com.example.Server";
    ///     java.Tags.Add("app:1.0");
    /// });
    /// var tool = MultiStageJava("./tool", new JavaProjectSettings { MainClass = "com.example.Tool" });
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Describe")]
    public static ImageProject MultiStageJava(this ICakeContext context, DirectoryPath path, JavaProjectSettings? settings = null) =>
        Described(context, path, settings, JavaPreset.Describe);

    /// <inheritdoc cref="MultiStageJava(ICakeContext, DirectoryPath, JavaProjectSettings)"/>
    /// <param name="configure">Changes the settings.</param>
    [CakeMethodAlias, CakeAliasCategory("Describe")]
    public static ImageProject MultiStageJava(this ICakeContext context, DirectoryPath path, Action<JavaProjectSettings> configure) =>
        MultiStageJava(context, path, Configured(configure));
}
