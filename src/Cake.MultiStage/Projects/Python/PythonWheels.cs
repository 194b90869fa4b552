using System.Globalization;
using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.Python;

/// <summary>
/// The newest Python that all packages of a lock have wheels for: a newer one would have to compile some, in versions that may not know it.
/// </summary>
/// <param name="Minor">Its minor version: 12 for Python 3.12.</param>
/// <param name="Package">The package that has none for a newer one, with its version.</param>
internal sealed partial record PythonWheels(int Minor, string Package)
{
    /// <summary>Packages that only an older Python needs, whose wheels say nothing of the others.</summary>
    private static readonly string[] ForOlder = ["backports", "typed-ast", "importlib", "dataclasses", "contextvars", "immutables",
        "pickle5", "tomli", "ruamel-yaml-clib"];

    /// <summary>Works it out of a lock that lists its packages' files; null where it lists none that are for one Python alone.</summary>
    public static PythonWheels? Newest(string lockText)
    {
        PythonWheels? newest = null;
        foreach (var package in Wheel().Matches(lockText).GroupBy(match => match.Groups["package"].Value, StringComparer.Ordinal))
        {
            var tags = package.Select(match => (Python: match.Groups["python"].Value, Abi: match.Groups["abi"].Value)).ToList();
            if (tags.Exists(tag => tag.Python.Contains("py3", StringComparison.Ordinal) || tag.Abi == "abi3")
                || ForOlder.Any(name => Requirement.Normal(package.Key).StartsWith(name, StringComparison.Ordinal)))
            {
                continue;
            }

            var minor = tags.Select(tag => Minor3().Match(tag.Python)).Where(match => match.Success)
                .Select(match => int.Parse(match.Groups["minor"].Value, NumberStyles.None, CultureInfo.InvariantCulture))
                .DefaultIfEmpty(0)
                .Max();
            newest = minor > 0 && (newest is null || minor < newest.Minor)
                ? new PythonWheels(minor, package.Key.Replace('-', ' '))
                : newest;
        }

        return newest;
    }

    /// <summary>
    /// Tells whether all that a lock lists is the same for every processor: each package has a wheel that says so, and none that is for
    /// one, which would be installed in its place, as of charset-normalizer, which has both.
    /// </summary>
    // Older locks list the files apart.
    public static bool ArePure(string lockText) => !lockText.Contains("[metadata.files]", StringComparison.Ordinal)
        && lockText.Split("[[package]]") is [_, .. { Length: > 0 } packages]
        && packages.Any(package => package.Contains(".whl", StringComparison.Ordinal))
        && packages.All(package => package.Contains(".whl", StringComparison.Ordinal)
            ? package.Split(".whl").Length == package.Split("-none-any.whl").Length
            : !(package.Contains(".tar.gz", StringComparison.Ordinal) || package.Contains(".zip", StringComparison.Ordinal)
                || package.Contains("git", StringComparison.Ordinal)));

    // PyPA, "Binary distribution format": name-version(-build)-python-abi-platform.whl
    [GeneratedRegex(@"[""/](?<package>[A-Za-z0-9_.]+-[^-""/]+)(-[0-9][^-""/]*)?-(?<python>[^-""/]+)-(?<abi>[^-""/]+)-[^-""/]+\.whl",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Wheel();

    [GeneratedRegex(@"cp3(?<minor>[0-9]{1,2})\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Minor3();
}
