using Cake.Core;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.Aliases;

/// <summary>What is asked of a builder: a description, and settings that take precedence over it.</summary>
internal static class ProjectRequest
{
    public static BuildRequest Of(ImageProject project, MultiStageBuildSettings settings, ICakeEnvironment environment)
    {
        var variant = settings is { Target: null, Variant: { } name } ? project.VariantNamed(name) : null;
        var target = settings.Target ?? (variant is null ? project.Target : project.TargetOf(variant));
        var built = settings.Platforms.Count == 0 ? project : project.ForPlatform(target);
        var dockerfile = (built with { Target = target }).ToDockerfile();
        var arguments = Merged(project.BuildArguments, settings.BuildArguments);
        var contexts = ContextRequest.Of(project, settings, environment);
        var request = new BuildRequest
        {
            Name = project.Name,
            Dockerfile = dockerfile,
            Contexts = contexts,
            ContextDirectory = project.ContextDirectory,
            IgnoreFileName = project.Given?.Path ?? "Dockerfile",
            Ignored = project.Ignored,
            Included = project.Included,
            Tags =
            [
                .. project.Tags.Select(tag => Tagged(tag.AsTag(), variant))
                    .Concat(settings.Tags.Select(tag => ImageReference.Parse(tag).AsTag()))
                    .Distinct(),
            ],
            Target = target,
            BuildArguments = arguments,
            // A description's labels stand in the Dockerfile that is made of it.
            Labels = new Dictionary<string, string>(project.Given is null ? [] : project.Labels, StringComparer.Ordinal)
                { [BuildRequest.ProjectLabel] = project.Name },
            Secrets = Merged(project.Secrets, settings.Secrets).ToDictionary(
                secret => secret.Key,
                secret => secret.Value.Read(secret.Key, environment.GetEnvironmentVariable),
                StringComparer.Ordinal),
            SshAgents = project.SshAgents,
            Platforms = [.. settings.Platforms.Select(Platform.Parse).Distinct()],
            Network = settings.Network,
            Steps = StepRequest.Of(settings),
            Attestations = new Attestations(settings.Provenance, settings.Sbom ? ImageReference.Parse(settings.SbomGenerator) : null),
            NoCache = settings.NoCache,
            Pull = settings.Pull,
            StageSizes = settings.StageSizes,
            Assumptions = built.Assumptions,
            RecordBaseImages = settings.RecordBaseImages,
            Reproducible = settings.Reproducible,
            CacheFrom = CacheRequest.From(settings, environment),
            CacheTo = CacheRequest.To(settings, environment),
            SharedCache = CacheRequest.Shared(settings, project.Name, target, environment),
            Builder = settings.Builder is { Host: null } builder ? builder.Kind : BuilderVariable.Read(environment.GetEnvironmentVariable),
            Outputs = [.. settings.Outputs.Select(output => Absolute(output, environment))],
        };
        var rules = settings.BaseImages?.ToRules();
        return LockedBases.Find(settings, environment) is { } locked ? locked.Pin(request, rules ?? new BaseImageRules())
            : rules is null ? request : WithRules(request, rules);
    }

    private static BuildOutput Absolute(BuildOutput output, ICakeEnvironment environment)
    {
        string At(string path) => System.IO.Path.GetFullPath(path, environment.WorkingDirectory.FullPath);
        // What is written beside a folder at first would be within it, if its name ended in a separator.
        string FolderAt(string path) => System.IO.Path.TrimEndingDirectorySeparator(At(path));
        return output switch
        {
            ArchiveOutput archive => archive with { File = At(archive.File) },
            LayoutOutput layout => layout with { Folder = FolderAt(layout.Folder) },
            FilesOutput files => files with { Folder = FolderAt(files.Folder) },
            _ => output,
        };
    }

    /// <summary>Changes the images of a request; a name of a context is none.</summary>
    public static BuildRequest WithRules(BuildRequest request, BaseImageRules rules) => request with
    {
        Dockerfile = request.Dockerfile.WithImages(
            KnownArguments(request),
            image => request.Contexts.ContainsKey(NamedInput.Key(image.ToString())) ? image : rules.Apply(image)),
        Attestations = request.Attestations is { SbomGenerator: { } generator } attestations
            ? attestations with { SbomGenerator = rules.Apply(generator) } : request.Attestations,
    };

    /// <summary>Gets the build arguments, with those of the platform where the build is for a single one.</summary>
    public static IReadOnlyDictionary<string, string> KnownArguments(BuildRequest request) =>
        GlobalArguments.For(request.Platforms is [var only] ? only : null, request.BuildArguments);

    /// <summary>
    /// Names an image that nothing names by its project. The images of other stages than the final one and the variants keep no name: it
    /// would be taken for the one that ships.
    /// </summary>
    /// <returns>The request, and the name where it got one.</returns>
    public static (BuildRequest Request, ImageReference? Name) Named(
        BuildRequest request, ImageProject project, MultiStageBuildSettings settings)
    {
        if (request.Tags.Count > 0
            || settings.Target is not null
            || (project.Target is not null && project.Target != ImageProject.FinalStage))
        {
            return (request, null);
        }

        var variant = settings.Variant is { } wanted ? project.VariantNamed(wanted) : null;
        var name = NameOf(project.Name) is { Length: > 0 } fit && ImageReference.TryParse(fit, out var reference)
            ? Tagged(reference.AsTag(), variant) : null;
        return name is null ? (request, null) : (request with { Tags = [name] }, name);
    }

    /// <summary>Makes a repository's name of a project's: <c>Shop.Web</c> is <c>shop.web</c>, <c>My app</c> is <c>my-app</c>.</summary>
    private static string NameOf(string project)
    {
        var lower = project.ToLowerInvariant();
        char[] others = [.. lower.Where(character => !char.IsAsciiLetterOrDigit(character) && character is not ('.' or '_')).Distinct()];
        var words = others.Length == 0 ? [lower] : lower.Split(others);
        return string.Join('-', words.Select(word => word.Trim('.', '_')).Where(word => word.Length > 0));
    }

    private static ImageReference Tagged(ImageReference tag, Variant? variant) =>
        variant is null or { Stage: null } ? tag : ImageReference.Parse($"{tag}-{variant.Name}");

    private static Dictionary<string, T> Merged<T>(IReadOnlyDictionary<string, T> described, IDictionary<string, T> given)
    {
        var merged = described.ToDictionary(StringComparer.Ordinal);
        foreach (var (name, value) in given)
        {
            merged[name] = value;
        }

        return merged;
    }
}
