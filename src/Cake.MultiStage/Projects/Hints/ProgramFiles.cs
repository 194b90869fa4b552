using System.Text.RegularExpressions;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects.Hints;

/// <summary>The files that a compiled program has beside itself when it runs: where they ship, and what they may be.</summary>
internal static partial class ProgramFiles
{
    /// <summary>The folder that the program starts in, where it has files beside itself.</summary>
    public const string Home = "/app";

    private static readonly HashSet<string> Data = new(StringComparer.OrdinalIgnoreCase)
    {
        ".yaml", ".yml", ".toml", ".json", ".jsonc", ".json5", ".conf", ".cfg", ".ini", ".properties", ".xml", ".html", ".htm", ".xhtml",
        ".tmpl", ".tpl", ".gohtml", ".gotmpl", ".gotext", ".hbs", ".mustache", ".tera", ".j2", ".jinja", ".ftl", ".ftlh", ".mjml",
        ".liquid", ".sql", ".css", ".js", ".mjs", ".wasm", ".txt", ".csv", ".tsv", ".lua", ".rego", ".cue", ".hcl", ".dat", ".bin", ".mmdb",
        ".png", ".jpg", ".jpeg", ".gif", ".svg", ".ico", ".webp", ".woff", ".woff2", ".ttf", ".otf", ".po", ".mo", ".lang", ".graphql",
        ".xsd", ".xsl", ".xslt", ".jsp", ".jspx", ".jspf", ".tld", ".model", ".onnx", ".md",
    };

    private static readonly HashSet<string> Manifests = new(StringComparer.OrdinalIgnoreCase)
    {
        "package.json", "package-lock.json", "tsconfig.json", "composer.json", "cargo.toml", "pyproject.toml", "pom.xml", "meson.build",
        "cmakelists.txt", "requirements.txt", "go.mod", "go.sum", "go.work", "cargo.lock", "readme.md", "license.md", "license", "readme",
        "changelog.md", "codecov.yml", ".golangci.yml", ".goreleaser.yml", ".goreleaser.yaml", "renovate.json", "rust-toolchain.toml",
        "rustfmt.toml", "clippy.toml", "deny.toml", "cmakepresets.json", "vcpkg.json", "global.json", "dockerfile", "license.txt",
        "robots.txt.example", "pnpm-workspace.yaml", "pnpm-lock.yaml", "lerna.json", "mkdocs.yml", "buf.yaml", "buf.gen.yaml", "sqlc.yaml",
        "makefile", "taskfile.yml", "mise.toml", "mvnw", "mvnw.cmd", "gradlew", "gradlew.bat", "build.gradle", "build.gradle.kts",
        "settings.gradle", "settings.gradle.kts", "gradle.properties", "build.rs",
    };

    public static bool IsData(string path) => Data.Contains(System.IO.Path.GetExtension(path)) && !IsManifest(path);

    /// <summary>Tells whether a file is for building or for people, and none that a program reads.</summary>
    public static bool IsManifest(string path) => PosixPath.NameOf(path) is var name
        // AUTHORS, COPYING, LICENSE.
        && (!name.Any(char.IsAsciiLetterLower)
            || Manifests.Contains(name)
            || name.StartsWith("docker-compose", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("compose.", StringComparison.OrdinalIgnoreCase) || name.StartsWith(".git", StringComparison.Ordinal));

    /// <summary>Tells whether a file is one that programs are compiled of.</summary>
    public static bool IsSource(string path) => System.IO.Path.GetExtension(path) is ".go" or ".rs" or ".java" or ".kt" or ".kts" or ".c"
        or ".cpp" or ".cc" or ".cxx" or ".h" or ".hpp" or ".ts" or ".tsx" or ".vue" or ".svelte" or ".jsx" or ".scss";

    /// <summary>Tells by its name whether a file holds what only the machine may know that runs the program.</summary>
    public static bool IsSecret(string path) => PosixPath.NameOf(path) is var name
        && Secret().IsMatch(name) && !Shown().IsMatch(name);

    /// <summary>Tells whether there is a file in a folder that a program could read.</summary>
    public static bool HasData(ProjectFolder folder, string path) => folder.FilesBelow(path).Any(file => IsData(file)
        && !file.EndsWith(".md", StringComparison.OrdinalIgnoreCase));

    /// <summary>Tells of files that a folder has, and that do not ship with it.</summary>
    /// <param name="named">The folder, and what names it.</param>
    /// <param name="files">The files.</param>
    /// <param name="target">Where each of them would lie.</param>
    public static Assumption Withheld(string named, IReadOnlyList<string> files, Func<string, string> target) => new(
        $"{named} ships without {Names(files)}, as {(files.Count == 1 ? "it" : "they")} may hold secrets, or .gitignore leaves "
        + $"{(files.Count == 1 ? "it" : "them")} out: mount {(files.Count == 1 ? "it" : "them")} where the container runs, as "
        + $"{Names([.. files.Select(target)])}, or name {(files.Count == 1 ? "it" : "them")} by Include.", Doubtful: true);

    /// <summary>Writes a list that people read to its end.</summary>
    public static string Names(IReadOnlyList<string> names)
    {
        const int Most = 12;
        return string.Join(", ", names.Take(Most)) + (names.Count > Most ? $" and {names.Count - Most} more" : "");
    }

    /// <summary>Makes the artifact that ships a file or folder of the project.</summary>
    /// <param name="folder">The project's folder.</param>
    /// <param name="source">The folder of the project in the builder.</param>
    /// <param name="path">Its path in the project.</param>
    /// <param name="target">Its path in the image.</param>
    /// <param name="reason">Why it ships.</param>
    public static Artifact Artifact(ProjectFolder folder, string source, string path, string target, string reason) =>
        (folder.HasFolder(path) ? new Artifact($"{source}/{path}/", target + "/") : new Artifact($"{source}/{path}", target))
            with { Reason = reason };

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase
        | RegexOptions.NonBacktracking;

    [GeneratedRegex(@"\A\.env|credential|client[-_]?secret|service[-_]?account|\Asecrets\.|\Atoken\.json\z|\.(p8|pem|key|htpasswd)\z",
        Options)]
    private static partial Regex Secret();

    // What is there to be copied and filled in.
    [GeneratedRegex(@"[._-](example|sample|template|dist|schema)(\.[a-z0-9]+)?\z", Options)]
    private static partial Regex Shown();
}
