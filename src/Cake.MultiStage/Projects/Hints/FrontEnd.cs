using System.Text.RegularExpressions;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects.Node;
using Cake.MultiStage.Projects.Sites;

namespace Cake.MultiStage.Projects.Hints;

/// <summary>The pages of a program that tools of Node's make, and that its compiler then takes in.</summary>
/// <param name="Folder">The folder with the <c>package.json</c>.</param>
/// <param name="Target">The folder that the compiler takes in, relative to the project's.</param>
/// <param name="Site">How the pages are made.</param>
internal sealed partial record FrontEnd(string Folder, string Target, SiteBuild Site)
{
    /// <summary>The name of the stage that makes them.</summary>
    public const string StageName = "pages";

    private static readonly HashSet<string> Aside = new(StringComparer.OrdinalIgnoreCase)
        { "example", "examples", "docs", "doc", "test", "tests", "testdata", "e2e", "demo", "vendor", "samples", "fixtures", "website" };

    private static readonly HashSet<string> Placeholders = new(StringComparer.OrdinalIgnoreCase)
        { ".gitkeep", ".keep", ".gitignore", ".placeholder", "placeholder", "readme.md", "placeholder.txt", "empty" };

    /// <summary>Gets the stage that makes the pages.</summary>
    public Stage Stage => Site.Builder.Named(StageName).Because($"Makes the pages of {Folder}, which the program takes in.");

    /// <summary>Brings the pages to where the compiler looks for them.</summary>
    /// <param name="builder">The builder, with the source.</param>
    /// <param name="directory">The project's folder in it.</param>
    public Stage Into(Stage builder, string directory) =>
        builder.CopyFrom(StageName, PosixPath.Rooted(Site.Output) + "/",
        $"{directory}/{Target}/").Because($"The pages that {StageName} made.");

    /// <summary>Tells whether a folder that a compiler takes in is yet to be filled: it is not there, or holds its place alone.</summary>
    /// <param name="folder">The project's folder.</param>
    /// <param name="path">The folder.</param>
    /// <param name="page">Whether a single page may be such a thing: where something is known to make others.</param>
    public static bool IsEmpty(ProjectFolder folder, string path, bool page = false) => !folder.HasFolder(path)
        || folder.FilesBelow(path).Select(PosixPath.NameOf)
            .All(name => Placeholders.Contains(name) || (page && name == "index.html"));

    /// <summary>Finds what fills a folder; null where nothing is known to.</summary>
    public static FrontEnd? For(ProjectFolder folder, string target)
    {
        foreach (var at in folder.Find("package.json").Select(path => path[..^"package.json".Length].TrimEnd('/'))
            .Where(at => !at.Split('/').Any(Aside.Contains)))
        {
            var inner = at.Length == 0 ? folder : new ProjectFolder(Path.Combine(folder.Path, at));
            var package = NodePackage.Read(inner);
            if (Settings(inner, package, at, target) is { } settings)
            {
                return new FrontEnd(at.Length == 0 ? "package.json" : at, target, Build(folder, inner, at, settings));
            }
        }

        return null;
    }

    private static SiteBuild Build(ProjectFolder folder, ProjectFolder inner, string at, SiteProjectSettings settings)
    {
        if (NodeWorkspace.Owning(inner) is { } owner && owner.Root.Path == folder.Path)
        {
            settings.Package = at;
            return NodeSite.Of(folder, settings);
        }

        return NodeSite.Of(at.Length == 0 ? folder : inner.Reaching([Path.GetRelativePath(inner.Path, folder.Path)], "package.json"),
            settings);
    }

    /// <summary>Says how a package's script fills the folder; null where none does.</summary>
    private static SiteProjectSettings? Settings(ProjectFolder inner, NodePackage package, string at, string target)
    {
        foreach (var (script, text) in package.Scripts)
        {
            if (OutputOption().Match(text) is { Success: true } match && Same(at, match.Groups["path"].Value, target))
            {
                return new SiteProjectSettings { BuildScript = script, Output = match.Groups["path"].Value };
            }
        }

        return SiteTools.Of(inner, package, "build") is { } found && found.Tool.Output is { Length: > 0 } output && Same(at, output, target)
            ? new SiteProjectSettings { BuildScript = found.Script ?? "build", Output = output } : null;
    }

    private static bool Same(string at, string path, string target) =>
        PosixPath.Join(PosixPath.Rooted(at), path) == PosixPath.Rooted(target);

    [GeneratedRegex(@"--(outDir|out-dir|dist-dir|dest|output-path)[= ]['""]?(?<path>[^\s'""]+)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex OutputOption();
}
