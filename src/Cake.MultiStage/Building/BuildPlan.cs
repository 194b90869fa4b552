using System.Globalization;
using System.Text;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Building;

/// <summary>What would be built, in which order and why: data alone, made without an engine.</summary>
public sealed record BuildPlan
{
    private const int MostReasons = 3;

    internal BuildPlan()
    {
    }

    /// <summary>Gets the builds, each after those that it needs.</summary>
    public required IReadOnlyList<PlannedBuild> Builds { get; init; }

    /// <summary>Returns a line per build: its step, its name, its tags, what it waits for, and why it would be built.</summary>
    /// <returns>The text.</returns>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var build in Builds)
        {
            text.Append(CultureInfo.InvariantCulture, $"{build.Step}. {build.Name}");
            text.Append(build.Tags.Count == 0 ? "" : $" → {string.Join(", ", build.Tags)}");
            text.Append(build.Needs.Count == 0 ? "" : $" (after {string.Join(", ", build.Needs)})");
            text.Append(Why(build.Reasons)).Append('\n');
        }

        return text.ToString();
    }

    private static string Why(IReadOnlyList<string>? reasons) => reasons switch
    {
        null => "",
        [] => ": nothing changed",
        { Count: > MostReasons } => FormattableString.Invariant(
            $": {string.Join(", ", reasons.Take(MostReasons).Select(LogText.Clean))} and {reasons.Count - MostReasons} more"),
        _ => $": {string.Join(", ", reasons.Select(LogText.Clean))}",
    };
}

/// <summary>One build of a plan.</summary>
public sealed record PlannedBuild
{
    internal PlannedBuild(BuildRequest request) => Request = request;

    /// <summary>Gets its name: the project's, and what tells it from others of the same project.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the tags that the image gets.</summary>
    public IReadOnlyList<ImageReference> Tags { get; init; } = [];

    /// <summary>Gets the step, from 1: builds of one step don't wait for each other.</summary>
    public int Step { get; init; } = 1;

    /// <summary>Gets the builds that it waits for, and the image of each that it uses.</summary>
    public IReadOnlyList<BuildNeed> Needs { get; init; } = [];

    /// <summary>
    /// Gets why it would be built, as in <c>src/main.go changed</c>, as far as that shows without an engine: that a base image has moved,
    /// or that the image is gone, shows when it is built. Empty where nothing changed since the last build here,
    /// <see langword="null"/> where nobody has looked.
    /// </summary>
    public IReadOnlyList<string>? Reasons { get; init; }

    internal BuildRequest Request { get; }
}

/// <summary>What a build needs of another.</summary>
/// <param name="Build">The name of the other build.</param>
/// <param name="Image">The image that it makes, or the context that it is, as the build that needs it names it.</param>
public sealed record BuildNeed(string Build, string Image)
{
    /// <summary>Returns the name of the build and what is used of it.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Build} for {Image}";
}
