using System.Text;
using System.Text.RegularExpressions;
using Cake.MultiStage.Checking.Programs;
using Cake.MultiStage.Measuring.Analysis;

namespace Cake.MultiStage.Checking.Rules;

/// <summary>The user may write to the folders that the program is known to write to.</summary>
internal sealed partial class WritableFoldersAreWritable()
    : CheckRule("needs-folder", FindingLevel.Warning, "A program that may not write where it keeps its data fails when it first does.")
{
    // Where nginx keeps what it receives, as its packages are built.
    private static readonly string[] OfNginx = ["/var/cache/nginx", "/var/lib/nginx"];

    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        if (image.User.IsRoot || image.User.Id is null)
        {
            return [];
        }

        return Wanted(image)
            .Where(wanted => !MayWrite(image, wanted.Folder))
            .DistinctBy(wanted => wanted.Folder, StringComparer.Ordinal)
            .Select(wanted => Found(
                $"{wanted.Why}, and {(image.Files.Resolve(wanted.Folder) is null
                    ? $"there is no folder '{wanted.Folder}': the engine makes it for root"
                    : $"user '{image.Settings.User}' may not write to '{wanted.Folder}'")}.",
                $"Make the folder in the image with its owner, as in project.WritableFolders.Add(\"{wanted.Folder}\"), or by COPY --chown.",
                wanted.Folder,
                image.InstructionOf(wanted.Folder)) with { Kind = wanted.Kind });
    }

    private static IEnumerable<(string Folder, string Why, string? Kind)> Wanted(CheckedImage image) =>
    [
        .. image.Settings.Volumes.Select(volume => (image.Settings.Absolute(volume), $"'{volume}' is a volume", (string?)"volume")),
        .. Databases(image),
        .. Nginx(image),
    ];

    private static IEnumerable<(string Folder, string Why, string? Kind)> Databases(CheckedImage image)
    {
        var settings = image.OwnFiles
            .Where(
                node => node.Name is "appsettings.json" or "appsettings.Production.json" or ".env"
                    && node.File is { Content.IsEmpty: false })
            .Select(node => (node.Path, Text: Encoding.UTF8.GetString(node.File!.Content.Span)));
        foreach (var (source, text) in settings.Concat(image.Settings.Environment.Select(variable => (variable.Key, Text: variable.Value))))
        {
            foreach (Match match in Database().Matches(text))
            {
                var file = image.Settings.Absolute(match.Groups["file"].Value);
                yield return (file[..Math.Max(file.LastIndexOf('/'), 1)].Replace("/./", "/", StringComparison.Ordinal),
                    $"'{source}' names the database '{match.Groups["file"].Value}'", null);
            }
        }
    }

    private static IEnumerable<(string Folder, string Why, string? Kind)> Nginx(CheckedImage image)
    {
        if (image.Main is not { } program
            || CommandLine.NameOf(program.Name) != "nginx"
            || OfNginx.FirstOrDefault(folder => image.Files.Resolve(folder) is not null) is not { } cache)
        {
            yield break;
        }

        var isElsewhere = image.Files.Find("/etc/nginx")?.Descendants().Heeding(image.CancellationToken)
            .Any(
                node => node.File is { Content.IsEmpty: false } file
                    && Encoding.UTF8.GetString(file.Content.Span).Contains("client_body_temp_path", StringComparison.Ordinal)) == true;
        if (!isElsewhere)
        {
            yield return (cache, $"'{program.Path}' keeps what it receives in '{cache}'", null);
        }
    }

    private static bool MayWrite(CheckedImage image, string folder) =>
        image.Files.Resolve(folder) is { IsDirectory: true } node
        && image.User.Barrier(node) is null
        // nginx' packages give the folders in it, which are what is written to, to its user.
        && (image.User.CanWrite(node)
            || (node.Children.Count > 0 && node.Children.All(child => child.IsDirectory && image.User.CanWrite(child))));

    [GeneratedRegex(
        @"(data source\s*=\s*|datasource\s*=\s*|sqlite:///|file:)(?<file>/?[A-Za-z0-9_./-]+\.(db|sqlite|sqlite3))",
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Database();
}
