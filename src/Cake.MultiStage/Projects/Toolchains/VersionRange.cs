using Semver;

namespace Cake.MultiStage.Projects.Toolchains;

/// <summary>Which versions something allows.</summary>
/// <param name="Allows">Tells of a released version whether it is allowed.</param>
/// <param name="Named">The versions that its text names.</param>
internal sealed record VersionRange(Func<Version, bool> Allows, IReadOnlyList<Version> Named)
{
    /// <summary>Makes the range of a version and all that are newer.</summary>
    public static VersionRange AtLeast(Version least) => new(version => version >= least, [least]);

    /// <summary>Reads a range as npm does (npm's documentation, "semver"); null where the text is not one.</summary>
    public static VersionRange? Npm(string text)
    {
        if (!SemVersionRange.TryParseNpm(text.Trim(), out var range))
        {
            return null;
        }

        var bounds = range.SelectMany(part => new[] { part.Start, part.End }).OfType<SemVersion>()
            .Where(bound => bound.Major <= int.MaxValue && bound.Minor <= int.MaxValue && bound.Patch <= int.MaxValue)
            .Select(bound => new Version((int)bound.Major, (int)bound.Minor, (int)bound.Patch));
        return new VersionRange(
            version => range.Contains(new SemVersion(version.Major, version.Minor, version.Build)), [.. bounds.Distinct()]);
    }
}
