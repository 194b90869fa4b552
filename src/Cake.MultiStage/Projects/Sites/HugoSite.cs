using System.Text.RegularExpressions;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Projects.Node;
using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Projects.Sites;

/// <summary>
/// Sites that Hugo makes, in its own image, which is the extended edition with Go, Node.js and git (gohugoio/hugo, Dockerfile).
/// </summary>
internal static partial class HugoSite
{
    private const string Directory = "/src";
    private const string Port = SiteServer.OwnPort;

    /// <summary>The oldest release that has an image.</summary>
    private static readonly Version Oldest = new(0, 132, 0);

    private static readonly string[] Extensions = ["toml", "yaml", "yml", "json"];

    private static readonly string[] Files = [.. Extensions.Select(extension => "hugo." + extension)];

    /// <summary>The older names; other generators' files are called so, too.</summary>
    public static readonly string[] OldFiles = [.. Extensions.Select(extension => "config." + extension)];

    /// <summary>The names in a folder of their own.</summary>
    public static readonly string[] Folders =
        [.. Extensions.SelectMany(extension => new[] { $"config/_default/hugo.{extension}", $"config/_default/config.{extension}" })];

    public static bool Is(ProjectFolder folder) => Configuration(folder) is not null;

    /// <summary>Tells whether a folder is a theme, which makes no pages by itself (Hugo's documentation, "Create a theme").</summary>
    public static bool IsTheme(ProjectFolder folder) => folder.HasFolder("layouts") && !folder.HasFolder("content")
        && (folder.Has("theme.toml") || (folder.Has("go.mod") && !Is(folder)));

    /// <summary>Says what to do of a theme.</summary>
    public static MultiStageException ThemeAlone(ProjectFolder folder) => new(
        $"'{folder.Path}' is a theme of Hugo, which makes no pages by itself: describe the site that uses it"
        + (folder.First("exampleSite", "example", "demo") is { } example
            ? $", such as MultiStageSite(\"{example}\") for its example."
            : "."));

    /// <exception cref="MultiStageException">Its theme is missing.</exception>
    public static SiteBuild Of(ProjectFolder folder, SiteProjectSettings settings)
    {
        var file = Configuration(folder)!;
        var text = folder.Read(file);
        RequireTheme(folder, file, text);
        var output = settings.Output?.TrimEnd('/') ?? "public";
        var (version, pin, told) = Version(folder, settings);
        var builder = BuilderSteps.Start("ghcr.io/gohugoio/hugo:v" + version, settings, Directory);
        builder = builder with { Instructions = [new UserInstruction("root"), .. builder.Instructions] };
        var commands = new List<string> { $"hugo --minify --destination {ShellWord.Quoted(output)}" };
        NodeSource? source = null;
        NodeManager? manager = null;
        if (folder.Has("package.json") && NodePackage.Read(folder) is { HasAnyDependencies: true } package)
        {
            (source, manager) = (new NodeSource(folder, package, folder, package), NodeManager.Of(folder, package, "22"));
            builder = NodeSteps.Install(manager.In(builder, settings), settings, source, manager);
            if (package.Scripts.ContainsKey(settings.BuildScript))
            {
                var builds = package.Reached(settings.BuildScript).ToList();
                // A script that does more than to call Hugo itself.
                if (builds.Exists(script => ShellLine.Parse(script).Commands.Any(command => !HugoCall().IsMatch(command.Text))))
                {
                    commands = builds.Exists(script => HugoCall().IsMatch(script))
                        ? [manager.Run(settings.BuildScript)]
                        : [manager.Run(settings.BuildScript), .. commands];
                }
            }
        }

        builder = builder.Copy(".", ".")
            .Run(ShellWord.Sequence([.. commands, SiteBuild.Check(output)]), RunMount.Cache("/cache"))
            .Because("Makes the site of its content.");
        var address = BaseLine().Match(text).Groups["url"].Value;
        return new SiteBuild(folder, folder.Name, builder, $"{Directory}/{output}")
        {
            Own = folder,
            Directory = Directory,
            Base = BasePath.Of(address),
            Development = new DevelopmentSteps(["hugo", "server", "--bind", "0.0.0.0", "--port", Port]),
            Credentials = source is null ? null : NodeSteps.Credentials,
            Ignored = [output, "resources/_gen", ".hugo_build.lock", .. source is null ? [] : NodeSteps.Ignored],
            Findings =
            [
                $"{file}: Hugo makes the site", .. pin is null ? [] : new[] { $"{pin} asks for Hugo {version}" },
                .. manager is null ? [] : new[] { $"{manager.Name} installs the packages of package.json" },
                $"the finished site is in {output}",
            ],
            Assumptions = [.. told, .. Assumptions(text, address, settings)],
        };
    }

    private static string? Configuration(ProjectFolder folder) =>
        (folder.First(Files)
            ?? (folder.HasFolder("content") || folder.HasFolder("themes") || folder.HasFolder("layouts")
                ? folder.First(OldFiles)
                : null)) is { } found
            // Zola's file is called so, too, and says base_url.
            ? folder.Read(found).Contains("base_url", StringComparison.Ordinal) ? null : found
            : folder.First(Folders);

