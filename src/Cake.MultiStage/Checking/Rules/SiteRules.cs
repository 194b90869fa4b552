using System.Text;
using System.Text.RegularExpressions;
using Cake.MultiStage.Checking.Programs;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Analysis;

namespace Cake.MultiStage.Checking.Rules;

/// <summary>A web server of files serves the image's own page, and not the one that its base brings to say that it works.</summary>
internal sealed partial class SiteIsItsOwn()
    : CheckRule("start-site", FindingLevel.Warning,
        "A server whose folder has no page of the image's own answers with its base's page of welcome, or with an error.")
{
    private const string Page = "index.html";

    // What is served without, or beside, a folder of files.
    private static readonly string[] Others = ["proxy_pass", "fastcgi_pass", "uwsgi_pass", "alias ", "autoindex", "return ", "ProxyPass"];

    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        if (image.Main is not { Path: not null } program || Roots(image, CommandLine.NameOf(program.Name)) is not { Count: > 0 } roots)
        {
            yield break;
        }

        var own = image.OwnFiles.Where(node => !node.IsDirectory).ToList();
        if (roots.Any(root => IsOwn(image, $"{root}/{Page}")) || own.Find(node => IsUnder(node.Path, roots)) is not { } served)
        {
            yield break;
        }

        var root = roots.First(folder => IsUnder(served.Path, [folder]));
        var ours = own.Find(node => node.Name == Page && IsUnder(node.Path, [root]));
        var others = image.Files.Resolve($"{root}/{Page}");
        if (ours is not null || others is not null)
        {
            yield return Found(
                (others is null ? $"There is no '{root}/{Page}'" : $"'{root}/{Page}' is the base's own page")
                    + (ours is null
                        ? $", and the image brings none: '{served.Path}' is of its own."
                        : $": the image's own is '{ours.Path}'."),
                ours is null
                    ? $"Copy the whole site, with its {Page}, into '{root}'."
                    : $"Copy '{ours.Path[..ours.Path.LastIndexOf('/')]}' itself into '{root}', or have the server serve that folder.",
                $"{root}/{Page}",
                image.InstructionOf(served.Layer));
        }
    }

    private static bool IsOwn(CheckedImage image, string path) => image.Files.Resolve(path) is { } node && node.Layer >= image.BaseLayers;

    private static bool IsUnder(string path, IReadOnlyList<string> roots) =>
        roots.Any(root => path.StartsWith(root + "/", StringComparison.Ordinal));

    /// <summary>Gets the folders that a server serves; none where that can't be told.</summary>
    private static IReadOnlyList<string> Roots(CheckedImage image, string server)
    {
        var (folder, usual) = server switch
        {
            "nginx" => ("/etc/nginx", new[] { "/usr/share/nginx/html", "/var/www/html" }),
            "httpd" or "apache2" or "httpd-foreground" or "apachectl" or "apache2ctl" =>
                ("/etc/apache2", ["/usr/local/apache2/htdocs", "/var/www/html"]),
            "caddy" => ("/etc/caddy", ["/usr/share/caddy", "/srv"]),
            "lighttpd" => ("/etc/lighttpd", ["/var/www/html"]),
            _ => ("", []),
        };
        if (folder.Length == 0)
        {
            return [];
        }

        // What the image itself says counts before what its base says.
        var settings = image.Files.Find(folder)?.Descendants().Heeding(image.CancellationToken)
            .Where(node => node.File is { Type: ImageFileType.File, Content.IsEmpty: false })
            .ToList() ?? [];
        var own = settings.Where(node => node.Layer >= image.BaseLayers).Select(TextOf).ToList();
        if (own.Exists(text => Others.Any(other => text.Contains(other, StringComparison.Ordinal))))
        {
            return [];
        }

        var named = own.SelectMany(RootsIn).ToList();
        named = named.Count > 0 ? named : [.. settings.Select(TextOf).SelectMany(RootsIn)];
        return [.. (named.Count > 0 ? named : usual.AsEnumerable())
            .Where(root => image.Files.Resolve(root) is { IsDirectory: true })
            .Distinct(StringComparer.Ordinal)];
    }

    private static string TextOf(FileSystemNode node) => Encoding.UTF8.GetString(node.File!.Content.Span);

    private static IEnumerable<string> RootsIn(string text) =>
        Root().Matches(text).Select(match => match.Groups["folder"].Value.TrimEnd('/')).Where(folder => folder.Length > 1);

    [GeneratedRegex(
        @"^\s*(root\s+(\*\s+)?|DocumentRoot\s+|server\.document-root\s*=\s*)[""']?(?<folder>/[^\s;""'{}$]+)",
        RegexOptions.NonBacktracking | RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Root();
}
