using Cake.MultiStage.BrowserTests.Kit;
using Microsoft.Playwright;
using NUnit.Framework;

namespace Cake.MultiStage.BrowserTests;

/// <summary>Keeps pictures of the page for people to look at, in artifacts/screenshots.</summary>
public sealed class ScreenshotTests
{
    [TestCase("light", 1280, ColorScheme.Light)]
    [TestCase("dark", 1280, ColorScheme.Dark)]
    [TestCase("narrow", 360, ColorScheme.Light)]
    [TestCase("narrow-dark", 360, ColorScheme.Dark)]
    public async Task Of_the_whole_page(string name, int width, ColorScheme scheme)
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full, width, scheme);
        await page.ScreenshotAsync(name);
        await page.ScreenshotAsync($"{name}-files", "files");
        await page.ScreenshotAsync($"{name}-findings", "findings");
        Assert.That(page.Complaints, Is.Empty);
    }

    [Test]
    public async Task Of_a_directory_alone_with_a_search()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full);
        await page.ClickChartAsync(0.1, 1);
        await page.Page.GetByLabel("Search paths").FillAsync("ssl");
        await page.ScreenshotAsync("zoomed", "files");
        Assert.That(await page.DirectoryAsync(), Is.EqualTo("/usr"));
    }

    [Test]
    public async Task Of_paper()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full, width: 800);
        await page.Page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        await page.ScreenshotAsync("print");
        Assert.That(page.Complaints, Is.Empty);
    }

    [Test]
    public async Task Of_50_000_files()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Large(50_000));
        await page.ScreenshotAsync("large", "files");
        Assert.That(page.Complaints, Is.Empty);
    }
}
