using System.Text.RegularExpressions;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Projects.Toolchains;
using Tomlyn;
using Tomlyn.Model;

namespace Cake.MultiStage.Projects.Sites;

/// <summary>Sites that MkDocs or Sphinx makes (their documentation, "Configuration" and "Invocation of sphinx-build").</summary>
internal static partial class PythonSite
{
    private const string Directory = "/src";

    private static readonly string[] MkDocsFiles = ["mkdocs.yml", "mkdocs.yaml"];

    private static readonly string[] SphinxFolders = ["docs/source", "doc/source", "docs", "doc", "source", "."];

    private static readonly string[] Requirements =
    [
        "requirements-docs.txt", "docs-requirements.txt", "requirements/docs.txt", "docs/requirements.txt", "doc/requirements.txt",
        ".readthedocs/requirements.txt", "requirements.txt", "requirements-dev.txt",
    ];

    public static bool IsMkDocs(ProjectFolder folder) => folder.First(MkDocsFiles) is not null;

    public static bool IsSphinx(ProjectFolder folder) => SphinxFolder(folder) is not null;

    /// <summary>Tells whether a folder is nothing but the source of pages: their configuration and the first of them.</summary>
    public static bool IsSphinxAlone(ProjectFolder folder) => SphinxFolder(folder) == "."
        && folder.First("index.rst", "index.md", "contents.rst") is not null && folder.First("pyproject.toml", "setup.py") is null;

    public static SiteBuild MkDocs(ProjectFolder folder, SiteProjectSettings settings)
    {
        var file = folder.First(MkDocsFiles)!;
        var text = folder.Read(file);
        var output = settings.Output?.TrimEnd('/')
            ?? (OutputLine().Match(text) is { Success: true } match ? match.Groups["folder"].Value : "site");
        var theme = Theme(text);
        string[] missing = ["mkdocs", .. theme is "" or "mkdocs" or "readthedocs" ? [] : new[] { "mkdocs-" + theme }];
        var build = Of(folder, settings, "MkDocs", "mkdocs", missing, $"mkdocs build --site-dir {ShellWord.Quoted(output)}", output);
        return build with
        {
            Hashed = theme == "material" ? "^/assets/.+[.][0-9a-f]{8}[.]min[.]" : null,
            Development = new DevelopmentSteps(["mkdocs", "serve", "--dev-addr", "0.0.0.0:" + SiteServer.OwnPort]),
            Findings = [$"{file}: MkDocs makes the site", .. build.Findings],
            Assumptions = [.. build.Assumptions,
                .. History().IsMatch(text) && !settings.Include.Contains(".git") ? new[] { SiteHistory.Missing("MkDocs") } : []],
        };
    }

    public static SiteBuild Sphinx(ProjectFolder folder, SiteProjectSettings settings)
    {
        var source = SphinxFolder(folder)!;
        var text = folder.Read(source == "." ? "conf.py" : source + "/conf.py");
        var output = settings.Output?.TrimEnd('/') ?? "_site";
        var theme = HtmlTheme().Match(text).Groups["theme"].Value.Replace('_', '-');
        string[] missing = ["sphinx", .. theme is "" or "alabaster" or "classic" ? [] : new[] { theme }];
        var build = Of(folder, settings, "Sphinx", "sphinx", missing,
            $"sphinx-build -b html {ShellWord.Quoted(source)} {ShellWord.Quoted(output)}", output,
            installsProject: text.Contains("autodoc", StringComparison.Ordinal) && folder.Existing("pyproject.toml", "setup.py").Count > 0);
        return build with { Findings = [$"conf.py: Sphinx makes the site, of '{source}'", .. build.Findings] };
    }

