namespace Cake.MultiStage.Projects.Hints;

/// <summary>The files that a compiled program has beside itself when it runs: where they ship, and what they may be.</summary>
internal static class ProgramFiles
{
    /// <summary>The folder that the program starts in, where it has files beside itself.</summary>
    public const string Home = "/app";

    private static readonly HashSet<string> Data = new(StringComparer.OrdinalIgnoreCase)
    {
        ".yaml", ".yml", ".toml", ".json", ".jsonc", ".json5", ".conf", ".cfg", ".ini", ".properties", ".xml", ".html", ".htm", ".xhtml",
        ".tmpl", ".tpl", ".gohtml", ".gotmpl", ".gotext", ".hbs", ".mustache", ".tera", ".j2", ".jinja", ".ftl", ".ftlh", ".mjml",
        ".liquid", ".sql", ".css", ".js", ".mjs", ".wasm", ".txt", ".csv", ".tsv", ".lua", ".rego", ".cue", ".hcl", ".dat", ".bin", ".mmdb",
        ".png", ".jpg", ".jpeg", ".gif", ".svg", ".ico", ".webp", ".woff", ".woff2", ".ttf", ".otf", ".po", ".mo", ".lang", ".graphql",
        ".xsd", ".xsl", ".xslt", ".model", ".onnx", ".md",
    };

    private static readonly HashSet<string> Manifests = new(StringComparer.OrdinalIgnoreCase)
    {
        "package.json", "package-lock.json", "tsconfig.json", "composer.json", "cargo.toml", "pyproject.toml", "pom.xml", "meson.build",
        "cmakelists.txt", "requirements.txt", "go.mod", "go.sum", "go.work", "cargo.lock", "readme.md", "license.md", "license", "readme",
        "changelog.md", "codecov.yml", ".golangci.yml", ".goreleaser.yml", ".goreleaser.yaml", "renovate.json", "rust-toolchain.toml",
        "rustfmt.toml", "clippy.toml", "deny.toml", "cmakepresets.json", "vcpkg.json", "global.json", "dockerfile", "license.txt",
        "robots.txt.example", "pnpm-workspace.yaml", "pnpm-lock.yaml", "lerna.json", "mkdocs.yml", "buf.yaml", "buf.gen.yaml", "sqlc.yaml",
        "makefile", "taskfile.yml", "mise.toml",
    };

    public static bool IsData(string path) => Data.Contains(System.IO.Path.GetExtension(path)) && !IsManifest(path);

    /// <summary>Tells whether a file is for building or for people, and none that a program reads.</summary>
    public static bool IsManifest(string path) => path[(path.LastIndexOf('/') + 1)..] is var name
        // AUTHORS, COPYING, LICENSE.
        && (!name.Any(char.IsAsciiLetterLower)
            || Manifests.Contains(name)
            || name.StartsWith("docker-compose", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("compose.", StringComparison.OrdinalIgnoreCase) || name.StartsWith(".git", StringComparison.Ordinal));

    /// <summary>Tells whether there is a file in a folder that a program could read.</summary>
    public static bool HasData(ProjectFolder folder, string path) => folder.FilesBelow(path).Any(file => IsData(file)
        && !file.EndsWith(".md", StringComparison.OrdinalIgnoreCase));

    /// <summary>Makes the artifact that ships a file or folder of the project.</summary>
    /// <param name="folder">The project's folder.</param>
    /// <param name="source">The folder of the project in the builder.</param>
    /// <param name="path">Its path in the project.</param>
    /// <param name="target">Its path in the image.</param>
    /// <param name="reason">Why it ships.</param>
    public static Artifact Artifact(ProjectFolder folder, string source, string path, string target, string reason) =>
        (folder.HasFolder(path) ? new Artifact($"{source}/{path}/", target + "/") : new Artifact($"{source}/{path}", target))
            with { Reason = reason };
}
