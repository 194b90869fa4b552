using Cake.MultiStage.BrowserTests.Kit;
using NUnit.Framework;

namespace Cake.MultiStage.BrowserTests;

public sealed class LoadTests
{
    [Test]
    public async Task The_page_loads_from_a_file_without_a_complaint_or_a_request()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full);
        Assert.That(await page.Page.Locator("h1").InnerTextAsync(), Is.EqualTo("registry.example.com/shop/checkout:1.4.0"));
        Assert.That(page.Complaints, Is.Empty);
        await page.ScreenshotAsync("light");
    }

    [Test]
    public async Task Every_section_is_there_that_has_data()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full);
        Assert.That(await page.Page.Locator("main > section").EvaluateAllAsync<string[]>("all => all.map(one => one.id)"),
            Is.EqualTo(new[] { "overview", "findings", "start", "stages", "files", "layers", "waste", "contents", "comparison", "trend" }));
    }

    [Test]
    public async Task No_section_is_there_that_has_none()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Plain);
        Assert.That(await page.Page.Locator("main > section").EvaluateAllAsync<string[]>("all => all.map(one => one.id)"),
            Is.EqualTo(new[] { "overview", "stages", "files", "layers", "waste", "contents" }));
        Assert.That(page.Complaints, Is.Empty);
    }
}
