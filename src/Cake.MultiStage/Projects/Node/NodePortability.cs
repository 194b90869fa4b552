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
    public static string? Hindrance(NodeSource source, NodeManager manager)
    {
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
        string[]? bound = lockFile is not null ? Npm(source.Root.Read(lockFile)) : pnpm is not null ? Pnpm(pnpm) : null;
        return bound is null ? "No lock says which packages are for one platform alone"
            : bound.Length == 0 ? null
            : $"{string.Join(", ", bound.Take(Shown))}{(bound.Length > Shown ? $" and {bound.Length - Shown} more" : "")} "
                + $"{(bound.Length == 1 ? "is" : "are")} installed for one platform";
    }

    private static string[] Npm(string text) => [.. NpmEntry().Matches(text)
        .Where(match => match.Groups["body"].Value is var body && !DevelopmentOnly().IsMatch(body) && Bound().IsMatch(body))
        .Select(match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    // pnpm's lock does not say which packages are for development alone.
    private static string[] Pnpm(string text) => [.. PnpmEntry().Matches(text)
        .Where(match => PnpmBound().IsMatch(match.Groups["body"].Value))
        .Select(match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline;

    [GeneratedRegex(@"^    ""([^""\n]*/)?node_modules/(?<name>(@[^/""]+/)?[^/""]+)"": \{(?<body>[^\r\n]*\r?\n(      [^\n]*\n)*)", Options,
        matchTimeoutMilliseconds: 2000)]
    private static partial Regex NpmEntry();

    [GeneratedRegex(@"^      ""(dev|devOptional)"": true", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DevelopmentOnly();

    [GeneratedRegex(@"^      ""(cpu|os|libc)"": \[|^      ""hasInstallScript"": true", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Bound();

    [GeneratedRegex(@"^  '?/?(?<name>(@[^/\s]+/)?[^@/'\s]+)[@/][0-9][^\n]*:\r?\n(?<body>(    [^\n]*\n|\r?\n)*)", Options,
        matchTimeoutMilliseconds: 2000)]
    private static partial Regex PnpmEntry();

    [GeneratedRegex(@"^    (cpu|os|libc): \[|^    requiresBuild: true", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PnpmBound();
}
