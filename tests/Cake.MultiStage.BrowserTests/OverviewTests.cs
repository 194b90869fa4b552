using Cake.MultiStage.BrowserTests.Kit;
using Cake.MultiStage.Reporting;
using Cake.MultiStage.Reporting.Document;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using NUnit.Framework;

namespace Cake.MultiStage.BrowserTests;

/// <summary>The page that has several images beside each other.</summary>
public sealed class OverviewTests
{
    [TestCase(360, ColorScheme.Dark)]
    [TestCase(1280, ColorScheme.Light)]
    public async Task It_fits_and_leads_to_the_report_of_each_image(int width, ColorScheme scheme)
    {
        var folder = Directory.CreateTempSubdirectory("multistage-browser-").FullName;
        try
        {
            var reports = new OverviewFolder(folder);
            var overview = Overview.Of([ImageReport.Of(SampleReport.Full),
                ImageReport.Of(SampleReport.Of(SampleReport.File("/" + new string('x', 90), 2_000_000)))]);
            await reports.WriteAsync(overview, CancellationToken.None);
            await using var context = await BrowserSetUp.Browser.NewContextAsync(new BrowserNewContextOptions
            {
                ViewportSize = new ViewportSize { Width = width, Height = 900 }, ColorScheme = scheme, BypassCSP = true,
            });
            context.SetDefaultTimeout(10_000);
            var page = await context.NewPageAsync();
            await page.GotoAsync(new Uri(reports.Page).AbsoluteUri);

            Assert.That(await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), Is.LessThanOrEqualTo(width));
            Assert.That(await page.Locator("tbody tr").CountAsync(), Is.EqualTo(2));
            var found = await page.RunAxe();
            Assert.That(found.Violations.Select(violation => $"{violation.Id}: {violation.Help}"), Is.Empty);
            await page.Locator("tbody a").First.ClickAsync();
            await page.WaitForFunctionAsync("() => performance.getEntriesByName('shown').length > 0");
            Assert.That(new Uri(page.Url).LocalPath, Is.EqualTo(Path.Combine(folder, overview.Images[0].Folder, "report.html")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
