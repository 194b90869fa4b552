using System.Text;
using Cake.MultiStage.BrowserTests.Kit;
using Microsoft.Playwright;
using NUnit.Framework;

namespace Cake.MultiStage.BrowserTests;

public sealed class LayoutTests
{
    private static readonly string[] OnPaper = ["overview", "findings", "start", "stages", "layers", "waste", "contents", "comparison",
        "trend"];

    [TestCase(360)]
    [TestCase(768)]
    [TestCase(1280)]
    [TestCase(2560)]
    public async Task Nothing_is_wider_than_the_window(int width)
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full, width);
        Assert.That(await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), Is.LessThanOrEqualTo(width));
        Assert.That(
            await page.Page.Locator("main > section")
                .EvaluateAllAsync<double[]>("all => all.map(one => one.getBoundingClientRect().right)"), Is.All.LessThanOrEqualTo(width));
    }

    [Test]
    public async Task A_name_without_a_place_to_break_is_no_wider_than_the_window()
    {
        await using var page = await ReportPage.OpenAsync(
            SampleReport.Of(SampleReport.File("/" + new string('x', 250), 1000),
                SampleReport.File($"/{new string('y', 200)}/{new string('z', 200)}", 1000)), width: 360);
        await page.Page.GetByLabel("Search paths").FillAsync("y");
        await page.HoverChartAsync(0.2, 1);
        Assert.That(await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), Is.LessThanOrEqualTo(360));
    }

    [Test]
    public async Task On_paper_everything_is_shown_but_what_is_for_hands()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full, scheme: ColorScheme.Dark);
        await page.Button("2 notes").ClickAsync();
        await page.Page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        Assert.That(await page.Page.Locator("main > section:visible").EvaluateAllAsync<string[]>("all => all.map(one => one.id)"),
            Is.EqualTo(OnPaper));
        Assert.That(await page.Page.Locator(".finding:visible").CountAsync(), Is.EqualTo(5));
        Assert.That(
            await page.Page.GetByRole(AriaRole.Table, new PageGetByRoleOptions { Name = "Directories", Exact = true }).IsVisibleAsync(),
            Is.True);
        Assert.That(await page.Page.Locator("canvas:visible, input:visible, select:visible, .button:visible, nav:visible").CountAsync(),
            Is.Zero);
        Assert.That(await page.Page.Locator("h1").EvaluateAsync<string>("title => getComputedStyle(title).color"),
            Is.EqualTo("rgb(28, 33, 40)"));
    }

    [Test]
    public async Task It_prints()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full);
        var document = await page.Page.PdfAsync(
            new PagePdfOptions { Path = Path.Combine(Chromium.Root, "artifacts", "screenshots", "print.pdf"), PreferCSSPageSize = true });
        Assert.That(Encoding.ASCII.GetString(document, 0, 5), Is.EqualTo("%PDF-"));
        Assert.That(document, Has.Length.GreaterThan(20_000));
    }

    [Test]
    public async Task Who_wants_no_motion_gets_none()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full);
        await page.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ReducedMotion = ReducedMotion.Reduce });
        Assert.That(await page.Page.EvaluateAsync<string>("getComputedStyle(document.documentElement).scrollBehavior"), Is.EqualTo("auto"));
        Assert.That(await page.Page.EvaluateAsync<int>("document.getAnimations().length"), Is.Zero);
    }
}
