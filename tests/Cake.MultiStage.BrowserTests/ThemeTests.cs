using Cake.MultiStage.BrowserTests.Kit;
using Microsoft.Playwright;
using NUnit.Framework;

namespace Cake.MultiStage.BrowserTests;

public sealed class ThemeTests
{
    // WCAG 2.2, 1.4.3 "Contrast (Minimum)" and its definition of relative luminance.
    private const string Contrast =
        """
        text => {
            const parse = colour => colour.match(/[\d.]+/g).map(Number);
            const luminance = colour => parse(colour).slice(0, 3).map(part => part / 255)
                .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
                .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
            const ground = element => {
                const colour = getComputedStyle(element).backgroundColor;
                return (parse(colour)[3] ?? 1) === 0 && element.parentElement ? ground(element.parentElement) : colour;
            };
            const [light, dark] = [luminance(getComputedStyle(text).color), luminance(ground(text))].sort((left, right) => right - left);
            return (light + 0.05) / (dark + 0.05);
        }
        """;

    private static readonly string[] Texts = ["h1", ".facts", ".tile dt", ".tile.good dd", ".tile.bad dd", "nav a", "#theme", "h2", "td",
        "th button", "td code", ".hint", "dd .note", ".badge.own", ".level", ".button.more", ".foot", ".crumbs button", ".selected",
        ".output"];

    [TestCase(ColorScheme.Light, "rgb(244, 246, 248)")]
    [TestCase(ColorScheme.Dark, "rgb(14, 17, 22)")]
    public async Task The_page_follows_the_system(ColorScheme scheme, string ground)
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full, scheme: scheme);
        Assert.That(await GroundAsync(page), Is.EqualTo(ground));
    }

    [TestCase(ColorScheme.Light)]
    [TestCase(ColorScheme.Dark)]
    public async Task Every_kind_of_text_has_the_contrast_that_WCAG_AA_asks_for(ColorScheme scheme)
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full, scheme: scheme);
        foreach (var text in Texts)
        {
            Assert.That(await page.Page.Locator(text).First.EvaluateAsync<double>(Contrast), Is.GreaterThanOrEqualTo(4.5), text);
        }
    }

    [TestCase(ColorScheme.Light)]
    [TestCase(ColorScheme.Dark)]
    public async Task The_names_on_the_diagrams_colours_have_it_too(ColorScheme scheme)
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full, scheme: scheme);
        foreach (var colour in Enumerable.Range(0, 12).Select(index => $"c{index}").Append("cx"))
        {
            var probe = page.Page.Locator("footer");
            await probe.EvaluateAsync($"element => element.className = 'on-colour {colour}'");
            Assert.That(await probe.EvaluateAsync<double>(Contrast), Is.GreaterThanOrEqualTo(4.5), colour);
        }
    }

    [Test]
    public async Task The_other_theme_is_chosen_by_a_button_and_remembered()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full);
        await page.Button("Dark theme").ClickAsync();
        Assert.That(await GroundAsync(page), Is.EqualTo("rgb(14, 17, 22)"));
        await page.ReloadAsync();
        Assert.That(await GroundAsync(page), Is.EqualTo("rgb(14, 17, 22)"));
        await page.Button("Light theme").ClickAsync();
        Assert.That(await GroundAsync(page), Is.EqualTo("rgb(244, 246, 248)"));
    }

    [Test]
    public async Task Where_storage_is_refused_the_button_works_all_the_same()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full);
        await page.Page.AddInitScriptAsync(
            "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('refused', 'SecurityError'); } })");
        await page.ReloadAsync();
        await page.Button("Dark theme").ClickAsync();
        Assert.That(await GroundAsync(page), Is.EqualTo("rgb(14, 17, 22)"));
        Assert.That(page.Complaints, Is.Empty);
    }

    [Test]
    public async Task The_diagram_is_drawn_anew_for_the_other_theme()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full);
        var before = await page.Chart.EvaluateAsync<string>("canvas => canvas.toDataURL()");
        await page.Button("Dark theme").ClickAsync();
        Assert.That(await page.Chart.EvaluateAsync<string>("canvas => canvas.toDataURL()"), Is.Not.EqualTo(before));
    }

    private static Task<string> GroundAsync(ReportPage page) =>
        page.Page.Locator("body").EvaluateAsync<string>("body => getComputedStyle(body).backgroundColor");
}
