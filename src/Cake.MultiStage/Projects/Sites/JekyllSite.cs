using System.Text.RegularExpressions;
using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Projects.Sites;

/// <summary>Sites that Jekyll makes, with the gems of a Gemfile (Jekyll's documentation, "Configuration").</summary>
internal static partial class JekyllSite
{
    private static readonly string[] Bundled = ["bundle", "exec"];

    private const string Directory = "/src";

    // What GitHub Pages builds with; its gem does not know the newest.
    private const string PagesVersion = "3.3";

    public static bool Is(ProjectFolder folder) => folder.Has("_config.yml")
        && (folder.ReadIfThere("Gemfile") is { } gems ? Gem().IsMatch(gems) || folder.HasFolder("_layouts")
            : folder.HasFolder("_layouts") || folder.HasFolder("_posts") || folder.HasFolder("_includes"));

    public static SiteBuild Of(ProjectFolder folder, SiteProjectSettings settings)
    {
        var text = folder.Read("_config.yml");
        var gems = folder.ReadIfThere("Gemfile");
        var output = settings.Output?.TrimEnd('/')
            ?? (OutputLine().Match(text) is { Success: true } match ? match.Groups["folder"].Value.TrimStart('.', '/') : "_site");
        var version = Version(folder, gems, settings);
        var builder = BuilderSteps.Start($"ruby:{version.Tag}", settings, Directory,
            new Dictionary<string, string>(StringComparer.Ordinal) { ["JEKYLL_ENV"] = "production" });
        const string once = "Installs the gems once; a change of the pages does not repeat it.";
        // The gem of a theme reads its own files.
        builder = gems is null ? builder.Run("gem install github-pages").Because(once).Copy(".", ".")
            : GemSpecification().IsMatch(gems)
            ? builder.Copy(".", ".").Run("bundle install").Because("Installs the gems, of which the project itself is one.")
            : builder.Manifests(folder, folder.Existing("Gemfile", "Gemfile.lock"), "What they name changes less often than the pages.")
                .Run("bundle install").Because(once).Copy(".", ".");
        var command = $"{(gems is null ? "" : "bundle exec ")}jekyll build --destination {ShellWord.Quoted(output)}";
        builder = builder.Run(ShellWord.Sequence(command, SiteBuild.Check(output))).Because("Makes the site of its content.");
        return new SiteBuild(folder, folder.Name, builder, $"{Directory}/{output}")
        {
            Own = folder,
            Directory = Directory,
            Base = BasePath.Of(BaseLine().Match(text).Groups["base"].Value),
            Development = new DevelopmentSteps([.. gems is null ? [] : Bundled,
                "jekyll", "serve", "--host", "0.0.0.0", "--port", SiteServer.OwnPort]),
            Ignored = [output, "**/.jekyll-cache", "**/.sass-cache", "**/.bundle", "vendor/bundle"],
            Findings = ["_config.yml: Jekyll makes the site", $"the finished site is in {output}"],
            Assumptions =
            [
                .. settings.BuilderImage is null ? version.Assumptions : [],
                .. gems is null
                    ? [new Assumption(
                        "There is no Gemfile: the site is made with the gem github-pages, in its newest version, as GitHub does. Write a "
                            + "Gemfile "
                    + "for other gems.", Doubtful: true)]
                    : folder.Has("Gemfile.lock")
                    ? []
                    : new[] { new Assumption("There is no Gemfile.lock: two builds may install different versions.") },
            ],
        };
    }

    private static VersionChoice Version(ProjectFolder folder, string? gems, SiteProjectSettings settings)
    {
        var table = ToolchainTable.Default;
        if (settings.ToolchainVersion is { } given)
        {
            return VersionChoice.Given(given, table["ruby"]);
        }

        IEnumerable<VersionRequest?> pins =
        [
            ToolPins.FirstLine(folder, ".ruby-version") is { } own
                ? own with { Text = own.Text.Replace("ruby-", "", StringComparison.Ordinal) }
                : null,
            .. ToolPins.Of(folder, "ruby"),
            RubyLine().Match(gems ?? "") is { Success: true } match
                ? new VersionRequest(match.Groups["version"].Value, "Gemfile", Range: null)
                : null,
        ];
        VersionRequest[] asked = [.. pins.OfType<VersionRequest>()];
        return asked.Length == 0 && gems?.Contains("github-pages", StringComparison.Ordinal) != false
            ? VersionChoice.Given(PagesVersion, table["ruby"])
            : new VersionChooser(table, table["ruby"], tag => table.Exists($"ruby:{tag}")).Choose(asked);
    }

    [GeneratedRegex(@"jekyll|github-pages|just-the-docs",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Gem();

    [GeneratedRegex(@"^\s*gemspec\b", RegexOptions.CultureInvariant | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GemSpecification();

    [GeneratedRegex(@"^\s*ruby\s+['""](?<version>[0-9]+\.[0-9]+(\.[0-9]+)?)['""]",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RubyLine();

    [GeneratedRegex(@"^destination:[ \t]*['""]?(?<folder>[^\s'""#]+)", RegexOptions.CultureInvariant | RegexOptions.Multiline,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex OutputLine();

    [GeneratedRegex(@"^baseurl:[ \t]*['""]?(?<base>/[^\s'""#]*)", RegexOptions.CultureInvariant | RegexOptions.Multiline,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex BaseLine();
}
