using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Cake.MultiStage.Reporting.Html;

/// <summary>
/// The report as one HTML page that needs nothing else: its style, its script and all data are in it, and its content security
/// policy lets it load nothing and run nothing but its own script.
/// </summary>
internal static class HtmlReport
{
    // Escapes all that could end a script element or begin a comment in it: < > & ' " and the separators U+2028 and U+2029.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <summary>Writes the page. The same report gives the same bytes.</summary>
    public static async Task WriteAsync(ImageReport report, Stream stream, CancellationToken cancellationToken)
    {
        var page = HtmlPage.Of(report.Measured.Image.ToString());
        await stream.WriteAsync(page.Head, cancellationToken);
        await using (var writer = new Utf8JsonWriter(stream, Options))
        {
            await new HtmlData(writer).WriteAsync(report, cancellationToken);
        }

        await stream.WriteAsync(page.Foot, cancellationToken);
    }
}
