using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Python;

namespace Cake.MultiStage.Aliases;

/// <content>Programs in Python.</content>
public static partial class MultiStageAliases
{
    /// <summary>
    /// Describes a Python program: dependencies of <c>requirements.txt</c>, <c>pyproject.toml</c>, <c>uv.lock</c> or <c>poetry.lock</c> in
    /// a virtual environment, shipped on the slim image of the version that <c>requires-python</c> or <c>.python-version</c> name.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The folder with the source.</param>
    /// <param name="settings">The settings; all defaults if left out.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">
    /// The folder doesn't exist or holds no Python program, two things in it fit equally (the message says how to choose), or a tag is not
    /// a valid image reference.
    /// </exception>
    /// <example>
    /// <code>
    /// var api = MultiStagePython("./api", python =>
    /// {
    ///     python.Ports.Add("8000");
    ///     python.Tags.Add("api:1.0");
    /// });
    /// var jobs = MultiStagePython("./jobs", new PythonProjectSettings { Name = "jobs" });
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Describe")]
    public static ImageProject MultiStagePython(this ICakeContext context, DirectoryPath path, PythonProjectSettings? settings = null) =>
        Described(context, path, settings, PythonPreset.Describe);

    /// <inheritdoc cref="MultiStagePython(ICakeContext, DirectoryPath, PythonProjectSettings)"/>
    /// <param name="configure">Changes the settings.</param>
    [CakeMethodAlias, CakeAliasCategory("Describe")]
    public static ImageProject MultiStagePython(this ICakeContext context, DirectoryPath path, Action<PythonProjectSettings> configure) =>
        MultiStagePython(context, path, Configured(configure));
}
