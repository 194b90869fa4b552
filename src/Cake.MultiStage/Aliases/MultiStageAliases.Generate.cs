using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;
using Cake.MultiStage.Contexts;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Dockerfiles.Reading;
using Cake.MultiStage.Projects;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

/// <content>Dockerfiles.</content>
public static partial class MultiStageAliases
{
    /// <summary>Makes the Dockerfile of a description. Its <c>ToString()</c> is the text.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="project">The description.</param>
    /// <returns>The Dockerfile.</returns>
    /// <exception cref="DockerfileException">The description can't be built; the message lists all problems.</exception>
    /// <example>
    /// <code>
    /// var hello = MultiStageGo("./hello");
    /// Information(MultiStageDockerfile(hello).ToString());
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Generate")]
    public static Dockerfile MultiStageDockerfile(this ICakeContext context, ImageProject project)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(project);
        return project.ToDockerfile();
    }

    /// <summary>
    /// Writes the Dockerfile of a description to a file, and beside it, as <c>NAME.dockerignore</c>, what builds here leave out, so that
    /// <c>docker build</c> makes the same image of it. Where such a file exists that was not written here, it is kept.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="project">The description.</param>
    /// <param name="file">
    /// The file; its folder is made if it doesn't exist. <c>Dockerfile</c> in the project's folder if left out.
    /// </param>
    /// <returns>The file written.</returns>
    /// <exception cref="DockerfileException">
    /// The description can't be built; the message lists all problems. Nothing is written.
    /// </exception>
    /// <exception cref="MultiStageException">The file is there and is not a Dockerfile, or it can't be written.</exception>
    /// <example>
    /// <code>
    /// var file = MultiStageWriteDockerfile(MultiStageGo("./hello"));
    /// Information("Wrote {0}", file);
    /// MultiStageWriteDockerfile(MultiStageGo("./hello"), "./artifacts/hello.Dockerfile");
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Generate")]
    public static FilePath MultiStageWriteDockerfile(this ICakeContext context, ImageProject project, FilePath? file = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(project);
        return AliasSession.Run(context, new AliasWork<FilePath>($"Writing the Dockerfile of '{project.Name}'", async session =>
        {
            var dockerfile = project.ToDockerfile();
            var text = dockerfile.ToString();
            var path = Absolute(context,
                file ?? new DirectoryPath(project.ContextDirectory).CombineWithFilePath(project.Given?.Path ?? "Dockerfile"));
            if (project.Given?.IsAt(project.ContextDirectory, path) == true)
            {
                // It is there, and what its builds leave out is known to Docker.
                return path;
            }

            try
            {
                Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
                RequireReplaceable(path, text, session);
                await File.WriteAllTextAsync(path, text, session.Token);
                await WriteIgnoreFileAsync(project, dockerfile, path + ".dockerignore", session);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new MultiStageException(
                    $"The Dockerfile can't be written to '{path}': {exception.Message} Name a file in a folder that you may write to.",
                    exception);
            }

            return path;
        }));
    }

    private static void RequireReplaceable(string path, string text, AliasSession session)
    {
        if (!File.Exists(path) || SmallFile.Bytes(path) is not { Length: > 0 } there)
        {
            return;
        }

        try
        {
            if (DockerfileReader.Read(there).ToString() != text)
            {
                session.Logger.LogInformation("{Replaced}", $"'{path}' held another Dockerfile, which is replaced.");
            }
        }
        catch (DockerfileException exception)
        {
            throw new MultiStageException(
                $"'{path}' is not a Dockerfile and is kept. Name another file, as in "
                    + "MultiStageWriteDockerfile(project, \"./web.Dockerfile\"), or delete it.",
                exception);
        }
    }

    private static async Task WriteIgnoreFileAsync(ImageProject project, Dockerfile dockerfile, string path, AliasSession session)
    {
        string[] sources = [.. dockerfile.ContextSources().Select(source => source.Pattern)];
        var own = await IgnoreFile.LoadAsync(project.ContextDirectory, project.Given?.Path ?? "Dockerfile", session.Token);
        var lines = own.WithDefaults(project.Ignored, sources, project.Included).ToLines();
        if (File.Exists(path) && !SmallFile.Text(path).StartsWith(IgnoreFile.Mark, StringComparison.Ordinal))
        {
            session.Logger.LogInformation("{Kept}", $"'{path}' is kept: it was not written here.");
        }
        else if (lines.Count > 0)
        {
            var first = $"{IgnoreFile.Mark} for docker build: what its own builds leave out. Put lines of your own in .dockerignore.";
            await File.WriteAllTextAsync(path, string.Join('\n', lines.Prepend(first)) + "\n", session.Token);
        }
    }
}
