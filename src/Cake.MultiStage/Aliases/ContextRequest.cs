using Cake.Core;
using Cake.MultiStage.Building;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.Aliases;

/// <summary>What a description says of named contexts, as a builder is asked for it.</summary>
internal static class ContextRequest
{
    private static readonly string[] Reserved = ["scratch", "context"];

    /// <exception cref="MultiStageException">A name means something else already, or a context can't be built.</exception>
    public static Dictionary<string, NamedInput> Of(ImageProject project, MultiStageBuildSettings settings, ICakeEnvironment environment)
    {
        var inputs = new Dictionary<string, NamedInput>(StringComparer.Ordinal);
        foreach (var (name, context) in project.Contexts)
        {
            if (name.Length == 0 || Reserved.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                throw new MultiStageException(
                    $"'{name}' can't be the name of a context of '{project.Name}': in a Dockerfile it means something else. Take another.");
            }

            inputs[NamedInput.Key(name)] = Input(context, settings, environment);
        }

        return inputs;
    }

    private static NamedInput Input(NamedContext context, MultiStageBuildSettings settings, ICakeEnvironment environment) => context switch
    {
        FolderContext folder => new FolderInput(Path.GetFullPath(folder.Path, environment.WorkingDirectory.FullPath)),
        ImageContext image => AddressInput.Of(image.Reference),
        GitContext git => new AddressInput(git.Address),
        ProjectContext { Described: var project } => new BuiltInput(
            project.Name,
            ProjectRequest.Of(project, settings.ForContext(), environment) with { Tags = [], StageSizes = false }),
        _ => throw new InvalidOperationException($"Nobody knows the context {context}."),
    };
}
