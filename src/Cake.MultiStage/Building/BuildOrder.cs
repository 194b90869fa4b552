using Cake.MultiStage.Images;

namespace Cake.MultiStage.Building;

/// <summary>
/// Finds out in which order builds have to run: an image that another starts from, copies from, mounts or names as a context comes first.
/// </summary>
internal static class BuildOrder
{
    /// <summary>Puts builds in order.</summary>
    /// <param name="builds">The builds in any order; one that waits for nothing stays where it is among such.</param>
    /// <exception cref="MultiStageException">Two builds give the same tag, or builds wait for each other.</exception>
    public static BuildPlan Of(IReadOnlyList<PlannedBuild> builds)
    {
        var byTag = Makers(builds);
        Dictionary<string, IReadOnlyList<BuildNeed>> needs = builds.ToDictionary(
            build => build.Name, build => Needs(build, builds, byTag), StringComparer.Ordinal);
        var steps = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var build in builds)
        {
            StepOf(build.Name, needs, steps, []);
        }

        return new BuildPlan
        {
            Builds =
            [
                .. builds.Select(build => build with { Needs = needs[build.Name], Step = steps[build.Name] }).OrderBy(build => build.Step),
            ],
        };
    }

    private static Dictionary<ImageReference, PlannedBuild> Makers(IReadOnlyList<PlannedBuild> builds)
    {
        var byTag = new Dictionary<ImageReference, PlannedBuild>();
        foreach (var build in builds)
        {
            foreach (var tag in build.Tags)
            {
                if (!byTag.TryAdd(tag, build))
                {
                    throw new MultiStageException(
                        $"'{byTag[tag].Name}' and '{build.Name}' both give the tag '{tag}': the one that ends last would have it. "
                        + "Give one of them another, as in 'project.Tags.Add(\"shop/web:1.0\")'.");
                }
            }
        }

        return byTag;
    }

    private static IReadOnlyList<BuildNeed> Needs(
        PlannedBuild build, IReadOnlyList<PlannedBuild> builds, Dictionary<ImageReference, PlannedBuild> byTag)
    {
        var images = build.Request.OutsideImages()
            .Concat(build.Request.Contexts.Values.OfType<AddressInput>().Select(context => context.Image).OfType<string>());
        var found = images.Select(image => ImageReference.TryParse(image, out var reference) ? reference.OrLatest() : null)
            .OfType<ImageReference>()
            .Where(reference => byTag.TryGetValue(reference, out var maker) && maker.Name != build.Name)
            .Select(reference => new BuildNeed(byTag[reference].Name, reference.ToString()));
        // What is built for a context is built anew, from the cache that the other build leaves.
        var contexts = build.Request.Contexts.Where(context => context.Value is BuiltInput)
            .Select(context => (Name: context.Key, ((BuiltInput)context.Value).Request))
            .SelectMany(context => builds.Where(other => other.Name != build.Name && IsSame(other.Request, context.Request))
                .Select(other => new BuildNeed(other.Name, $"context '{context.Name}'")));
        return [.. found.Concat(contexts).DistinctBy(need => need.Build, StringComparer.Ordinal)];
    }

    private static bool IsSame(BuildRequest one, BuildRequest other) =>
        one.ContextDirectory == other.ContextDirectory && one.IgnoreFileName == other.IgnoreFileName && one.Target == other.Target
        && one.Platforms.SequenceEqual(other.Platforms);

    private static int StepOf(
        string name, IReadOnlyDictionary<string, IReadOnlyList<BuildNeed>> needs, Dictionary<string, int> steps, List<string> above)
    {
        if (steps.TryGetValue(name, out var known))
        {
            return known;
        }

        if (above.IndexOf(name) is var start and >= 0)
        {
            throw new MultiStageException(
                $"These builds wait for each other: {string.Join(" → ", above.Skip(start).Append(name).Select(build => $"'{build}'"))}. "
                + "Let one of them start from an image that none of them makes.");
        }

        above.Add(name);
        var step = 1 + needs[name].Select(need => StepOf(need.Build, needs, steps, above)).DefaultIfEmpty(0).Max();
        above.RemoveAt(above.Count - 1);
        return steps[name] = step;
    }
}
