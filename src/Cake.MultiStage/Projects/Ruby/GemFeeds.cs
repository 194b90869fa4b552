using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.Ruby;

/// <summary>The sources of gems beside rubygems.org that the Gemfile names (Bundler's documentation, "bundle config").</summary>
internal static partial class GemFeeds
{
    private static readonly string[] Public = ["rubygems.org", "rails-assets.org", "gem.coop", "mirrors.tuna.tsinghua.edu.cn",
        "gems.ruby-china.com"];

    public static IEnumerable<PrivateFeed> Of(ProjectFolder folder, GemFiles gems) => gems.Gemfile is not { } file ? []
        : Source().Matches(folder.Read(file)).Select(match => match.Groups["url"].Value)
            .Where(url => !PrivateFeed.IsPublic(url, Public))
            .Select(url => PrivateFeed.Of(file, url, uri =>
                $"ruby.Credentials = BuildSecret.FromValue(\"BUNDLE_{Key(uri.Host)}: \\\"USER:\" + "
                + "EnvironmentVariable(\"GEM_TOKEN\") + \"\\\"\\n\");"));

    private static string Key(string host) => host.Replace("-", "___", StringComparison.Ordinal).Replace(".", "__",
        StringComparison.Ordinal)
        .ToUpperInvariant();

    [GeneratedRegex(@"^\s*source\s*\(?\s*['""](?<url>https?://[^'""]+)['""]|\bsource:\s*['""](?<url>https?://[^'""]+)['""]",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Source();
}
