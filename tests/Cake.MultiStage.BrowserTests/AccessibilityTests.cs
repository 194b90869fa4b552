using Cake.MultiStage.BrowserTests.Kit;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using NUnit.Framework;

namespace Cake.MultiStage.BrowserTests;

public sealed class AccessibilityTests
{
    // All that the Tab key stops at: of a group of radio buttons the one that is chosen.
    private const string Stops =
        """
        () => [...document.querySelectorAll("a[href], button, select, input:not([type=radio]), input[type=radio]:checked, [tabindex='0']")]
            .filter(element => element.checkVisibility() && !element.closest("[hidden]"))
        """;

    [TestCase(ColorScheme.Light, 1280)]
    [TestCase(ColorScheme.Dark, 1280)]
    [TestCase(ColorScheme.Light, 360)]
    [TestCase(ColorScheme.Dark, 360)]
    public async Task Axe_finds_nothing(ColorScheme scheme, int width)
    {
        // Axe is a script that is none of the page's own.
        await using var page = await ReportPage.OpenAsync(SampleReport.Full, width, scheme, bypassPolicy: true);
        await page.Page.GetByLabel("Search paths").FillAsync("lib");
        await page.Page.GetByRole(AriaRole.Tree).PressAsync("ArrowDown");
        var result = await page.Page.RunAxe();
        Assert.That(
            result.Violations.Select(
                violation =>
                    $"{violation.Impact} {violation.Id}: {violation.Help} "
                        + $"{string.Join(", ", violation.Nodes.Select(node => node.Target))}"), Is.Empty);
        Assert.That(result.Passes, Has.Length.GreaterThan(20));
    }

    [Test]
    public async Task Tab_reaches_everything_in_the_order_of_the_page_and_shows_where_it_is()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full);
        var stops = await page.Page.EvaluateAsync<int>($"() => {{ window.stops = ({Stops})(); return window.stops.length; }}");
        Assert.That(stops, Is.GreaterThan(50));
        for (var stop = 0; stop < stops; stop++)
        {
            await page.Page.Keyboard.PressAsync("Tab");
            var reached = await page.Page.EvaluateAsync<string>(
                "() => `${window.stops.indexOf(document.activeElement)} ${getComputedStyle(document.activeElement).outlineStyle}`");
            Assert.That(reached, Is.EqualTo($"{stop} solid"),
                await page.Page.EvaluateAsync<string>("document.activeElement.outerHTML.slice(0, 200)"));
        }
    }

    [Test]
    public async Task The_first_stop_leads_past_the_navigation()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full);
        await page.Page.Keyboard.PressAsync("Tab");
        Assert.That(await page.Page.EvaluateAsync<string>("document.activeElement.textContent"), Is.EqualTo("Skip to the report"));
        await page.Page.Keyboard.PressAsync("Enter");
        Assert.That(await page.Page.EvaluateAsync<string>("document.activeElement.id"), Is.EqualTo("main"));
    }

    [Test]
    public async Task Landmarks_and_headings_give_the_page_its_order()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full);
        foreach (var landmark in (AriaRole[])[AriaRole.Banner, AriaRole.Main, AriaRole.Contentinfo])
        {
            Assert.That(await page.Page.GetByRole(landmark).CountAsync(), Is.EqualTo(1), landmark.ToString());
        }

        var levels = await page.Page.Locator("h1, h2, h3").EvaluateAllAsync<string[]>("all => all.map(one => one.tagName)");
        Assert.That(levels.Count(level => level == "H1"), Is.EqualTo(1));
        Assert.That(levels.Zip(levels.Skip(1)).Where(pair => pair is ("H1", "H3")), Is.Empty);
    }
}
