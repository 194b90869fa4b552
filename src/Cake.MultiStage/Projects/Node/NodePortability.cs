using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.Node;

/// <summary>
/// Tells whether the packages that a program needs when it runs are the same for every platform: the lock says of each whether it is for
/// one, or makes something when it is installed (npm's documentation, "package-lock.json": <c>cpu</c>, <c>os</c>,
/// <c>hasInstallScript</c>).
/// </summary>
internal static partial class NodePortability
{
    private const int Shown = 4;

    /// <summary>Returns why packages are not; null where they are.</summary>
    /// <param name="source">The project.</param>
    /// <param name="manager">The package manager.</param>
    /// <param name="natives">What is compiled when it is installed.</param>
    /// <param name="shipsAll">Whether the packages for development ship, too.</param>
    public static string? Hindrance(NodeSource source, NodeManager manager, NativePackages natives, bool shipsAll)
    {
        if (natives.Names.Count > 0)
        {
            return $"{string.Join(", ", natives.Names)} may be compiled for the platform of the install";
        }

        if (!source.Package.HasAnyDependencies && source.Workspace is null)
        {
            return null;
        }

        if (NodeSteps.ChangesPackages(source))
        {
            return "Scripts of the project change its packages on the platform that they run on";
        }

        var lockFile = manager.IsLocked && manager.Name == "npm" ? source.Root.First("package-lock.json", "npm-shrinkwrap.json") : null;
        var pnpm = manager.IsLocked && manager.Name == "pnpm" ? source.Root.ReadIfThere("pnpm-lock.yaml") : null;
        string[]? bound = lockFile is not null ? Npm(source.Root.Read(lockFile), shipsAll) : pnpm is not null ? Pnpm(pnpm) : null;
        return bound is null ? "No lock says which packages are for one platform alone"
            : bound.Length == 0 ? null
            : $"{string.Join(", ", bound.Take(Shown))}{(bound.Length > Shown ? $" and {bound.Length - Shown} more" : "")} "
                + $"{(bound.Length == 1 ? "is" : "are")} installed for one platform";
    }

    // The first version of npm's lock says nothing of platforms, and has no entry of this kind.
    private static string[]? Npm(string text, bool shipsAll) => !NpmEntry().IsMatch(text) ? null : [.. NpmEntry().Matches(text)
        .Where(match => match.Groups["body"].Value is var body && (shipsAll || !DevelopmentOnly().IsMatch(body)) && Bound().IsMatch(body)
            && !IsForOthers(body))
        .Select(match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    // What is for macOS or Windows alone, as fsevents is, is not installed.
    private static bool IsForOthers(string body) => Systems().Match(body) is { Success: true } match
        && !match.Groups["names"].Value.Contains("\"linux\"", StringComparison.Ordinal)
        && !match.Groups["names"].Value.Contains('!', StringComparison.Ordinal);

    // pnpm's lock does not say which packages are for development alone; since version 9 nor which make something when installed.
    private static string[]? Pnpm(string text) => PnpmSilent().IsMatch(text) || !PnpmEntry().IsMatch(text) ? null
        : [.. PnpmEntry().Matches(text)
        .Where(match => PnpmBound().IsMatch(match.Groups["body"].Value))
        .Select(match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline;

    [GeneratedRegex(@"^    ""([^""\n]*/)?node_modules/(?<name>(@[^/""]+/)?[^/""]+)"": \{(?<body>[^\r\n]*\r?\n(      [^\n]*\n)*)", Options,
        matchTimeoutMilliseconds: 2000)]
    private static partial Regex NpmEntry();

    // What is "devOptional" is installed without the packages for development, too.
    [GeneratedRegex(@"^      ""dev"": true", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DevelopmentOnly();

    [GeneratedRegex(@"^      ""os"": \[(?<names>[^\]]*)\]", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Systems();

    [GeneratedRegex(@"^lockfileVersion: ['""]?(9|[1-9][0-9])(\.|['""\s])", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PnpmSilent();

    [GeneratedRegex(@"^      ""(cpu|os|libc)"": \[|^      ""hasInstallScript"": true", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Bound();

    [GeneratedRegex(@"^  '?/?(?<name>(@[^/\s]+/)?[^@/'\s]+)[@/][0-9][^\n]*:\r?\n(?<body>(    [^\n]*\n|\r?\n)*)", Options,
        matchTimeoutMilliseconds: 2000)]
    private static partial Regex PnpmEntry();

    [GeneratedRegex(@"^    (cpu|os|libc): \[|^    requiresBuild: true", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PnpmBound();
}
