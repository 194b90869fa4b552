using System.Diagnostics;
using Cake.MultiStage.BrowserTests.Kit;
using Cake.MultiStage.Reporting.Document;
using Cake.MultiStage.Reporting.Html;
using NUnit.Framework;

namespace Cake.MultiStage.BrowserTests;

[NonParallelizable]
public sealed class SpeedTests
{
    private const int Files = 50_000;

    [Test]
    public async Task A_page_of_50_000_files_is_written_in_less_than_two_seconds_and_4_MB()
    {
        var report = SampleReport.Large(Files);
        using var stream = new MemoryStream();
        var watch = Stopwatch.StartNew();
        await HtmlReport.WriteAsync(ImageReport.Of(report), stream, CancellationToken.None);
        await TellAsync($"written in {watch.ElapsedMilliseconds} ms, {stream.Length / 1e6:0.00} MB");
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(2)));
        Assert.That(stream.Length, Is.LessThan(4_000_000));
    }

    [Test]
    public async Task A_page_of_50_000_files_is_there_soon_and_searches_at_once()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Large(Files));
        await page.ReloadAsync();
        var ready = await page.Page.EvaluateAsync<double>("performance.getEntriesByName('shown')[0].startTime");
        var first = await SearchAsync(page, "module-4");
        var second = await SearchAsync(page, "package-12");
        await TellAsync($"shown after {ready:0} ms, the first search took {first:0} ms, the second {second:0} ms");
        Assert.That(await page.Page.Locator("#search-status").InnerTextAsync(), Does.StartWith("825 files"));
        Assert.That(ready, Is.LessThan(2000));
        Assert.That(first, Is.LessThan(500));
        Assert.That(second, Is.LessThan(200));
    }

    [Test]
    public async Task Showing_a_directory_of_50_000_files_alone_takes_no_longer_than_a_blink()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Large(Files));
        var time = await page.Page.EvaluateAsync<double>(
            """
            () => {
                const canvas = document.querySelector("canvas.chart");
                const press = key => canvas.dispatchEvent(new KeyboardEvent("keydown", { key }));
                const start = performance.now();
                ["ArrowDown", "Enter", "ArrowDown", "Enter", "Escape", "Escape"].forEach(press);
                canvas.getContext("2d").getImageData(0, 0, 1, 1);
                return (performance.now() - start) / 6;
            }
            """);
        await TellAsync($"a step took {time:0.0} ms");
        Assert.That(time, Is.LessThan(100));
    }

    [Test]
    public async Task The_tree_has_only_the_rows_in_view_however_many_there_are()
    {
        await using var page = await ReportPage.OpenAsync(
            SampleReport.Of([.. Enumerable.Range(0, 20_000).Select(file => SampleReport.File($"/file-{file:00000}", 20_000 - file))]));
        await page.Page.Locator(".tree").PressAsync("End");
        Assert.That(await page.SelectedAsync(), Is.EqualTo("/file-19999"));
        Assert.That(await page.RowsAsync(), Has.Length.LessThan(60).And.Contains("file-19999"));
        await page.Page.Locator(".tree").PressAsync("PageUp");
        Assert.That(await page.Page.Locator(".row[aria-selected=true]").CountAsync(), Is.EqualTo(1));
    }

    private static Task<double> SearchAsync(ReportPage page, string text) => page.Page.GetByLabel("Search paths").EvaluateAsync<double>(
        $$"""
        input => {
            const start = performance.now();
            input.value = "{{text}}";
            input.dispatchEvent(new Event("input"));
            return performance.now() - start;
        }
        """);

    private static Task TellAsync(FormattableString text) => TestContext.Out.WriteLineAsync(FormattableString.Invariant(text));
}
