using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace Cake.MultiStage.Reporting.Html;

/// <summary>
/// Several images on one page that needs nothing else and has no script: a row per image, which leads to the image's own report.
/// </summary>
internal static class OverviewPage
{
    private const string Style =
        """
        main { max-inline-size: 100rem; margin-inline: auto; padding: 1.5rem 1rem; }
        main { display: grid; gap: 1rem; grid-template-columns: minmax(0, 1fr); }
        .scroll { overflow-x: auto; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; }
        table { border-collapse: collapse; inline-size: 100%; }
        th, td { padding: 0.375rem 0.75rem; text-align: start; vertical-align: top; border-block-end: 1px solid var(--line); }
        tbody tr:last-child > * { border-block-end: 0; }
        thead th { color: var(--muted); font-weight: 600; white-space: nowrap; }
        tbody th { font: 600 0.9286em/1.5 var(--mono); overflow-wrap: anywhere; min-inline-size: 12rem; }
        .number { text-align: end; white-space: nowrap; }
        meter { display: block; inline-size: 100%; min-inline-size: 8rem; }
        """;

    public static string Text(Overview overview)
    {
        var style = $"{HtmlPage.Read("base.css")}{Style}\n".ReplaceLineEndings("\n");
        var policy = $"default-src 'none'; style-src '{HtmlPage.Hash(style)}'; base-uri 'none'; form-action 'none'";
        var page = new StringBuilder();
        page.Append(
            CultureInfo.InvariantCulture,
            $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="{policy}">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <title>{Encoded(overview.Summary)}</title>
            <style>{style}</style>
            </head>
            <body>
            <main>
            <h1>{Encoded(overview.Summary)}</h1>
            <div class="scroll" tabindex="0" role="region" aria-label="Images">
            <table>
            <thead><tr><th scope="col">Image</th>
            """);
        foreach (var column in OverviewImage.Columns)
        {
            page.Append(CultureInfo.InvariantCulture,
                $"<th scope=\"col\"{(IsNumber(column) ? " class=\"number\"" : "")}>{Encoded(column.TrimStart('#'))}</th>");
        }

        page.Append("</tr></thead>\n<tbody>\n");
        var largest = overview.Images.Max(image => image.Report.Image.Size.Bytes);
        foreach (var image in overview.Images)
        {
            Row(page, image, largest);
        }

        page.Append(
            """
            </tbody>
            </table>
            </div>
            <p class="note">Made by Cake.MultiStage. Sizes are bytes of uncompressed files in layers, in decimal units; what a pull costs is
            compressed.</p>
            </main>
            </body>
            </html>

            """);
        return page.ToString().ReplaceLineEndings("\n");
    }

    private static void Row(StringBuilder page, OverviewImage image, long largest)
    {
        var size = image.Report.Image.Size;
        var (link, name) = ($"{Encoded(image.Folder)}/{ReportFolder.HtmlName}", Encoded(LogText.Clean(image.Report.Image.Name)));
        page.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\"><a href=\"{link}\">{name}</a>");
        page.Append(CultureInfo.InvariantCulture,
            $"<meter min=\"0\" max=\"{Math.Max(largest, 1)}\" value=\"{size.Bytes}\" aria-label=\"{size}\"></meter></th>");
        foreach (var (column, cell) in OverviewImage.Columns.Zip(image.Cells))
        {
            page.Append(CultureInfo.InvariantCulture,
                $"<td{(IsNumber(column) ? " class=\"number\"" : "")}>{Encoded(LogText.Clean(cell))}</td>");
        }

        page.Append("</tr>\n");
    }

    private static bool IsNumber(string column) => column.StartsWith('#');

    private static string Encoded(string text) => HtmlEncoder.Default.Encode(text);
}
