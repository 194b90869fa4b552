using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Checking.Testing;

/// <summary>Tests of the files of an image.</summary>
internal static class FileTests
{
    private const int LargestContent = 16 << 20;
    private const int LongestQuote = 200;

    public static ImageTest Exists(string path, string? mode, string? owner, Regex? content, Regex? without)
    {
        var wanted = mode is null ? (int?)null : ModeOf(mode);
        string?[] what = [mode is null ? null : $"the mode {mode}", owner is null ? null : $"the owner {owner}",
            content is null ? null : $"/{content}/ in it", without is null ? null : $"no /{without}/ in it"];
        var with = string.Join(", ", what.OfType<string>());
        return new ImageTest($"'{path}' exists{(with.Length > 0 ? $", with {with}" : "")}", async (image, token) =>
        {
            if (image.Measured.Files.Resolve(path) is not { } node)
            {
                return image.Measured.Files.BrokenLink(path) is { } link
                    ? $"its link '{link.Path}' leads to nothing." : "it doesn't exist.";
            }

            return (wanted is { } bits ? Mode(node, bits) : null)
                ?? (owner is not null ? Owner(node, owner) : null)
                ?? (content is not null || without is not null ? await ContentAsync(image, node, content, without, token) : null);
        });
    }

    public static ImageTest Missing(string path) => ImageTest.Of($"'{path}' doesn't exist", image =>
        // Links on the way are followed, as /bin is one in most images; a link at the path itself is something, wherever it leads.
        (image.Measured.Files.Resolve(PosixPath.FolderOf(path))?.Child(PosixPath.NameOf(path)) ?? image.Measured.Files.Resolve(path))
            is not { } node ? null
            : $"it does, brought by '{image.Measured.Layers[node.Layer].CreatedBy}'.");

    /// <exception cref="MultiStageException">It is not octal.</exception>
    private static int ModeOf(string mode)
    {
        try
        {
            return Convert.ToInt32(mode, 8);
        }
        catch (Exception exception) when (exception is FormatException or OverflowException or ArgumentException)
        {
            throw new MultiStageException($"'{mode}' is not a valid mode. Write it in octal, such as \"0755\".", exception);
        }
    }

    private static string? Mode(FileSystemNode node, int wanted) =>
        node.File is not { } file ? "no layer lists it, so its mode is not known."
        : file.Mode == wanted ? null
        : $"its mode is {Convert.ToString(file.Mode, 8).PadLeft(4, '0')}.";

    private static string? Owner(FileSystemNode node, string owner)
    {
        if (node.File is not { } file)
        {
            return "no layer lists it, so its owner is not known.";
        }

        var found = string.Create(CultureInfo.InvariantCulture, $"{file.UserId}:{file.GroupId}");
        return owner == found || owner == file.UserId.ToString(CultureInfo.InvariantCulture) ? null : $"its owner is {found}.";
    }

    private static async Task<string?> ContentAsync(
        TestedImage image, FileSystemNode node, Regex? content, Regex? without, CancellationToken cancellationToken)
    {
        if (node.IsDirectory)
        {
            return "it is a directory.";
        }

        var text = Encoding.UTF8.GetString((await image.Reader.HeadAsync(node, LargestContent, cancellationToken)).Span);
        var isCut = node.Size.Bytes > LargestContent;
        return without?.IsMatch(text) == true ? Quoted(text)
            : content?.IsMatch(text) == false ? isCut ? "it is not in the first 16 MB of the file." : Quoted(text)
            : isCut && without is not null ? "no more than the first 16 MB of the file were looked at."
            : null;
    }

    private static string Quoted(string text) =>
        $"its text is '{LogText.Clean(text.Length > LongestQuote ? text[..LongestQuote] + "…" : text)}'.";
}
