using Cake.MultiStage.BrowserTests.Kit;
using NUnit.Framework;

namespace Cake.MultiStage.BrowserTests;

public sealed class SearchTests
{
    [Test]
    public async Task A_part_of_a_path_finds_counts_lists_and_marks()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full);
        await page.Page.GetByLabel("Search paths").FillAsync("SERVER");
        Assert.That(await page.Page.Locator("#search-status").InnerTextAsync(), Is.EqualTo("1 file, 18.2 MB; 1 path found."));
        Assert.That(await page.Page.Locator(".hits mark").AllInnerTextsAsync(), Is.EqualTo(new[] { "server" }));
        await page.Page.Locator(".hits button").ClickAsync();
        Assert.That((await page.DirectoryAsync(), await page.SelectedAsync()), Is.EqualTo(("/app", "/app/server")));
        Assert.That(await page.Page.Locator(".row.hit .name").AllInnerTextsAsync(), Is.EqualTo(new[] { "server" }));
    }

    [Test]
    public async Task What_is_found_stands_out_in_the_diagram()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full);
        var before = await page.Chart.EvaluateAsync<string>("canvas => canvas.toDataURL()");
        await page.Page.GetByLabel("Search paths").FillAsync("apt/lists");
        Assert.That(await page.Chart.EvaluateAsync<string>("canvas => canvas.toDataURL()"), Is.Not.EqualTo(before));
        await page.Page.Keyboard.PressAsync("Escape");
        Assert.That(await page.Chart.EvaluateAsync<string>("canvas => canvas.toDataURL()"), Is.EqualTo(before));
        Assert.That(await page.Page.Locator(".hits").IsVisibleAsync(), Is.False);
    }

    [Test]
    public async Task The_sum_counts_files_once_and_the_list_keeps_the_largest_first()
    {
        await using var page = await ReportPage.OpenAsync(
            SampleReport.Of(SampleReport.File("/data/a", 100), SampleReport.File("/data/b", 3_000), SampleReport.File("/other", 7)));
        await page.Page.GetByLabel("Search paths").FillAsync("data");
        Assert.That(await page.Page.Locator("#search-status").InnerTextAsync(), Is.EqualTo("2 files, 3.10 kB; 3 paths found."));
        Assert.That(await page.Page.Locator(".hits .path").AllInnerTextsAsync(), Is.EqualTo(new[] { "/data/", "/data/b", "/data/a" }));
    }

    [Test]
    public async Task What_is_not_there_is_said_to_be_not_there()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full);
        await page.Page.GetByLabel("Search paths").FillAsync("no such file");
        Assert.That(await page.Page.Locator("#search-status").InnerTextAsync(), Is.EqualTo("0 files, 0 B; 0 paths found."));
    }

    [Test]
    public async Task A_search_stays_within_the_layer_that_is_shown()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full);
        await page.Page.GetByLabel("Search paths").FillAsync("/app/");
        await page.Button("Show only the files of layer 4").ClickAsync();
        Assert.That(await page.Page.Locator("#search-status").InnerTextAsync(), Is.EqualTo("1 file, 18.2 MB; 1 path found."));
    }
}