    private static SiteBuild Of(ProjectFolder folder, SiteProjectSettings settings, string name, string package, string[] missing,
        string command,
        string output, bool installsProject = false)
    {
        var table = ToolchainTable.Default;
        var version = settings.ToolchainVersion is { } given ? VersionChoice.Given(given, table["python"])
            : new VersionChooser(table, table["python"], tag => table.Exists($"python:{tag}-slim"))
                .Choose([.. new[] { ToolPins.FirstLine(folder, ".python-version") }.OfType<VersionRequest>(),
                    .. ToolPins.Of(folder, "python")]);
        var builder = BuilderSteps.Start($"python:{version.Tag}-slim", settings, Directory,
            new Dictionary<string, string>(StringComparer.Ordinal)
                { ["PIP_DISABLE_PIP_VERSION_CHECK"] = "1", ["PIP_ROOT_USER_ACTION"] = "ignore" });
        var requirements =
            Requirements.FirstOrDefault(file => folder.ReadIfThere(file)?.Contains(package, StringComparison.OrdinalIgnoreCase) == true);
        var (group, extra) = requirements is null ? Named(folder, package) : (null, null);
        var cache = RunMount.Cache("/root/.cache/pip");
        const string once = "Installs the generator once; a change of the pages does not repeat it.";
        builder = requirements is not null ? builder.Manifests(folder, [requirements], "What it names changes less often than the pages.")
                .Run($"pip install -r {ShellWord.Quoted(requirements)}", cache).Because(once).Copy(".", ".")
            : group is not null ? builder.Manifests(folder, ["pyproject.toml"], "What it names changes less often than the pages.")
                .Run($"pip install --group {ShellWord.Quoted(group)}", cache).Because(once).Copy(".", ".")
            : extra is not null
            ? builder.Copy(".", ".")
                .Run($"pip install {ShellWord.Quoted($".[{extra}]")}", cache)
                .Because("Installs the generator, and what the pages tell of.")
            : builder.Run($"pip install {string.Join(' ', missing)}", cache).Because(once).Copy(".", ".");
        builder = installsProject && extra is null
            ? builder.Run("pip install .", cache).Because("The pages are made of the program's own texts, too.")
            : builder;
        builder = builder.Run(ShellWord.Sequence(command, SiteBuild.Check(output))).Because("Makes the site of its content.");
        return new SiteBuild(folder, folder.Name, builder, $"{Directory}/{output}")
        {
            Own = folder,
            Directory = Directory,
            Development = new DevelopmentSteps(["sh"]),
            Ignored = [output, "**/__pycache__", "**/.venv", "**/venv"],
            Findings = [$"{requirements ?? ((group ?? extra) is null ? "nothing" : "pyproject.toml")} names its packages",
                $"the finished site is in {output}"],
            Assumptions =
            [
                .. settings.BuilderImage is null ? version.Assumptions : [],
                .. requirements is null && group is null && extra is null
                    ? [new Assumption(
                        $"No file names the packages of {name}: {string.Join(", ", missing)} are installed in their newest versions. Write "
                            + "them into "
                        + "docs/requirements.txt, with a version each.", Doubtful: true)] : Array.Empty<Assumption>(),
            ],
        };
    }

    /// <summary>Finds the group, or else the extra, of pyproject.toml that has a package.</summary>
    /// <exception cref="MultiStageException">The file is not TOML.</exception>
    private static (string? Group, string? Extra) Named(ProjectFolder folder, string package)
    {
        if (folder.ReadIfThere("pyproject.toml") is not { } text)
        {
            return (null, null);
        }

        try
        {
            var root = TomlSerializer.Deserialize<TomlTable>(text)!;
            return (Having(Value(root, "dependency-groups") as TomlTable),
                Having(Value(Value(root, "project") as TomlTable, "optional-dependencies") as TomlTable));
        }
        catch (TomlException exception)
        {
            throw new MultiStageException($"'pyproject.toml' in '{folder.Path}' is not valid TOML: {exception.Message}", exception);
        }

        string? Having(TomlTable? table) => table?.Where(pair => pair.Value is IEnumerable<object?> list
            && list.OfType<string>().Any(one => one.StartsWith(package, StringComparison.OrdinalIgnoreCase)))
                .Select(pair => pair.Key)
                .FirstOrDefault();
    }

    /// <summary>
    /// Returns the theme's name, which stands beside the key or, as <c>name</c>, in the block below it; empty where none is named.
    /// </summary>
    private static string Theme(string text)
    {
        var lines = text.Split('\n').SkipWhile(line => !line.StartsWith("theme:", StringComparison.Ordinal)).ToList();
        var named = lines.Skip(1).TakeWhile(line => line.Length == 0 || char.IsWhiteSpace(line[0])).Select(line => line.Trim())
            .FirstOrDefault(line => line.StartsWith("name:", StringComparison.Ordinal));
        var value = lines.Count == 0
            ? ""
            : lines[0]["theme:".Length..].Trim() is { Length: > 0 } beside
            ? beside
            : named?["name:".Length..].Trim() ?? "";
        return value.Trim('\'', '"') is var name && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_')
            ? name
            : "";
    }

    private static object? Value(TomlTable? table, string name) =>
        table is not null && table.TryGetValue(name, out var value) ? value : null;

    private static string? SphinxFolder(ProjectFolder folder) => SphinxFolders.FirstOrDefault(inner =>
        folder.ReadIfThere(inner == "." ? "conf.py" : inner + "/conf.py") is { } text && SphinxLine().IsMatch(text));

    [GeneratedRegex(@"^site_dir:[ \t]*['""]?(?<folder>[^\s'""#]+)", RegexOptions.CultureInvariant | RegexOptions.Multiline,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex OutputLine();

    [GeneratedRegex(@"git-(revision-date|authors|committers)|git_revision",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex History();

    [GeneratedRegex(@"^(extensions|html_theme|master_doc|root_doc)\s*=",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SphinxLine();

    [GeneratedRegex(@"^html_theme\s*=\s*['""](?<theme>[\w-]+)", RegexOptions.CultureInvariant | RegexOptions.Multiline,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex HtmlTheme();
}
