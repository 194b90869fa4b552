using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.Node;

/// <summary>A package of a workspace.</summary>
/// <param name="Folder">Its folder, relative to the root.</param>
/// <param name="Package">Its package.json.</param>
internal sealed record WorkspacePackage(string Folder, NodePackage Package)
{
    public string Name => Package.Name ?? Folder;
}

/// <summary>The packages of a repository that are installed together, as npm, pnpm, Yarn and Bun know them.</summary>
/// <param name="Root">The folder with the lock.</param>
/// <param name="Packages">The packages, in ordinal order of their folders.</param>
internal sealed partial record NodeWorkspace(ProjectFolder Root, IReadOnlyList<WorkspacePackage> Packages)
{
    /// <summary>Reads the workspace whose root a folder is; null where it is none.</summary>
    public static NodeWorkspace? Read(ProjectFolder folder)
    {
        if (!folder.Has("package.json"))
        {
            return null;
        }

        string[] patterns = [.. folder.ReadIfThere("pnpm-workspace.yaml") is { } text ? Pnpm(text) : NodePackage.Read(folder).Workspaces];
        var packages = patterns.Length == 0 ? [] : folder.Find("package.json")
            .Where(path => path != "package.json").Select(path => path[..^"/package.json".Length])
            .Where(path => patterns.Any(pattern => Fits(pattern, path)) && !patterns.Any(pattern => pattern.StartsWith('!')
                && Fits(pattern[1..], path)))
            .Order(StringComparer.Ordinal)
                .Select(path => new WorkspacePackage(path, NodePackage.Read(new ProjectFolder(Path.Combine(folder.Path, path))))).ToList();
        return packages.Count == 0 ? null : new NodeWorkspace(folder, packages);
    }

    /// <summary>Finds the workspace that a folder is a package of; null where it is of none.</summary>
    public static NodeWorkspace? Owning(ProjectFolder folder)
    {
        for (var above = folder.Above("package.json"); above is not null; above = above.Above("package.json"))
        {
            var described = above.Described.TrimEnd('/');
            if (Read(above) is { } workspace && workspace.Packages.Any(package => package.Folder == described))
            {
                return workspace;
            }
        }

        return null;
    }

    /// <summary>Returns a package with those of the workspace that it needs, each after those it needs itself.</summary>
    /// <param name="package">The package.</param>
    /// <param name="development">Whether what only its development needs counts, too.</param>
    public IReadOnlyList<WorkspacePackage> With(WorkspacePackage package, bool development)
    {
        List<WorkspacePackage> found = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        Visit(package);
        return found;

        void Visit(WorkspacePackage one)
        {
            if (!seen.Add(one.Folder))
            {
                return;
            }

            foreach (var needed in Packages.Where(other => one.Package.Dependencies.Contains(other.Name)
                || (development && one.Package.DevelopmentDependencies.Contains(other.Name))))
            {
                Visit(needed);
            }

            found.Add(one);
        }
    }

    /// <summary>Finds a package by its folder or its name.</summary>
    /// <exception cref="MultiStageException">There is none.</exception>
    public WorkspacePackage Find(string text)
    {
        var folder = (text.StartsWith("./", StringComparison.Ordinal) ? text[2..] : text).TrimEnd('/');
        return Packages.FirstOrDefault(package => package.Folder == folder) ?? Packages.FirstOrDefault(package =>
            package.Package.Name == text)
            ?? throw new MultiStageException(
                $"The workspace in '{Root.Path}' has no package '{text}'. It "
                    + $"has: {string.Join(", ", Packages.Select(package => package.Folder))}.");
    }

    /// <summary>Reads the list that pnpm's documentation calls <c>packages</c>.</summary>
    private static IEnumerable<string> Pnpm(string text) =>
        PackagesList().Match(text).Groups["item"].Captures.Select(capture => capture.Value.Trim().Trim('\'', '"'));

    private static bool Fits(string pattern, string path)
    {
        var clean = (pattern.StartsWith("./", StringComparison.Ordinal) ? pattern[2..] : pattern).TrimEnd('/');
        var expression = Regex.Escape(clean).Replace(@"\*\*/", "(.*/)?", StringComparison.Ordinal)
            .Replace(@"\*\*", ".*", StringComparison.Ordinal)
            .Replace(@"\*", "[^/]*", StringComparison.Ordinal);
        expression = Alternatives().Replace(expression, match =>
            "(" + match.Groups["list"].Value.Replace(",", "|", StringComparison.Ordinal) + ")");
        return Regex.IsMatch(path, @"\A" + expression + @"\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
    }

    [GeneratedRegex(@"^packages:[ \t]*\r?\n((([ \t]*#.*|[ \t]*-[ \t]*(?<item>[^#\r\n]+)(#.*)?|[ \t]*)\r?\n?))*",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PackagesList();

    [GeneratedRegex(@"\\\{(?<list>[^{}\\]*)\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Alternatives();
}
