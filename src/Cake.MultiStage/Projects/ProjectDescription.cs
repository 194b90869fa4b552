using System.Text;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects;

/// <summary>What all presets do alike: from settings, which scripts change, to a project, which nothing changes.</summary>
internal static class ProjectDescription
{
    /// <exception cref="MultiStageException">The folder is missing, or a tag is not a valid reference.</exception>
    public static ImageProject Of(ProjectFolder folder, ImageProjectSettings settings, Preset preset)
    {
        var problems = settings.Tags.Select(Problem).OfType<string>().ToList();
        if (problems.Count > 0)
        {
            throw new MultiStageException(string.Join('\n', problems));
        }

        preset.Native?.Require(preset.Base);
        var user = settings.User ?? preset.User;
        IReadOnlyList<string> volumes = [.. preset.Volumes.Union(settings.Volumes, StringComparer.Ordinal)];
        var writable = WritableFolders.Of(preset.WritableFolders.Concat(settings.WritableFolders).Concat(volumes), user);
        var runtime = RuntimeFiles.Of(settings, preset, user, writable);
        var artifacts = preset.Artifacts.Concat(settings.Artifacts).Select(writable.Owned).ToList();
        return new ImageProject
        {
            Name = settings.Name ?? NameFrom(preset.Name),
            ContextDirectory = folder.ContextDirectory,
            Ignored = LeftOut.Of(folder, preset.Ignored),
            Included = [.. settings.Include],
            Builder = preset.Builder.Named(ImageProject.BuilderStage),
            CrossBuilder = IsCrossed(settings, preset)
                ? (preset.CrossBuilder ?? (preset.IsPortable ? preset.Builder.OnPlatform(OwnPlatform) : null))?
                    .Named(ImageProject.BuilderStage) : null,
            PortableStages = IsCrossed(settings, preset) && preset.IsPortable
                ? [.. preset.Stages.Where(stage => stage.Base is ImageBase).Select(stage => stage.Name).OfType<string>()
                    .Where(name => name != Preset.RuntimeStage)] : [],
            Emulated = preset.Emulated,
            CrossLibraries = runtime.CrossLibraries,
            Stages = [.. preset.Stages, .. runtime.Stages, .. settings.Stages],
            FinalBase = preset.Runtime is null ? FinalBase(preset.Base.Image, settings) : StageBase.Stage(Preset.RuntimeStage),
            FinalReason = preset.Base.IsGiven ? null : preset.BaseReason ?? ReasonOfEmpty(preset),
            // A folder that is copied takes its owner along: those that the user writes to come after it.
            Artifacts = artifacts.Exists(artifact => writable.Paths.Any(path =>
                path.StartsWith(artifact.Destination.TrimEnd('/') + "/", StringComparison.Ordinal) && artifact.Destination.Trim('/')
                    .Length > 0))
                ? [.. artifacts, .. runtime.Artifacts] : [.. runtime.Artifacts, .. artifacts],
            Workdir = settings.Workdir ?? preset.Workdir,
            Environment = Merged(Merged(preset.Environment, runtime.Environment), settings.Environment),
            Labels = Copy(settings.Labels),
            Ports = Given(settings.Ports, preset.Ports),
            Volumes = volumes,
            HealthCheck = settings.HealthCheck ?? preset.HealthCheck,
            User = user,
            Entrypoint = Given(settings.Entrypoint, preset.Entrypoint),
            Cmd = Given(settings.Cmd, preset.Cmd),
            Arguments = Copy(settings.Arguments),
            BuildArguments = Copy(settings.BuildArguments),
            Secrets = Copy(settings.Secrets),
            SshAgents = Copy(settings.SshAgents),
            Contexts = Copy(settings.Contexts),
            Syntax = settings.Syntax,
            Tags = [.. settings.Tags.Select(ImageReference.Parse)],
            Target = settings.Target,
            Variants = Variants([], settings.Variants),
            Comments = settings.Comments,
            Findings = preset.Findings,
            Assumptions = preset.Assumptions,
        };
    }

    /// <summary>The platform of the machine that builds, as BuildKit names it.</summary>
    public const string OwnPlatform = "$BUILDPLATFORM";

    // Libraries that the settings name are taken from the builder, so they are the builder's platform's.
    private static bool IsCrossed(ImageProjectSettings settings, Preset preset) =>
        settings is { Stages.Count: 0, SharedLibraries.Count: 0 } && preset.Native is null or { IsCrossed: true };

    /// <summary>Reads what a stage starts from; a name of one of the description's stages means that stage.</summary>
    public static StageBase Base(string text, ImageProjectSettings settings) =>
        settings.Stages.Any(stage => string.Equals(stage.Name, text, StringComparison.OrdinalIgnoreCase)) ? StageBase.Stage(text)
            : StageBase.Image(text);

    /// <summary>Says what the build context is, where that is not the folder that was described.</summary>
    public static ImageProject Widened(this ImageProject project, string why) => project with
    {
        Assumptions = [new Assumption($"{why}: the build context is '{project.ContextDirectory}', which holds both."),
            .. project.Assumptions],
    };

    /// <summary>Says it where the build context is wider than the project's folder.</summary>
    public static ImageProject WidenedTo(this ImageProject project, ProjectFolder folder, string why) => folder.Below.Length == 0
        ? project : project.Widened(why);

    public static string ExistingDirectory(string path)
    {
        var directory = Path.GetFullPath(path);
        return Directory.Exists(directory) ? directory : throw new MultiStageException($"The project's folder '{directory}' does not "
            + "exist.");
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

    /// <summary>Takes what the settings give, or else the preset's own.</summary>
    public static IReadOnlyList<string> Given(IList<string> given, IReadOnlyList<string> preset) => given.Count > 0 ? [.. given] : preset;

    /// <summary>Works out what the final stage starts from: the builder stage, too, stands before it.</summary>
    public static StageBase FinalBase(string text, ImageProjectSettings settings) =>
        string.Equals(text, ImageProject.BuilderStage, StringComparison.OrdinalIgnoreCase) ? StageBase.Stage(text) : Base(text, settings);

    public static IReadOnlyList<Variant> Variants(IReadOnlyList<Variant> preset, IList<Variant> given) =>
        [.. preset.Where(variant => given.All(other => other.Name != variant.Name)), .. given.Where(variant =>
            variant.Name != Variant.Production), new Variant(Variant.Production)];

    private static string? ReasonOfEmpty(Preset preset) =>
        preset.Base.Flavor != BaseFlavor.Scratch ? null
        : preset.Native is null ? "A static program needs no operating system: it ships on an empty base."
        : "An empty base: the program brings the few libraries it needs.";

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

    /// <summary>Puts what is given over what a preset says.</summary>
    public static Dictionary<string, T> Merged<T>(IReadOnlyDictionary<string, T> preset, IEnumerable<KeyValuePair<string, T>> given)
    {
        var merged = preset.ToDictionary(StringComparer.Ordinal);
        foreach (var (name, value) in given)
        {
            merged[name] = value;
        }

        return merged;
    }
}
