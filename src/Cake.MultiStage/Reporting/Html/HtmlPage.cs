using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;

namespace Cake.MultiStage.Reporting.Html;

/// <summary>What stands in the page before and after the data.</summary>
/// <param name="Head">The bytes before the data.</param>
/// <param name="Foot">The bytes after it.</param>
internal sealed record HtmlPage(ReadOnlyMemory<byte> Head, ReadOnlyMemory<byte> Foot)
{
    // In the order in which they stand on each other.
    private static readonly string[] Styles = ["base.css", "page.css", "explorer.css", "print.css"];
    private static readonly string[] Scripts =
    [
        "dom.js", "format.js", "data.js", "palette.js", "store.js", "theme.js", "table.js", "overview.js", "smaller.js", "stages.js",
        "findings.js", "assumptions.js", "icicle.js", "chart.js", "tooltip.js", "tree.js", "search.js", "explorer.js", "layers.js",
        "waste.js", "contents.js", "trend.js", "comparison.js", "build.js", "main.js",
    ];

    public static HtmlPage Of(string title)
    {
        var style = string.Concat(Styles.Select(Read));
        var script = $"(() => {{\n\"use strict\";\n{string.Join('\n', Scripts.Select(Read))}}})();\n";
        var page = Read("page.html").Split("{{data}}");
        // The title is put in last: whatever it holds, nothing is put into that.
        var head = page[0]
            .Replace("{{style-hash}}", Hash(style), StringComparison.Ordinal)
            .Replace("{{script-hash}}", Hash(script), StringComparison.Ordinal)
            .Replace("{{style}}", style, StringComparison.Ordinal)
            .Replace("{{title}}", HtmlEncoder.Default.Encode(title), StringComparison.Ordinal);
        var foot = page[1].Replace("{{script}}", script, StringComparison.Ordinal);
        return new HtmlPage(Encoding.UTF8.GetBytes(head), Encoding.UTF8.GetBytes(foot));
    }

    /// <summary>The hash by which a content security policy allows an element's text (CSP Level 3, "hash-source").</summary>
    public static string Hash(string text) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Reads one of the page's sources.</summary>
    public static string Read(string name)
    {
        using var stream = typeof(HtmlPage).Assembly.GetManifestResourceStream("html/" + name)
            ?? throw new InvalidOperationException($"The assembly lacks its resource '{name}'.");
        using var reader = new StreamReader(stream);
        // A browser hashes what it parsed, in which all lines end alike.
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
