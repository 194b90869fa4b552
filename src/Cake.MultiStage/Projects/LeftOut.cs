namespace Cake.MultiStage.Projects;

/// <summary>What stays out of every build context unless something names it, as lines of an ignore file.</summary>
internal static class LeftOut
{
    /// <summary>What version control, editors, Cake and this addin keep or write in a project's folder.</summary>
    private static readonly string[] Tools =
    [
        "**/.git", "**/.hg", "**/.svn", "**/.idea", "**/.vs", "**/.vscode", "**/.DS_Store", "**/*.cake", "artifacts",
        "Dockerfile", "Dockerfile.dockerignore", ".dockerignore",
    ];

    /// <summary>Files that hold keys and passwords by their usual names.</summary>
    private static readonly string[] Secrets =
    [
        "**/.env", "**/.env.local", "**/.env.*.local", "**/.npmrc", "**/.netrc", "**/.pypirc", "**/.git-credentials", "**/.ssh", "**/.aws",
        "**/id_rsa", "**/id_dsa", "**/id_ecdsa", "**/id_ed25519",
        "**/*.pem", "**/*.pfx", "**/*.p12", "**/*.key", "**/*.jks", "**/*.keystore",
    ];

    /// <summary>Lists it for a project.</summary>
    /// <param name="folder">The project's folder.</param>
    /// <param name="ecosystem">What the ecosystem's own tools leave there.</param>
    public static IReadOnlyList<string> Of(ProjectFolder folder, IEnumerable<string> ecosystem) =>
        [.. Described(folder).Concat(Everywhere(folder, Tools.Concat(CakeTools(folder)).Concat(ecosystem).Concat(Secrets)))
            .Distinct(StringComparer.Ordinal)];

    /// <summary>Has lines that count from the project's folder do so where the build context is one above it, too.</summary>
    private static IEnumerable<string> Everywhere(ProjectFolder folder, IEnumerable<string> lines)
    {
        var inner = folder.Below + folder.Described;
        return lines.SelectMany(line => inner.Length == 0 || line.StartsWith("**/", StringComparison.Ordinal) ? [line]
            : new[] { line, inner + line });
    }

    /// <summary>Takes the described folder's own <c>.dockerignore</c> along, which Docker looks for in the build context alone.</summary>
    private static IEnumerable<string> Described(ProjectFolder folder)
    {
        var inner = folder.Below + folder.Described;
        var text = inner.Length == 0 ? null : folder.ReadIfThere(folder.Described + ".dockerignore");
        return (text ?? "").Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line[0] == '!' ? "!" + inner + line[1..].Trim().TrimStart('/') : inner + line.TrimStart('/'));
    }

    /// <summary>Finds what Cake installed in <c>tools</c>: a project's own folder of that name travels.</summary>
    private static IEnumerable<string> CakeTools(ProjectFolder folder)
    {
        var inside = folder.HasFolder("tools") ? folder.Entries("tools") : [];
        var installed = inside.Where(name =>
            name is "Addins" or "Modules" or ".store" or "packages.config" or "packages.config.md5sum" or "cake.exe"
            || folder.HasFolder($"tools/{name}") && folder.Entries($"tools/{name}")
                .Any(file => file.EndsWith(".nupkg", StringComparison.OrdinalIgnoreCase))).ToList();
        return installed.Count > 0 && installed.Count == inside.Count ? ["tools"] : installed.Select(name => $"tools/{name}");
    }
}
