using Cake.MultiStage.BrowserTests.Kit;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Images;
using Cake.MultiStage.Reporting;
using Microsoft.Playwright;
using NUnit.Framework;

namespace Cake.MultiStage.BrowserTests;

public sealed class SectionTests
{
    [Test]
    public async Task A_column_sorts_both_ways_and_says_so()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full);
        var table = page.Page.GetByRole(AriaRole.Table, new PageGetByRoleOptions { Name = "Packages", Exact = true });
        var sizes = table.Locator("td:nth-child(6)");
        await table.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Installed size" }).ClickAsync();
        Assert.That((await table.Locator("th[aria-sort]").GetAttributeAsync("aria-sort"), await sizes.First.InnerTextAsync()),
            Is.EqualTo(("descending", "18.5 MB")));
        await table.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Installed size" }).PressAsync("Enter");
        Assert.That((await table.Locator("th[aria-sort]").GetAttributeAsync("aria-sort"), await sizes.First.InnerTextAsync()),
            Is.EqualTo(("ascending", "47.1 kB")));
        await table.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Package", Exact = true }).ClickAsync();
        Assert.That(await table.Locator("td:nth-child(1)").First.InnerTextAsync(), Is.EqualTo("apt"));
        Assert.That(await table.Locator("th[aria-sort]").CountAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_long_table_shows_its_head_and_all_of_it_when_asked()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full);
        var table = page.Page.Locator("#contents .table",
            new PageLocatorOptions { Has = page.Page.GetByRole(AriaRole.Table,
                new PageGetByRoleOptions { Name = "Packages", Exact = true }) });
        Assert.That(await table.Locator("tbody tr").CountAsync(), Is.EqualTo(20));
        await table.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Show all 31" }).ClickAsync();
        Assert.That(await table.Locator("tbody tr").CountAsync(), Is.EqualTo(31));
    }

    [Test]
    public async Task Findings_are_filtered_by_level()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full);
        var shown = page.Page.Locator(".finding:visible");
        Assert.That(await shown.CountAsync(), Is.EqualTo(5));
        await page.Button("2 notes").ClickAsync();
        await page.Button("2 warnings").PressAsync("Space");
        Assert.That(await shown.AllInnerTextsAsync(),
            Has.Count.EqualTo(1).And.All.Contains("secret-key").And.All.Contains("COPY --from=builder /out/ /app/")
                .And.All.Contains("Whoever can pull"));
        Assert.That(await page.Button("2 notes").GetAttributeAsync("aria-pressed"), Is.EqualTo("false"));
        Assert.That(await page.Page.Locator("#findings [role=status]").InnerTextAsync(), Is.EqualTo("1 of 5 shown"));
    }

    [Test]
    public async Task Findings_of_a_rule_that_are_fixed_alike_are_one_card_and_what_saves_most_comes_first()
    {
        var findings = new[] { "/a", "/b" }.Select(
            path => new Finding("safe-setuid", FindingLevel.Warning, $"'{path}' is one.", "Take the mode away.") { Path = path });
        await using var page = await ReportPage.OpenAsync(SampleReport.Full with
        {
            Check = new CheckResult("hello:1.0", [.. findings])
            {
                Savings = [new Saving("Go, in '/usr/local/go'", "Build elsewhere.", new ByteSize(3_000_000)),
                    new Saving("the base", "Take another.", null)],
            },
        });
        Assert.That(await page.Page.Locator(".finding").AllInnerTextsAsync(),
            Has.Count.EqualTo(1).And.All.Contains("safe-setuid × 2").And.All.Contains("'/a' is one.").And.All.Contains("'/b' is one."));
        Assert.That(await page.Section("smaller").InnerTextAsync(),
            Does.Contain("3.00 MB of").And.Contain("Go, in '/usr/local/go'").And.Contain("Take another."));
    }

    [Test]
    public async Task The_start_tells_what_came_when()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full);
        var text = await page.Section("start").InnerTextAsync();
        Assert.That(text, Does.Contain("TCP port 8080 after 0.06 s; first output after 0.04 s"));
        Assert.That(text,
            Does.Match("Ready\\s+after 63 ms").And.Match("First output\\s+after 41 ms").And.Match("Ran for\\s+2.31 s")
                .And.Contain("msg=\"listening\" port=8080"));
        Assert.That(text, Does.Not.Contain("Exit code"), "it was stopped while it ran");
    }

    [Test]
    public async Task Stages_are_bars_and_the_final_one_is_marked()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full);
        Assert.That(await page.Page.Locator(".stage .path").AllInnerTextsAsync(), Is.EqualTo(new[] { "builder", "assets", "final" }));
        Assert.That(await page.Page.Locator(".stage.final").InnerTextAsync(), Does.Contain("249 MB"));
        Assert.That(await page.Section("stages").InnerTextAsync(), Does.Contain("Saved 836 MB of stage 'builder' (77.0 %)"));
        Assert.That(await WidthAsync(page, 0), Is.GreaterThan(2.5 * await WidthAsync(page, 1)));
    }

    [Test]
    public async Task Waste_tells_both_formulas_and_who_brought_and_removed_a_file()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full);
        Assert.That(await page.Section("waste").InnerTextAsync(),
            Does.Contain("20.4 MB of 249 MB, efficiency 91.8 %").And.Contain("As dive counts"));
        var row = page.Page.GetByRole(AriaRole.Table, new PageGetByRoleOptions { Name = "Wasted files" }).Locator("tbody tr").First;
        Assert.That(await row.Locator("td").AllInnerTextsAsync(),
            Is.EqualTo(
                new[] { "/app/server", "COPY --from=builder /out/ /app/", "RUN chmod 0755 /app/server && rm -rf /app/docs", "18.2 MB" }));
    }

    [Test]
    public async Task What_is_not_known_of_a_layer_is_said_to_be_unknown()
    {
        var report = SampleReport.Of(SampleReport.File("/a", 10));
        await using var page = await ReportPage.OpenAsync(
            new ReportSource(report.Measured with { Layers = [report.Measured.Layers[0] with { CreatedBy = "" }] }));
        var layers = await page.Section("layers").InnerTextAsync();
        Assert.That(layers, Does.Contain("no instruction known").And.Not.Contain("From"));
    }

    [Test]
    public async Task The_navigation_marks_the_section_that_is_shown()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full);
        await page.Page.Locator("#sections a", new PageLocatorOptions { HasText = "Layers" }).ClickAsync();
        await Assertions.Expect(page.Page.Locator("#sections a[aria-current]")).ToHaveTextAsync("Layers");
    }

    [Test]
    public async Task The_trend_is_a_line_and_a_table()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full);
        Assert.That(
            await page.Page.GetByRole(AriaRole.Img, new PageGetByRoleOptions { Name = "Size over 8 runs: from 131 MB to 148 MB" })
                .CountAsync(), Is.EqualTo(1));
        Assert.That(await page.Page.Locator("#trend circle").CountAsync(), Is.EqualTo(8));
        Assert.That(await page.Page.Locator("#trend tbody tr").First.InnerTextAsync(),
            Does.StartWith("8").And.Contain("2025-02-22 09:30").And.Contain("+19.7 MB"));
    }

    [Test]
    public async Task The_comparison_tells_files_directories_and_layers()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full);
        var text = await page.Section("comparison").InnerTextAsync();
        Assert.That(text,
            Does.Contain("checkout:1.3.2").And.Contain("2 added, 1 changed, 1 removed").And.Contain("/app/static/assets")
                .And.Contain("shared"));
    }

    private static Task<double> WidthAsync(ReportPage page, int stage) =>
        page.Page.Locator(".stage .fill").Nth(stage).EvaluateAsync<double>("bar => bar.getBoundingClientRect().width");
}
