using System.Buffers.Text;
using System.IO.Compression;
using Cake.MultiStage.Reporting.Document;

namespace Cake.MultiStage.Reporting.Html;

/// <summary>
/// The report as one HTML page that needs nothing else: its style, its script and all of <c>report.json</c> are in it, and its content
/// security policy lets it load nothing and run nothing but its own script. The document is packed (zlib, in Base64): a large image's page
/// is a fourth of its size, and no text in it can be taken for markup.
/// </summary>
internal static class HtmlReport
{
    /// <summary>Writes the page. The same report gives the same bytes.</summary>
    public static async Task WriteAsync(ImageReport report, Stream stream, CancellationToken cancellationToken)
    {
        var page = HtmlPage.Of(report.Image.Name);
        await stream.WriteAsync(page.Head, cancellationToken);
        await stream.WriteAsync(await PackAsync(report, cancellationToken), cancellationToken);
        await stream.WriteAsync(page.Foot, cancellationToken);
    }

    private static async Task<ReadOnlyMemory<byte>> PackAsync(ImageReport report, CancellationToken cancellationToken)
    {
        using var packed = new MemoryStream();
        await using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            await ReportJson.WriteAsync(report, json => json.ImageReport, zlib, cancellationToken);
        }

        var bytes = packed.GetBuffer().AsMemory(0, (int)packed.Length);
        var text = new byte[Base64.GetMaxEncodedToUtf8Length(bytes.Length)];
        Base64.EncodeToUtf8(bytes.Span, text, out _, out var written);
        return text.AsMemory(0, written);
    }
}
