using Cake.MultiStage.BrowserTests.Kit;
using Microsoft.Playwright;
using NUnit.Framework;

namespace Cake.MultiStage.BrowserTests;

public sealed class ExplorerTests
{
    private static readonly string[] Top = ["usr/", "app/", "var/", "etc/", "bin → usr/bin", "lib → usr/lib", "sbin → usr/sbin", "tmp/"];

    [Test]
    public async Task A_click_shows_a_directory_alone_and_the_breadcrumb_leads_back()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full);
        await page.ClickChartAsync(0.1, 1);
        Assert.That(await page.DirectoryAsync(), Is.EqualTo("/usr"));
        await page.ClickChartAsync(0.1, 1);
        Assert.That(await page.DirectoryAsync(), Is.EqualTo("/usr/lib"));
        await page.ClickChartAsync(0.5, 0);
        Assert.That(await page.DirectoryAsync(), Is.EqualTo("/usr"));
        await page.Page.Locator(".crumbs button").First.ClickAsync();
        Assert.That(await page.DirectoryAsync(), Is.EqualTo("/"));
    }

    [Test]
    public async Task Keys_move_in_the_diagram_and_show_a_directory_alone()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full);
        await page.Chart.FocusAsync();
        await PressAsync(page, "ArrowDown", "ArrowRight");
        Assert.That(await page.SelectedAsync(), Is.EqualTo("/app"));
        await PressAsync(page, "Enter", "ArrowDown", "ArrowRight");
        Assert.That((await page.DirectoryAsync(), await page.SelectedAsync()), Is.EqualTo(("/app", "/app/static")));
        await PressAsync(page, "ArrowLeft");
        Assert.That(await page.SelectedAsync(), Is.EqualTo("/app/server"));
        await PressAsync(page, "ArrowUp", "Escape");
        Assert.That((await page.DirectoryAsync(), await page.SelectedAsync()), Is.EqualTo(("/", "/app")));
        await PressAsync(page, "ArrowLeft", "Enter", "Backspace");
        Assert.That((await page.DirectoryAsync(), await page.SelectedAsync()), Is.EqualTo(("/", "/usr")));
    }

    [Test]
    public async Task The_pointer_over_a_block_tells_path_size_mode_owner_and_instruction()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full);
        await page.HoverChartAsync(0.83, 2);
        Assert.That(await page.Page.Locator(".tooltip").InnerTextAsync(),
            Is.EqualTo("/app/server\n18.2 MB · file · rwxr-xr-x · 0:0\nLayer 4: RUN chmod 0755 /app/server && rm -rf /app/docs"));
        await page.Page.Mouse.MoveAsync(5, 5);
        Assert.That(await page.Page.Locator(".tooltip").IsVisibleAsync(), Is.False);
    }

    [Test]
    public async Task The_tree_opens_and_closes_by_arrow_keys()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full);
        Assert.That(await page.RowsAsync(), Is.EqualTo(Top));
        await page.Page.GetByRole(AriaRole.Tree).FocusAsync();
        await PressAsync(page, "ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight");
        Assert.That(await page.SelectedAsync(), Is.EqualTo("/app/server"));
        Assert.That(await page.RowsAsync(),
            Is.EqualTo(new[] { "usr/", "app/", "server", "static/", "migrations/", "config/" }.Concat(Top.Skip(2))));
        await PressAsync(page, "ArrowLeft", "ArrowLeft");
        Assert.That((await page.SelectedAsync(), await page.RowsAsync()), Is.EqualTo(("/app", Top)));
        await PressAsync(page, "End");
        Assert.That(await page.SelectedAsync(), Is.EqualTo("/tmp"));
        await PressAsync(page, "Home", "Enter");
        Assert.That(await page.DirectoryAsync(), Is.EqualTo("/usr"));
        await PressAsync(page, "Backspace");
        Assert.That((await page.DirectoryAsync(), await page.SelectedAsync()), Is.EqualTo(("/", "/usr")));
    }

    [Test]
    public async Task The_tree_says_where_its_active_row_is()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full);
        var tree = page.Page.GetByRole(AriaRole.Tree);
        await tree.FocusAsync();
        await PressAsync(page, "ArrowDown", "ArrowDown", "ArrowRight", "ArrowDown");
        var active = page.Page.Locator("#" + await tree.GetAttributeAsync("aria-activedescendant"));
        Assert.That(await active.GetAttributeAsync("aria-level"), Is.EqualTo("2"));
        Assert.That((await active.GetAttributeAsync("aria-posinset"), await active.GetAttributeAsync("aria-setsize")),
            Is.EqualTo(("1", "4")));
        Assert.That(await page.Page.Locator("[role=treeitem][aria-expanded=true]").CountAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_row_of_the_tree_opens_by_a_click_and_is_shown_alone_by_two()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full);
        await page.Page.Locator(".row", new PageLocatorOptions { HasText = "app/" }).ClickAsync();
        Assert.That((await page.RowsAsync())[2], Is.EqualTo("server"));
        await page.Page.Locator(".row", new PageLocatorOptions { HasText = "static/" }).DblClickAsync();
        Assert.That(await page.DirectoryAsync(), Is.EqualTo("/app/static"));
    }

    [Test]
    public async Task Colours_are_of_the_layers_or_of_the_types()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full);
        var legend = page.Page.GetByRole(AriaRole.List, new PageGetByRoleOptions { Name = "Colours" });
        Assert.That(await legend.InnerTextAsync(), Does.Contain("4: RUN chmod 0755"));
        var before = await PixelsAsync(page);
        await page.Page.GetByLabel("type", new PageGetByLabelOptions { Exact = true }).CheckAsync();
        Assert.That(await legend.InnerTextAsync(), Does.Contain(".so").And.Contain("executable").And.Contain("all others"));
        Assert.That(await PixelsAsync(page), Is.Not.EqualTo(before));
    }

    [Test]
    public async Task A_layer_chosen_in_its_table_shows_only_its_files()
    {
        await using var page = await ReportPage.OpenAsync(SampleReport.Full);
        await page.Button("Show only the files of layer 4").ClickAsync();
        Assert.That(await page.RowsAsync(), Is.EqualTo(new[] { "app/" }));
        Assert.That(await page.Page.GetByLabel("Layer", new PageGetByLabelOptions { Exact = true }).InputValueAsync(), Is.EqualTo("3"));
        await page.Page.Locator(".row").ClickAsync();
        Assert.That(await page.RowsAsync(), Is.EqualTo(new[] { "app/", "server" }));
        await page.Button("Show only the files of layer 4").ClickAsync();
        Assert.That((await page.RowsAsync()).Where(row => row.EndsWith('/')), Is.SupersetOf(new[] { "usr/", "var/" }));
    }

    private static async Task PressAsync(ReportPage page, params string[] keys)
    {
        foreach (var key in keys)
        {
            await page.Page.Keyboard.PressAsync(key);
        }
    }

    private static Task<string> PixelsAsync(ReportPage page) => page.Chart.EvaluateAsync<string>("canvas => canvas.toDataURL()");
}
