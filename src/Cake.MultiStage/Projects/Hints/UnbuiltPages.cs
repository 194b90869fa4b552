using System.Text.RegularExpressions;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects.Node;
using Cake.MultiStage.Projects.Sites;

namespace Cake.MultiStage.Projects.Hints;

/// <summary>Pages in a folder of the project that tools of Node's make, and that no step of the preset does.</summary>
internal static partial class UnbuiltPages
{
    private const int Deepest = 3;

    private static readonly string[] Makers =
    [
        "package.json", "gulpfile.js", "gulpfile.mjs", "gulpfile.ts", "Gruntfile.js", "webpack.config.js", "rollup.config.js",
        "rollup.config.mjs", "vite.config.js", "vite.config.ts", "build.js", "build.mjs", "esbuild.js",
    ];

    private static readonly string[] Builds = ["pom.xml", "build.gradle", "build.gradle.kts"];
    private static readonly string[] Plugins = ["frontend-maven-plugin", "node-gradle", "com.github.node", "vaadin", "jhipster"];

    /// <summary>Tells of them.</summary>
    public static IEnumerable<Assumption> Of(Preset preset, ProjectFolder folder)
    {
        if (preset.IsSite || HasNode(preset) || folder.Existing(Builds).Where(folder.Has)
            .Any(file => Array.Exists(Plugins, name => folder.Read(file).Contains(name, StringComparison.Ordinal))))
        {
            yield break;
        }

        foreach (var at in OfRoot(folder))
        {
            yield return Lacking(at, "Vite", "MultiStageSite(\".\"), with site.Output");
        }

        foreach (var path in folder.Find("package.json").Where(path => path.Count(character => character == '/') is > 0 and <= Deepest))
        {
            var at = path[..^"/package.json".Length];
            if (NodeSource.IsAside(at) || Maker(new ProjectFolder(Path.Combine(folder.Path, at))) is not { } tool)
            {
                continue;
            }

            if (Made(folder, at) is { } made)
            {
                yield return new Assumption(
                    $"'{at}' has pages that {tool} makes, and that the program takes in by way of {made}: the file of the project is taken "
                        + "as it is. Make it anew where the pages have changed.");
            }
            else
            {
                yield return Lacking(at, tool, $"MultiStageSite(\"{at}\")");
            }
        }
    }

    private static Assumption Lacking(string at, string tool, string call) => new($"'{at}' has pages that {tool} makes, and no step here "
        + $"does: the image lacks them. Describe them as an image of their own, by {call}, or make them before, where the program shows "
        + "them itself.", Doubtful: true);

    /// <summary>Finds folders whose pages the packages of the project's own folder make, as those that another compiler writes.</summary>
    private static IEnumerable<string> OfRoot(ProjectFolder folder) =>
        !folder.Has("package.json") || !NodePackage.Read(folder).Uses("vite") ? [] : folder.Find([.. NodeFrameworks.Named("vite.config")])
            .Where(path => path.Count(character => character == '/') is > 0 and <= Deepest).Select(path => path[..path.LastIndexOf('/')])
            .Where(at => !NodeSource.IsAside(at) && !folder.Has(at + "/package.json")).Distinct(StringComparer.Ordinal);

    /// <summary>Finds the source of the program that the pages are made into, which the project holds; null where there is none.</summary>
    private static string? Made(ProjectFolder folder, string at)
    {
        var names = folder.Existing(Makers.Select(name => $"{at}/{name}")).Where(folder.Has)
            .SelectMany(file => SourceName().Matches(folder.Read(file))).Select(match => match.Groups["name"].Value)
            .ToHashSet(StringComparer.Ordinal);
        // A program that a script starts, as in 'go run main.go', is not made of pages.
        return names.Count == 0 ? null : folder.Find("*.h", "*.hpp", "*.inc", "*.c", "*.go", "*.rs").FirstOrDefault(path =>
            names.Contains(PosixPath.NameOf(path)) && !folder.Read(path).Contains("main(", StringComparison.Ordinal));
    }

    /// <summary>Returns what makes the pages of a folder; null where nothing is known to.</summary>
    public static string? Maker(ProjectFolder folder)
    {
        try
        {
            return NodePackage.Read(folder) is var package && SiteTools.IsSite(folder, package)
                ? SiteTools.Of(folder, package, "build")?.Tool.Name : null;
        }
        catch (MultiStageException)
        {
            // A file of that name that is none is no part of the program.
            return null;
        }
    }

    private static bool HasNode(Preset preset) => preset.Stages.Append(preset.Builder).Any(stage => IsNode(stage.Base.Text)
        || stage.Instructions.OfType<CopyInstruction>().Any(copy => copy.From is { } from && IsNode(from)));

    private static bool IsNode(string image) => image.StartsWith("node:", StringComparison.Ordinal)
        || image.StartsWith("oven/bun", StringComparison.Ordinal) || image.StartsWith("denoland/", StringComparison.Ordinal);

    // A file that compilers read, by its name alone or behind a path.
    [GeneratedRegex(@"[""'/ ](?<name>[A-Za-z0-9_.-]+\.(h|hpp|inc|c|go|rs))[""'\s]",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex SourceName();
}
