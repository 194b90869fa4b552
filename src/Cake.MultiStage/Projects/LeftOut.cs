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

    /// <summary>What package managers and compilers of any ecosystem leave: a project may have parts of several.</summary>
    private static readonly string[] Made =
    [
        "**/node_modules", "**/__pycache__", "**/.venv", "**/.pytest_cache", "**/.mypy_cache", "**/.ruff_cache", "**/.gradle",
        "**/.terraform",
    ];

    /// <summary>Files that hold keys and passwords by their usual names; samples of them travel.</summary>
    private static readonly string[] Secrets =
    [
        "**/.env", "**/.env.*", "!**/.env.example", "!**/.env.sample", "!**/.env.template", "!**/.env.dist", "!**/.env.*.example",
        "!**/.env.*.sample", "**/.npmrc", "**/.netrc", "**/_netrc", "**/.pypirc", "**/.git-credentials", "**/.pgpass", "**/.my.cnf",
        "**/.htpasswd", "**/.ssh", "**/.aws", "**/.azure", "**/.kube", "**/.docker/config.json", "**/id_rsa", "**/id_dsa", "**/id_ecdsa",
        "**/id_ed25519", "**/id_ecdsa_sk", "**/id_ed25519_sk", "**/*.pem", "**/*.pfx", "**/*.p12", "**/*.p8", "**/*.ppk", "**/*.key",
        "**/*.jks", "**/*.keystore", "**/*.kdbx", "**/client_secret*.json", "**/service-account*.json", "**/service_account*.json",
        "**/serviceAccount*.json", "**/*firebase-adminsdk*.json", "**/credentials.json",
        // Texts for people may be called so, too.
        "!**/locales/**/credentials.json", "!**/locale/**/credentials.json", "!**/i18n/**/credentials.json",
        "!**/lang/**/credentials.json", "!**/translations/**/credentials.json", "!**/messages/**/credentials.json",
    ];

    /// <summary>The databases that frameworks make for development, by the names that they give them, and what lies beside any.</summary>
    private static readonly string[] Databases =
    [
        "**/db.sqlite3", "**/development.sqlite3", "**/test.sqlite3", "**/dev.db", "**/dev.sqlite", "**/dev.sqlite3", "**/*.db-journal",
        "**/*.db-wal", "**/*.db-shm", "**/*.sqlite-journal", "**/*.sqlite-wal", "**/*.sqlite-shm", "**/*.sqlite3-journal",
        "**/*.sqlite3-wal", "**/*.sqlite3-shm",
    ];

    /// <summary>Lists it for a project.</summary>
    /// <param name="folder">The project's folder.</param>
    /// <param name="ecosystem">What the ecosystem's own tools leave there.</param>
    public static IReadOnlyList<string> Of(ProjectFolder folder, IEnumerable<string> ecosystem) =>
        [.. Described(folder).Concat(Everywhere(folder, Tools.Concat(CakeTools(folder)).Concat(Made).Concat(ecosystem)
            .Concat(Databases).Concat(OwnDatabases(folder)).Concat(Secrets)))
            .Distinct(StringComparer.Ordinal)];

    /// <summary>Has lines that count from the project's folder do so where the build context is one above it, too.</summary>
    private static IEnumerable<string> Everywhere(ProjectFolder folder, IEnumerable<string> lines)
    {
        var inner = folder.Below + folder.Described;
        return lines.SelectMany(line => inner.Length == 0 || line.TrimStart('!').StartsWith("**/", StringComparison.Ordinal)
            ? [line] : new[] { line, inner + line });
    }

    /// <summary>Finds the databases that version control leaves to each machine.</summary>
    private static IEnumerable<string> OwnDatabases(ProjectFolder folder) => (folder.ReadIfThere(".gitignore") ?? "").Split('\n')
        .Select(line => line.Trim())
        .Where(line => line.Length > 0 && line[0] is not ('#' or '!' or '\\') && !line.Contains('[', StringComparison.Ordinal)
            && Path.GetExtension(line) is ".db" or ".db3" or ".sqlite" or ".sqlite3")
        .Select(line => line.TrimStart('/') is var path && line.Contains('/', StringComparison.Ordinal) ? path : "**/" + path);

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
