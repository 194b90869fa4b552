using System.Text.RegularExpressions;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects.Sites;

namespace Cake.MultiStage.Projects.Node;

/// <summary>Holds a row of the table of frameworks against a project, and fills it with what the project's files say.</summary>
/// <param name="row">The row.</param>
/// <param name="folder">The project's folder.</param>
/// <param name="package">Its package.json.</param>
/// <param name="script">The script that builds it.</param>
internal sealed partial class FrameworkFit(NodeFramework row, ProjectFolder folder, NodePackage package, string script)
{
    private static readonly string[] PublicFolders = ["public", "static", ".vuepress/public", "src/static"];

    private readonly string _scripts = string.Join('\n', package.Reached(script).DefaultIfEmpty(row.Build ?? ""));

    /// <summary>Gets the row as it is for the project; null where it does not fit.</summary>
    public NodeFramework? Filled => (row.Packages.Any(package.Uses) || IsCalled) && (row.Beside.Count == 0 || row.Beside.Any(package.Uses))
        && (row.Builds is null || Matched(row.Builds, _scripts).Success) ? Read() : null;

    /// <summary>
    /// Gets a value indicating whether its configuration is there and a script calls it: a package of a workspace may have it of the root.
    /// </summary>
    private bool IsCalled => row.Build is { } build && folder.Existing(row.Configuration).Any(file => file != "package.json")
        && _scripts.Contains(build, StringComparison.Ordinal) && package.Scripts.ContainsKey(script);

    private NodeFramework? Read()
    {
        var root = Joined("", row.RootSays is null ? "" : Matched(row.RootSays, _scripts).Groups["root"].Value);
        var configuration = string.Concat(folder.Existing(row.Configuration.Select(file => Joined(root, file)))
            .Select(file => Comment().Replace(folder.Read(file), "")));
        var says = row.Says is null ? Match.Empty : Matched(row.Says, configuration);
        if ((row.Says is not null && !says.Success) || (row.SaysNot is not null && Matched(row.SaysNot, configuration).Success))
        {
            return null;
        }

        if (root.Length == 0 && row.RootSays is not null)
        {
            root = Joined("", Matched(row.RootSays, configuration).Groups["root"].Value);
        }

        var text = configuration + "\n" + _scripts;
        var pages = row.CountsPages ? folder.Find("*.html").Where(page => IsPage(page, root)).ToList() : [];
        if (row.CountsPages && pages.Count == 0)
        {
            return null;
        }

        var said = row.OutputSays is null ? Match.Empty : Matched(row.OutputSays, text);
        var output = says.Groups["output"] is { Success: true } named ? named.Value
            : said.Groups["output"] is { Success: true } other ? said.Groups["here"].Success ? Joined("", other.Value)
                : Joined(root, other.Value)
            : Joined(root, Angular(row.Output));
        return row with
        {
            Output = output,
            Entry = row.Entry is null ? null : Fill(row.Entry),
            Ships = [.. row.Ships.Select(pair => (Fill(pair.Source), Fill(pair.Target)))],
            Base = BasePath.Of(row.BaseSays is null ? "" : Matched(row.BaseSays, text).Groups["base"].Value),
            Fallback = says.Groups["fallback"] is { Success: true } fallback ? fallback.Value : pages.Count > 1 ? null : row.Fallback,
            Hashed = row.Hashed is { } hashed && !IsTaken(hashed, root) ? hashed : null,
            ReadsHistory = row.NeedsHistory is not null && Matched(row.NeedsHistory, configuration).Success,
        };

        string Fill(string part) => part.Replace("{output}", output, StringComparison.Ordinal)
            .Replace("{name}", says.Groups["name"].Value, StringComparison.Ordinal);
    }

    private string Angular(string output) => !output.Contains('{', StringComparison.Ordinal) ? output
        : AngularProject.Read(folder) is var angular
            ? output.Replace("{angular}", angular.Output, StringComparison.Ordinal)
                .Replace("{browser}", angular.Browser, StringComparison.Ordinal)
            : output;

    private static bool IsPage(string page, string root) => root.Length == 0
        ? !page.StartsWith("public/", StringComparison.Ordinal) && page.Count(character => character == '/') < 2
        : page.StartsWith(root + "/", StringComparison.Ordinal);

    /// <summary>Tells whether the project has files of its own where those with hashes in their names are.</summary>
    private bool IsTaken(string hashed, string root) => TopFolder().Match(hashed) is { Success: true } top
        && PublicFolders.Any(own => folder.HasFolder(Joined(root, $"{own}/{top.Groups["name"].Value}")));

    /// <summary>Joins paths of the project; one that leaves it is kept as it is, for the error that tells of it.</summary>
    private static string Joined(string root, string path) => PosixPath.Join(root, path.TrimStart('/'));

    private static Match Matched(string pattern, string text) =>
        Regex.Match(text, pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    [GeneratedRegex(@"^\s*//.*$|/\*[\s\S]*?\*/", RegexOptions.CultureInvariant | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\A\^/(?<name>[A-Za-z_]+)/", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex TopFolder();
}
