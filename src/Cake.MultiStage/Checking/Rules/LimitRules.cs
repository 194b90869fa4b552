using System.Globalization;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Packages;

namespace Cake.MultiStage.Checking.Rules;

/// <summary>All that checks look into was looked at as a whole: what was not is told, so that no silence is taken for soundness.</summary>
internal sealed class LookedAtWhole()
    : CheckRule("check-limits", FindingLevel.Note,
        "Whatever an image holds is read up to a bound, so that none can take the machine's memory or time.")
{
    private static readonly IContentSelector[] Selectors = [new PackageContent(), new CheckedContent()];

    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        foreach (var limit in image.Programs.Limits)
        {
            yield return Found($"Checks looked at no more than this: {limit}.",
                "Look at it by hand, or leave it out of the image.") with { Kind = "program", Subject = limit };
        }

        if (image.Measured.Unlisted > 0)
        {
            yield return Found(
                string.Create(CultureInfo.InvariantCulture,
                    $"{image.Measured.Unlisted} files of the image's layers are counted, but not listed: it has more than 2,000,000, or "
                        + $"names of half a gigabyte."),
                "Leave out of the image what it does not need.") with { Count = image.Measured.Unlisted };
        }

        if (image.Measured.UnlistedPackages > 0)
        {
            yield return Found(
                string.Create(CultureInfo.InvariantCulture,
                    $"{image.Measured.UnlistedPackages} packages are named in the image and listed nowhere: it has more than 100,000, or "
                        + $"their texts are larger than is held."),
                "Leave out of the image what it does not need.") with { Count = image.Measured.UnlistedPackages };
        }

        foreach (var node in image.AllFiles.Where(node => node.File is { } file && Says(file, ContainedPackage.NativeAot)))
        {
            yield return Found(
                $"'{node.Path}' is compiled ahead of time from .NET and names none of its packages: packages, licenses and bills of "
                    + "materials lack them.",
                "Where they are asked for, list them where it is built: 'dotnet list package --include-transitive'.",
                node.Path) with { Kind = "native-aot" };
        }

        var cut = image.Measured.Layers
            .SelectMany(layer => layer.Entries)
            .Where(file => file is { Type: ImageFileType.File, Size.Bytes: > 0 } && file.Content.Length < Wanted(file))
            .ToList();
        if (cut.Count > 0)
        {
            var count = cut.Count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" and {cut.Count - 1} more files");
            yield return Found(
                $"'{cut[0].Path}'{count} could not be read as a whole: what checks look into is held up to 64 MB in an image, and 16 MB in "
                    + "a file.",
                "Leave out of the image what it does not need.",
                cut[0].Path) with { Count = cut.Count };
        }

        var large = image.AllFiles
            .Where(node => node.File is { Type: ImageFileType.File } file
                && (PackageScans.IsTooLarge(node.Path, file.Size.Bytes, file.Mode) || Says(file, ContainedPackage.Unread)))
            .ToList();
        if (large.Count > 0)
        {
            var count = large.Count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" and {large.Count - 1} more files");
            yield return Found(
                $"'{large[0].Path}'{count} may name packages, and is too large to be asked: packages, licenses and bills of materials lack "
                    + "what is in it.",
                "Split the archive, as Spring Boot's layers do, or look at it by a scanner of its own.",
                large[0].Path) with { Count = large.Count };
        }
    }

    private static bool Says(ImageFile file, string kind) => file.Contained is [{ Kind: var told }] && told == kind;

    // A list of packages is cut where it is larger than what is asked for.
    private static long Wanted(ImageFile file)
    {
        var wanted = Selectors.Max(selector => selector.BytesOf(file.Path, file.Size.Bytes, file.Mode));
        return wanted == PackageContent.Most && file.Size.Bytes > wanted ? file.Size.Bytes : wanted;
    }
}
