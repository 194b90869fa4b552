using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Analysis;
using Cake.MultiStage.Reporting;
using Cake.MultiStage.Reporting.Document;
using Cake.MultiStage.Reporting.Html;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Reporting;

public sealed class HtmlReportTests
{
    private const string Data = "<script type=\"text/plain\" id=\"data\">";

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
        Assert.That(data.RootElement.GetProperty("image").GetProperty("layers")[0].GetProperty("createdBy").GetString(), Is.EqualTo(text));
        Assert.That(data.RootElement.GetProperty("files")[0].GetProperty("path").GetString(), Is.EqualTo("/" + text.Replace('/', '!')));
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
        foreach (var name in typeof(HtmlReport).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith("html/", StringComparison.Ordinal) && name != "html/page.html"))
        {
            using var reader = new StreamReader(typeof(HtmlReport).Assembly.GetManifestResourceStream(name)!);
            Assert.That(page, Does.Contain(await reader.ReadToEndAsync()), name);
        }

        Assert.That(page.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal),
            Does.Not.Contain("://").And.Not.Contain("{{"));
        Assert.That(page, Does.Not.Contain("innerHTML").And.Not.Contain(" src=").And.Not.Contain("@import").And.Not.Contain("url("));
    }

    [Test]
    public async Task The_document_in_the_page_is_the_JSON_report()
    {
        using var folder = new TemporaryFolder();
        await new ReportFolder(folder.Path).WriteAsync(FilledReport.Document, CancellationToken.None);
        Assert.That(DataOf(await File.ReadAllTextAsync(folder["report.html"])),
            Is.EqualTo(await File.ReadAllTextAsync(folder["report.json"])));
    }

    [Test]
    public void Files_are_in_the_order_of_a_walk_with_the_directories_that_a_layer_lists()
    {
        ImageFile[] entries =
        [
            new() { Path = "/b", Type = ImageFileType.Directory, Mode = 0x1ED },
            new() { Path = "/b/c", Size = new ByteSize(10), Mode = 0x1A4 },
            new() { Path = "/b-", Size = new ByteSize(20), Mode = 0x1A4 },
            new() { Path = "/d/e", Type = ImageFileType.HardLink, LinkTarget = "/b-" },
        ];
        var measured = ReportTests.Measured();
        var report = ImageReport.Of(
            new ReportSource(
                ImageAnalysis.Analyze(
                    measured with { Layers = [measured.Layers[0] with { Size = new ByteSize(30), Entries = entries }] },
                    CancellationToken.None)));
        Assert.That(report.Files.Select(file => (file.Path, file.Type, file.Size.Bytes)), Is.EqualTo(new[]
        {
            ("/b", ReportedFileKind.Directory, 0L), ("/b/c", ReportedFileKind.File, 10L), ("/b-", ReportedFileKind.File, 20L),
            ("/d/e", ReportedFileKind.HardLink, 0L),
        }));
    }

    [Test]
    public async Task The_folder_of_the_report_holds_it()
    {
        using var folder = new TemporaryFolder();
        await Forms.WriteAsync(new ReportFolder(folder.Path), Of("RUN x", "/a"), CancellationToken.None);
        Assert.That(await File.ReadAllTextAsync(folder["report.html"]),
            Does.StartWith("<!DOCTYPE html>").And.Contain("<title>hello:1.0</title>").And.EndWith("</html>\n"));
    }

    private static ReportSource Of(string instruction, params string[] paths)
    {
        var measured = ReportTests.Measured(instruction);
        return new ReportSource(ImageAnalysis.Analyze(measured with
        {
            Layers = [measured.Layers[0] with { Size = new ByteSize(10 * paths.Length),
                Entries = [.. paths.Select(path => new ImageFile { Path = path, Size = new ByteSize(10), Mode = 0x1A4 })] }],
        }, CancellationToken.None));
    }

    private static async Task<string> PageAsync(ReportSource report)
    {
        using var stream = new MemoryStream();
        await HtmlReport.WriteAsync(ImageReport.Of(report), stream, CancellationToken.None);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string DataOf(string page)
    {
        using var packed = new MemoryStream(Convert.FromBase64String(Between(page, Data, "</script>")));
        using var reader = new StreamReader(new ZLibStream(packed, CompressionMode.Decompress));
        return reader.ReadToEnd();
    }

    private static string HashOf(string page, string begin, string end) =>
        "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Between(page, begin, end))));

    private static string Between(string page, string begin, string end)
    {
        var start = page.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        return page[start..page.IndexOf(end, start, StringComparison.Ordinal)];
    }
}