    private static IEnumerable<Assumption> Assumptions(string text, string address, SiteProjectSettings settings)
    {
        if (address.Contains("//", StringComparison.Ordinal) && !settings.BuilderEnvironment.ContainsKey("HUGO_BASEURL"))
        {
            yield return new Assumption($"The pages link to '{address}', the baseURL of the configuration. For another address set "
                + "site.BuilderEnvironment[\"HUGO_BASEURL\"] = \"/\".", Doubtful: Example().IsMatch(address));
        }

        if (History().IsMatch(text) && !settings.Include.Contains(".git"))
        {
            yield return new Assumption(
                "Hugo is to read the history of the repository (enableGitInfo), and '.git' stays out of the build context: pages come "
                    + "without "
                + "the days of their changes. Set site.Include.Add(\".git\").", Doubtful: true);
        }
    }

    /// <exception cref="MultiStageException">A theme that the configuration names doesn't exist.</exception>
    private static void RequireTheme(ProjectFolder folder, string file, string text)
    {
        foreach (var theme in ThemeLine().Match(text).Groups["theme"].Captures.Select(capture => capture.Value)
            .Where(theme => !theme.Contains('/', StringComparison.Ordinal)))
        {
            var path = "themes/" + theme;
            if (!folder.HasFolder(path) ? !folder.Has("go.mod") : folder.Entries(path).Count == 0)
            {
                throw new MultiStageException(
                    $"{file} in '{folder.Path}' names the theme '{theme}', and '{path}' is "
                        + $"{(folder.HasFolder(path) ? "empty" : "not there")}: "
                    + "Hugo would make no pages of it. Where it is a submodule run: git submodule update --init --recursive");
            }
        }
    }

    private static (string Version, string? Pin,
        IReadOnlyList<Assumption> Assumptions) Version(ProjectFolder folder, SiteProjectSettings settings)
    {
        var newest = ToolchainTable.Default["hugo"].Releases[0].Version;
        if (settings.ToolchainVersion is { } given)
        {
            return (given.TrimStart('v'), null, []);
        }

        var pin = Pins(folder).FirstOrDefault(
            pin => VersionText.Parse(pin.Text) is not null && pin.Text.Count(character => character == '.') == 2);
        if (settings.BuilderImage is not null || pin is null)
        {
            return (newest, null, settings.BuilderImage is not null ? [] :
                [new Assumption(
                    $"No file names a version of Hugo: {newest}, the newest that is known, makes the site. Set ToolchainVersion for "
                        + "another.")]);
        }

        return VersionText.Parse(pin.Text) >= Oldest ? (pin.Text, pin.File, [])
            : (newest, null,
                [new Assumption($"{pin.File} asks for Hugo {pin.Text}, which has no image: those begin with {Oldest}. {newest} is taken. "
                + "Themes may need changes for it; set ToolchainVersion, or BuilderImage to one that has the older.", Doubtful: true)]);
    }

    /// <summary>Finds what pins the version: files of version managers, and settings of hosts that build the site, in this order.</summary>
    private static IEnumerable<VersionRequest> Pins(ProjectFolder folder)
    {
        IEnumerable<VersionRequest?> files =
        [
            ToolPins.FirstLine(folder, ".hugo-version"), ToolPins.FirstLine(folder, ".hvm"),
            .. ToolPins.Of(folder, "hugo", "hugo-extended"), Found("netlify.toml"),
            .. folder.HasFolder(".github/workflows")
                ? folder.Entries(".github/workflows").Select(name => Found(".github/workflows/" + name))
                : [],
            Found(".gitlab-ci.yml"), Found("Dockerfile"), Found("package.json"),
        ];
        return files.OfType<VersionRequest>().Select(pin => pin with { Text = Edition().Replace(pin.Text, "") });

        VersionRequest? Found(string file) => PinLine().Match(folder.ReadIfThere(file) ?? "") is { Success: true } match
            ? new VersionRequest(match.Groups["version"].Value, file, Range: null) : null;
    }

    [GeneratedRegex(
        @"(?:HUGO_VERSION\s*[:=]\s*|hugo-version:\s*|""(?:hugo-extended|hugo-bin)""\s*:\s*)['""]?\^?v?(?<version>[0-9]+\.[0-9]+\.[0-9]+)",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex PinLine();

    [GeneratedRegex(@"\A(v|extended_|hugo_)+|/.*\z|-.*\z",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Edition();

    [GeneratedRegex(@"^\s*['""]?baseURL['""]?\s*[:=]\s*['""]?(?<url>[^'""\s,]+)",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BaseLine();

    [GeneratedRegex(@"^\s*['""]?theme['""]?\s*[:=]\s*(\[\s*)?(['""]?(?<theme>[^'"",\[\]\s]+)['""]?\s*,?[ \t]*)+\]?",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ThemeLine();

    [GeneratedRegex(@"^\s*['""]?enableGitInfo['""]?\s*[:=]\s*true",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex History();

    [GeneratedRegex(@"//(www\.)?example\.(com|org|net)",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Example();

    [GeneratedRegex(@"(\A|[\s/;&])hugo(\s|\z)",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex HugoCall();
}
