using System.Text;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects;

/// <summary>What all presets do alike: from settings, which scripts change, to a project, which nothing changes.</summary>
internal static class ProjectDescription
{
    /// <exception cref="MultiStageException">The folder is missing, or a tag is no reference.</exception>
    public static ImageProject Of(string directory, ImageProjectSettings settings, string name, Stage builder)
    {
        var problems = settings.Tags.Select(Problem).OfType<string>().ToList();
        return problems.Count > 0
            ? throw new MultiStageException(string.Join('\n', problems))
            : new ImageProject
            {
                Name = name,
                ContextDirectory = directory,
                Builder = builder.Named(ImageProject.BuilderStage),
                Stages = [.. settings.Stages],
                FinalBase = FinalBase(settings),
                Artifacts = [.. settings.Artifacts],
                Workdir = settings.Workdir,
                Environment = Copy(settings.Environment),
                Labels = Copy(settings.Labels),
                Ports = [.. settings.Ports],
                User = settings.User,
                Entrypoint = [.. settings.Entrypoint],
                Cmd = [.. settings.Cmd],
                Arguments = Copy(settings.Arguments),
                BuildArguments = Copy(settings.BuildArguments),
                Secrets = Copy(settings.Secrets),
                SshAgents = Copy(settings.SshAgents),
                Syntax = settings.Syntax,
                Tags = [.. settings.Tags.Select(ImageReference.Parse)],
                Target = settings.Target,
            };
    }

    /// <summary>Reads what a stage starts from; a name of one of the description's stages means that stage.</summary>
    public static StageBase Base(string text, ImageProjectSettings settings) =>
        settings.Stages.Any(stage => string.Equals(stage.Name, text, StringComparison.OrdinalIgnoreCase)) ? StageBase.Stage(text) : StageBase.Image(text);

    /// <summary>Works out what the final stage starts from: the builder stage, too, stands before it.</summary>
    private static StageBase FinalBase(ImageProjectSettings settings) =>
        string.Equals(settings.FinalBase, ImageProject.BuilderStage, StringComparison.OrdinalIgnoreCase) ? StageBase.Stage(settings.FinalBase) : Base(settings.FinalBase, settings);

    public static string ExistingDirectory(string path)
    {
        var directory = Path.GetFullPath(path);
        return Directory.Exists(directory) ? directory : throw new MultiStageException($"The project's folder '{directory}' does not exist.");
    }

    /// <summary>Makes a name that can be a file's and an image's: lower-case letters, digits and single dashes.</summary>
    public static string NameFrom(string text)
    {
        var name = new StringBuilder();
        foreach (var character in text.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(character))
            {
                name.Append(character);
            }
            else if (name.Length > 0 && name[^1] != '-')
            {
                name.Append('-');
            }
        }

        return name.ToString().TrimEnd('-') is { Length: > 0 } result ? result : "app";
    }

    private static string? Problem(string tag)
    {
        try
        {
            ImageReference.Parse(tag);
            return null;
        }
        catch (MultiStageException exception)
        {
            return exception.Message;
        }
    }

    private static Dictionary<string, T> Copy<T>(IDictionary<string, T> values) => new(values, StringComparer.Ordinal);
}
