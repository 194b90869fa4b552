using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Python;

namespace Cake.MultiStage.Aliases;

public static partial class MultiStageAliases
{
    /// <summary>Describes a Python program: dependencies of <c>requirements.txt</c>, <c>pyproject.toml</c>, <c>uv.lock</c> or <c>poetry.lock</c> in a virtual environment, shipped on the slim image of the version that <c>requires-python</c> or <c>.python-version</c> name.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The folder with the source.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">The folder is missing or holds no Python program, or two things in it fit equally; the message says how to choose.</exception>
    /// <example>
    /// <code>
    /// var api = MultiStagePython("./api");
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Describe")]
    public static ImageProject MultiStagePython(this ICakeContext context, DirectoryPath path) => MultiStagePython(context, path, new PythonProjectSettings());

    /// <summary>Describes a Python program.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The folder with the source.</param>
    /// <param name="configure">Changes the settings.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">The folder is missing or holds no Python program, or a tag is no image reference.</exception>
    /// <example>
    /// <code>
    /// var api = MultiStagePython("./api", python =>
    /// {
    ///     python.Ports.Add("8000");
    ///     python.Tags.Add("api:1.0");
    /// });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Describe")]
    public static ImageProject MultiStagePython(this ICakeContext context, DirectoryPath path, Action<PythonProjectSettings> configure) => MultiStagePython(context, path, Configured(new PythonProjectSettings(), configure));

    /// <summary>Describes a Python program.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The folder with the source.</param>
    /// <param name="settings">The settings.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">The folder is missing or holds no Python program, or a tag is no image reference.</exception>
    /// <example>
    /// <code>
    /// var api = MultiStagePython("./api", new PythonProjectSettings { Name = "api" });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Describe")]
    public static ImageProject MultiStagePython(this ICakeContext context, DirectoryPath path, PythonProjectSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return Described(context, PythonPreset.Describe(Absolute(context, path), settings));
    }
}
