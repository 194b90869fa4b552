using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.Aliases;

/// <summary>The images from outside that descriptions use: bases, images that files are copied from, and frontends.</summary>
internal static class UsedImages
{
    /// <summary>Finds those of a description, with all its stages, variants and contexts.</summary>
    /// <param name="project">The description.</param>
    /// <param name="given">Build arguments that take precedence over its own.</param>
    /// <param name="platform">The platform that bases may depend on; <see langword="null"/> where none is known.</param>
    /// <returns>The images, and whether a policy of a build changes them: it changes neither contexts nor frontends.</returns>
    /// <exception cref="MultiStageException">The description can't be made a Dockerfile, or an image's name can't be told.</exception>
    public static IEnumerable<(ImageReference Image, bool IsByPolicy)> Of(
        ImageProject project, IDictionary<string, string> given, Platform? platform)
    {
        var arguments = project.BuildArguments.ToDictionary(StringComparer.Ordinal);
        foreach (var (name, value) in given)
        {
            arguments[name] = value;
        }

        var contexts = project.Contexts.Keys.Select(NamedInput.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var target in project.Variants.Select(project.TargetOf).Append(project.Target).Distinct(StringComparer.Ordinal))
        {
            var file = (project with { Target = target }).ToDockerfile();
            foreach (var image in In(file, GlobalArguments.For(platform, arguments))
                .Where(used => !contexts.Contains(NamedInput.Key(used.Image.ToString()))))
            {
                yield return image;
            }
        }

        foreach (var context in project.Contexts.Values)
        {
            IEnumerable<(ImageReference Image, bool IsByPolicy)> within = context switch
            {
                ImageContext image => [(image.Reference, false)],
                ProjectContext { Described: var other } => Of(other, given, platform),
                _ => [],
            };
            foreach (var image in within)
            {
                yield return image;
            }
        }
    }

    private static List<(ImageReference Image, bool IsByPolicy)> In(Dockerfile file, IReadOnlyDictionary<string, string> arguments)
    {
        List<(ImageReference Image, bool IsByPolicy)> found = [];
        if (file.Syntax is { } syntax)
        {
            found.Add((ImageReference.Parse(syntax), false));
        }

        // What a build would change is what is locked: the same walk, with its errors.
        _ = file.WithImages(arguments, image =>
        {
            found.Add((image, true));
            return image;
        });
        return found;
    }
}
