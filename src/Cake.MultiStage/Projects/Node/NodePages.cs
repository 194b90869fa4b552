using System.Text.RegularExpressions;
using Cake.MultiStage.Projects.Hints;

namespace Cake.MultiStage.Projects.Node;

/// <summary>The pages that a program of Node's shows, where something else than its script <c>build</c> makes them.</summary>
internal static partial class NodePages
{
    /// <summary>Returns the scripts that make them, where there is no <c>build</c>.</summary>
    public static IReadOnlyList<string> Scripts(NodePackage package) => package.Scripts.ContainsKey("build") ? []
        : [.. package.Scripts.Where(script => ScriptName().IsMatch(script.Key) && Bundler().IsMatch(script.Value))
            .Select(script => script.Key).Order(StringComparer.Ordinal)];

    /// <summary>Says what is to be told of pages, and of how they are made.</summary>
    /// <param name="source">Where the program lies.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="script">The script that builds; empty for none.</param>
    public static IEnumerable<Assumption> Assumptions(NodeSource source, NodeProjectSettings settings, string script)
    {
        if (settings.BuildScript is null && Scripts(source.Package) is { Count: > 0 } scripts)
        {
            yield return scripts is [var one] && one == script
                ? new Assumption($"package.json has no script 'build': '{one}' is run. Set BuildScript for another.")
                : new Assumption($"package.json has no script 'build', and {string.Join(", ", scripts)} are not run: set BuildScript to "
                    + "one that does what is needed.", Doubtful: script.Length == 0);
        }

        string[] told = [.. source.Package.Reached(script, "start", "postinstall", "prepare"),
            .. source.RootPackage.Reached("postinstall", "prepare")];
        var built = source.Built.Select(package => package.Folder).ToList();
        foreach (var at in source.Root.Find("package.json").Where(path => path.Count(character => character == '/') is 1 or 2)
            .Select(path => path[..^"/package.json".Length])
            .Where(at => !NodeSource.IsAside(at) && !built.Contains(at, StringComparer.Ordinal)
                && !Array.Exists(told, text => text.Contains(at, StringComparison.Ordinal))))
        {
            if (UnbuiltPages.Maker(new ProjectFolder(Path.Combine(source.Root.Path, at))) is { } tool)
            {
                // A package of a workspace has an image of its own more often than not.
                var isPart = source.Workspace?.Packages.Any(package => package.Folder == at) == true;
                yield return new Assumption($"'{at}' has pages that {tool} makes, and no script that is run here does: the image lacks "
                    + $"them. Describe them as an image of their own, by MultiStageSite(\"{at}\"), or set BuildScript to one that makes "
                    + "them, too.",
                    Doubtful: !isPart && IsShown(source.Folder, at));
            }
        }
    }

    private static bool IsShown(ProjectFolder folder, string at) => SourceFiles.Of(folder, ["*.js", "*.mjs", "*.cjs", "*.ts"],
        path => !path.StartsWith(at + "/", StringComparison.Ordinal))
        .Any(source => Regex.IsMatch(source.Text, $@"['""`/]{Regex.Escape(at)}['""`/]", RegexOptions.NonBacktracking));

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;

    [GeneratedRegex(@"\Abuild[:-](front|front-?end|client|web|ui|app|assets|pages|static|css|js|server|back-?end|prod|production)\z",
        Options)]
    private static partial Regex ScriptName();

    [GeneratedRegex(@"(^|[\s;&|/])(vite|webpack|rollup|parcel|esbuild|gulp|grunt|ng|react-scripts|vue-cli-service|next|nuxt|tsc|tsup|babel"
        + @"|swc|tailwindcss|sass|postcss)(\s|$)", Options)]
    private static partial Regex Bundler();
}
