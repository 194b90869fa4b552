using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Dockerfiles.Reading;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects;

/// <summary>A project whose Dockerfile exists: it is built as it stands.</summary>
internal static class DockerfileProject
{
    /// <param name="path">The absolute path of the Dockerfile, or of the folder that holds one.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="contextDirectory">The absolute path of the build context; <see langword="null"/> for the Dockerfile's own
    /// folder.</param>
    /// <exception cref="MultiStageException">There is no such file or folder, it is not a Dockerfile, or a setting is wrong.</exception>
    public static ImageProject Describe(string path, DockerfileProjectSettings settings, string? contextDirectory = null)
    {
        var file = Path.GetFullPath(Directory.Exists(path) ? Path.Combine(path, "Dockerfile") : path);
        var context = ProjectDescription.ExistingDirectory(contextDirectory ?? Path.GetDirectoryName(file)!);
        var dockerfile = Read(file);
        return new ImageProject
        {
            Name = settings.Name ?? ProjectDescription.NameFrom(Path.GetFileName(context.TrimEnd('/', '\\'))),
            ContextDirectory = context,
            Given = new GivenDockerfile(dockerfile, Path.GetRelativePath(context, file).Replace('\\', '/')),
            Builder = dockerfile.Stages[0],
            FinalBase = dockerfile.FinalStage.Base,
            Syntax = dockerfile.Syntax,
            Labels = new Dictionary<string, string>(settings.Labels, StringComparer.Ordinal),
            BuildArguments = new Dictionary<string, string>(settings.BuildArguments, StringComparer.Ordinal),
            Secrets = new Dictionary<string, BuildSecret>(settings.Secrets, StringComparer.Ordinal),
            SshAgents = new Dictionary<string, SshAgent>(settings.SshAgents, StringComparer.Ordinal),
            Contexts = new Dictionary<string, NamedContext>(settings.Contexts, StringComparer.Ordinal),
            Tags = [.. settings.Tags.Select(ImageReference.Parse)],
            Target = settings.Target,
            Variants = [.. Variants(dockerfile)],
            Findings = [$"{Path.GetFileName(file)} has {dockerfile.Stages.Count} {(dockerfile.Stages.Count == 1 ? "stage" : "stages")}"],
        };
    }

    /// <summary>Each stage that has a name is a variant; the last stage is what ships.</summary>
    private static List<Variant> Variants(Dockerfile dockerfile)
    {
        var named = dockerfile.Stages.Where(stage => stage.Name is not null)
            .DistinctBy(stage => stage.Name, StringComparer.OrdinalIgnoreCase)
            .Select(stage => new Variant(stage.Name!, stage)).ToList();
        return named.Exists(variant => string.Equals(variant.Name, Variant.Production, StringComparison.OrdinalIgnoreCase)) ? named
            : [.. named, new Variant(Variant.Production)];
    }

    private static Dockerfile Read(string file)
    {
        try
        {
            return DockerfileReader.Read(SmallFile.Bytes(file).AsSpan());
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new MultiStageException($"The Dockerfile '{file}' does not exist. Name the file, or the folder that holds it.",
                exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new MultiStageException($"The Dockerfile '{file}' can't be read: {exception.Message}", exception);
        }
        catch (DockerfileException exception)
        {
            throw new DockerfileException([.. exception.Problems.Select(problem => $"{file}, {problem}")]);
        }
    }
}

/// <summary>A Dockerfile that exists.</summary>
/// <param name="Dockerfile">What was read of it.</param>
/// <param name="Path">Its path relative to the build context, with slashes.</param>
internal sealed record GivenDockerfile(Dockerfile Dockerfile, string Path)
{
    /// <summary>Tells whether it is the file of a path.</summary>
    public bool IsAt(string contextDirectory, string path) =>
        System.IO.Path.GetFullPath(System.IO.Path.Combine(contextDirectory, Path)) == System.IO.Path.GetFullPath(path);

    /// <summary>Lists what a project says that has no effect: the Dockerfile stands as it is.</summary>
    public IEnumerable<string> WithoutEffect(ImageProject project) =>
        new (string Name, bool IsSet)[]
        {
            (nameof(ImageProject.Builder), !ReferenceEquals(project.Builder, Dockerfile.Stages[0])),
            (nameof(ImageProject.Stages), project.Stages.Count > 0),
            (nameof(ImageProject.FinalBase), !ReferenceEquals(project.FinalBase, Dockerfile.FinalStage.Base)),
            (nameof(ImageProject.Artifacts), project.Artifacts.Count > 0), (nameof(ImageProject.Workdir), project.Workdir is not null),
            (nameof(ImageProject.Environment), project.Environment.Count > 0), (nameof(ImageProject.Ports), project.Ports.Count > 0),
            (nameof(ImageProject.Volumes), project.Volumes.Count > 0), (nameof(ImageProject.HealthCheck), project.HealthCheck is not null),
            (nameof(ImageProject.User), project.User is not null), (nameof(ImageProject.Entrypoint), project.Entrypoint.Count > 0),
            (nameof(ImageProject.Cmd), project.Cmd.Count > 0), (nameof(ImageProject.Arguments), project.Arguments.Count > 0),
            (nameof(ImageProject.Syntax), project.Syntax != Dockerfile.Syntax), (nameof(ImageProject.Comments), project.Comments),
        }.Where(one => one.IsSet).Select(one => $"{one.Name} is set, and the Dockerfile '{Path}' is built as it stands: change it there");
}
