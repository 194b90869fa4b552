using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.Python;

/// <summary>The indexes beside PyPI that a project's files name.</summary>
internal static partial class PythonFeeds
{
    private static readonly string[] Public =
    [
        "pypi.org", "pythonhosted.org", "pypi.python.org", "download.pytorch.org", "pypi.nvidia.com", "piwheels.org", "mirrors.aliyun.com",
        "pypi.tuna.tsinghua.edu.cn", "pypi.doubanio.com", "mirrors.cloud.tencent.com", "repo.huaweicloud.com",
    ];

    public static IEnumerable<PrivateFeed> Of(ProjectFolder folder, PythonSource source) =>
        (source.Requirements?.Files ?? []).SelectMany(file => Found(folder, file, Option()))
            .Concat(Found(folder, "pyproject.toml", Table())).Concat(Found(folder, "Pipfile", Table()))
            .Select(one => PrivateFeed.Of(one.File, one.Address, uri => Line(source, uri)));

    private static string Line(PythonSource source, Uri uri)
    {
        var (open, close) = source.Manifest == PythonManifest.Uv ? ("[[index]]\\nurl = \\\"", "\\\"\\n")
            : ("[global]\\nextra-index-url = ", "\\n");
        return $"python.Credentials = BuildSecret.FromValue(\"{open}{uri.Scheme}://USER:\" + EnvironmentVariable(\"FEED_TOKEN\") + "
            + $"\"@{uri.Authority}{uri.AbsolutePath}{close}\");";
    }

    private static IEnumerable<(string File, string Address)> Found(ProjectFolder folder, string file, Regex pattern) =>
        pattern.Matches(folder.ReadIfThere(file) ?? "").Select(match => (file, match.Groups["url"].Value))
            .Where(one => !PrivateFeed.IsPublic(one.Value, Public));

    [GeneratedRegex(@"^\s*(--extra-index-url|--index-url|-i)[= ]\s*(?<url>https?://\S+)",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Option();

    // The tables of uv, Poetry, PDM and Pipenv.
    [GeneratedRegex(@"^\[\[(tool\.(uv\.index|poetry\.source|pdm\.source)|source)\]\][^\[]*?^\s*url\s*=\s*""(?<url>https?://[^""]+)"""
        + @"|^\s*(extra-)?index-url\s*=\s*\[?\s*""(?<url>https?://[^""]+)""",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Table();
}
