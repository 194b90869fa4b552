using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Analysis;
using Cake.MultiStage.Reporting;
using Cake.MultiStage.Reporting.Html;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Reporting;

public sealed class HtmlReportTests
{
    private const string Data = "<script type=\"application/json\" id=\"data\">";

    [Test]
    public async Task The_same_report_gives_the_same_bytes()
    {
        var first = await PageAsync(Of("RUN x", "/a", "/b/c"));
        Assert.That(await PageAsync(Of("RUN x", "/a", "/b/c")), Is.EqualTo(first));
    }

    [TestCase("</script><script>alert(1)</script>")]
    [TestCase("<!--<script>")]
    [TestCase("]]>\u2028\u2029&'\"\\\r\n\t\u0000")]
    [TestCase("{{data}}{{script}}{{title}}")]
    [TestCase("ü漢🐳")]
    public async Task No_text_can_leave_the_data_and_all_of_it_comes_back(string text)
    {
        var page = await PageAsync(Of(text, "/" + text.Replace('/', '!')));
        using var data = JsonDocument.Parse(DataOf(page));
        Assert.That(DataOf(page), Does.Not.Contain('<').And.Not.Contain('>').And.Not.Contain('&').And.Not.Contain('\u2028').And.Not.Contain('\u2029'));
        Assert.That(data.RootElement.GetProperty("layers")[0].GetProperty("by").GetString(), Is.EqualTo(text));
        Assert.That(data.RootElement.GetProperty("tree").GetProperty("names").GetString(), Is.EqualTo(text.Replace('/', '!') + "/"));
        Assert.That(Regex.Count(page, "<script|</script", RegexOptions.IgnoreCase), Is.EqualTo(4));
    }

    [Test]
    public async Task The_policy_allows_the_pages_own_style_and_script_and_nothing_else()
    {
        var page = await PageAsync(Of("RUN x", "/a"));
        var policy = Regex.Match(page, "Content-Security-Policy\" content=\"([^\"]*)\"").Groups[1].Value;
        Assert.That(policy, Does.StartWith("default-src 'none'; ")
            .And.Contain($"script-src '{HashOf(page, "<script>", "</script>")}';")
            .And.Contain($"style-src '{HashOf(page, "<style>", "</style>")}';")
            .And.Not.Contain("unsafe"));
    }

    [Test]
    public async Task Every_source_of_the_page_is_in_it_and_names_no_other_place()
    {
        var page = await PageAsync(Of("RUN x", "/a"));
        foreach (var name in typeof(HtmlReport).Assembly.GetManifestResourceNames().Where(name => name.StartsWith("html/", StringComparison.Ordinal) && name != "html/page.html"))
        {
            using var reader = new StreamReader(typeof(HtmlReport).Assembly.GetManifestResourceStream(name)!);
            Assert.That(page, Does.Contain(await reader.ReadToEndAsync()), name);
        }

        Assert.That(page.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal), Does.Not.Contain("://").And.Not.Contain("{{"));
        Assert.That(page, Does.Not.Contain("innerHTML").And.Not.Contain(" src=").And.Not.Contain("@import").And.Not.Contain("url("));
    }

    [Test]
    public async Task The_tree_is_columns_in_the_order_of_a_walk()
    {
        var page = await PageAsync(Of("RUN x", "/b/c", "/a"));
        using var data = JsonDocument.Parse(DataOf(page));
        var tree = data.RootElement.GetProperty("tree");
        Assert.That(tree.GetProperty("names").GetString(), Is.EqualTo("a/b/c/"));
        Assert.That(tree.GetProperty("depths").GetRawText(), Is.EqualTo("[0,1,1,2]"));
        Assert.That(tree.GetProperty("sizes").GetRawText(), Is.EqualTo("[0,10,0,10]"));
        Assert.That(tree.GetProperty("attributes").GetRawText(), Is.EqualTo("[0,1,0,1]"));
        Assert.That(tree.GetProperty("attributeSets").GetRawText(), Is.EqualTo("""[["directory",-1,0,0,false],["file",420,0,0,false]]"""));
    }

    [Test]
    public async Task The_folder_of_the_report_holds_it()
    {
        using var folder = new TemporaryFolder();
        await new ReportFolder(folder.Path).WriteAsync(Of("RUN x", "/a"), CancellationToken.None);
        Assert.That(await File.ReadAllTextAsync(folder["report.html"]), Does.StartWith("<!DOCTYPE html>").And.Contain("<title>hello:1.0</title>").And.EndWith("</html>\n"));
    }

    private static ImageReport Of(string instruction, params string[] paths)
    {
        var measured = ReportTests.Measured(instruction);
        return new ImageReport(ImageAnalysis.Analyze(measured with
        {
            Layers = [measured.Layers[0] with { Size = new ByteSize(10 * paths.Length), Entries = [.. paths.Select(path => new ImageFile { Path = path, Size = new ByteSize(10), Mode = 0x1A4 })] }],
        }));
    }

    private static async Task<string> PageAsync(ImageReport report)
    {
        using var stream = new MemoryStream();
        await HtmlReport.WriteAsync(report, stream, CancellationToken.None);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string DataOf(string page) => Between(page, Data, "</script>");

    private static string HashOf(string page, string begin, string end) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Between(page, begin, end))));

    private static string Between(string page, string begin, string end)
    {
        var start = page.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        return page[start..page.IndexOf(end, start, StringComparison.Ordinal)];
    }
}
