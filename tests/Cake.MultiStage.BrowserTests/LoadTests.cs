using Cake.MultiStage.BrowserTests.Kit;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Reporting;
using NUnit.Framework;

namespace Cake.MultiStage.BrowserTests;

public sealed class LoadTests
{
    private static readonly string[] Everything = ["overview", "findings", "start", "stages", "files", "layers", "waste", "contents",
        "comparison", "trend"];
    private static readonly string[] Measured = ["overview", "stages", "files", "layers", "waste", "contents"];

    [Test]
    public async Task The_page_loads_from_a_file_without_a_complaint_or_a_request()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full);
        Assert.That(await page.Page.Locator("h1").InnerTextAsync(), Is.EqualTo("registry.example.com/shop/checkout:1.4.0"));
        Assert.That(page.Complaints, Is.Empty);
    }

    [Test]
    public async Task Every_section_is_there_that_has_data_and_none_that_has_not()
    {
        await using var full = await ReportPage.OpenAsync(SampleReport.Full);
        await using var plain = await ReportPage.OpenAsync(SampleReport.Plain);
        Assert.That(await SectionsAsync(full), Is.EqualTo(Everything));
        Assert.That(await SectionsAsync(plain), Is.EqualTo(Measured));
    }

    [Test]
    public async Task The_head_says_what_the_image_is_and_weighs()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full);
        var text = await page.Section("overview").InnerTextAsync();
        foreach (var expected in (string[])["linux/amd64", "249 MB", "4 layers", "99.6 MB", "174 MB", "1 layer of debian:trixie-slim",
            "74.9 MB", "836 MB", "77.0 % of stage builder", "20.4 MB", "1 error, 2 warnings"])
        {
            Assert.That(text, Does.Contain(expected));
        }
    }

    [TestCase("</script><script>alert(1)</script>")]
    [TestCase("<img src=x onerror=alert(1)>")]
    [TestCase("<!--<script>")]
    [TestCase("\"'`&amp;${alert(1)}\\")]
    [TestCase("ünï-漢字-🐳")]
    [TestCase("\u2028\u2029\u0000\u001b[31m")]
    public async Task Whatever_a_name_or_an_instruction_holds_is_shown_as_text(string text)
    {
        var report = SampleReport.Of(SampleReport.File($"/{text.Replace('/', '!')}", 1000));
        var finding = new Finding(text, FindingLevel.Error, text, text) { Reason = text, Path = text, Instruction = text };
        report = new ReportSource(
            report.Measured with { Layers = [report.Measured.Layers[0] with { CreatedBy = text }],
                Packages = [new ImagePackage(text, text, text, default, default, 0, text)] })
        {
            Check = new CheckResult(text, [finding]) { Start = new StartProof { Output = text, WaitedFor = text } },
        };
        await using var page = await ReportPage.OpenAsync(report);
        Assert.That(await SectionsAsync(page), Does.Contain("contents"));
        Assert.That(await page.Page.Locator("script, img").CountAsync(), Is.EqualTo(2));
        Assert.That(page.Complaints, Is.Empty);
        if (!text.Any(char.IsControl) && !text.Contains('\u2028', StringComparison.Ordinal))
        {
            Assert.That(await page.Page.Locator("#layers td code").TextContentAsync(), Is.EqualTo(text));
        }
    }

    [Test]
    public async Task Characters_that_hide_or_turn_a_name_are_spelled_out()
    {
        await using var page = await ReportPage.OpenAsync(
            SampleReport.Of(SampleReport.File("/photo_\u202egnp.exe", 10), SampleReport.File("/two\nlines", 20),
                SampleReport.File("/عربي.txt", 5)));
        Assert.That(await page.RowsAsync(), Is.EqualTo(new[] { "two\\nlines", "photo_\\u202egnp.exe", "عربي.txt" }));
    }

    [Test]
    public async Task The_policy_lets_nothing_run_or_load_that_is_not_the_pages_own()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Plain);
        var result = await page.Page.EvaluateAsync<string>(
            """
            async () => {
                const script = document.createElement("script");
                script.append("window.broken = true");
                try { document.body.append(script); } catch { }
                let markup = "let in";
                try { document.body.innerHTML = "<b>x</b>"; } catch { markup = "refused"; }
                const fetched = await fetch("https://example.com").then(() => "let in", () => "refused");
                return `${window.broken ?? "refused"} ${markup} ${fetched}`;
            }
            """);
        Assert.That(result, Is.EqualTo("refused refused refused"));
    }

    [Test]
    public async Task An_image_without_files_has_a_page_too()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Of());
        Assert.That(await page.Page.Locator("#overview .tile dd").First.InnerTextAsync(), Is.EqualTo("0 B"));
        Assert.That(page.Complaints, Is.Empty);
    }

    [TestCase(0, "0 B")]
    [TestCase(999, "999 B")]
    [TestCase(1000, "1.00 kB")]
    [TestCase(999_499, "999 kB")]
    [TestCase(999_500, "1.00 MB")]
    [TestCase(12_345_678, "12.3 MB")]
    [TestCase(1_083_000_000, "1.08 GB")]
    public async Task Sizes_are_written_as_everywhere_else(long bytes, string text)
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Of(SampleReport.File("/file", bytes)));
        Assert.That(new ByteSize(bytes).ToString(), Is.EqualTo(text));
        Assert.That(await page.Page.Locator("#overview .tile dd").First.InnerTextAsync(), Is.EqualTo(text));
    }

    private static Task<string[]> SectionsAsync(ReportPage page) =>
        page.Page.Locator("main > section").EvaluateAllAsync<string[]>("all => all.map(one => one.id)");
}
