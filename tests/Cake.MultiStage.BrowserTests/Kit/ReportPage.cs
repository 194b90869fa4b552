using Cake.MultiStage.Reporting;
using Cake.MultiStage.Reporting.Document;
using Cake.MultiStage.Reporting.Html;
using Microsoft.Playwright;

namespace Cake.MultiStage.BrowserTests.Kit;

/// <summary>A report, written to a file and opened from it in a browser's window of its own.</summary>
internal sealed class ReportPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly string _file;

    private ReportPage(IBrowserContext context, IPage page, string file) => (_context, Page, _file) = (context, page, file);

    public IPage Page { get; }

    /// <summary>Gets what the page complained of, and what it asked the network for; nothing, where all is well.</summary>
    public List<string> Complaints { get; } = [];

    public static Task<ReportPage> OpenAsync(ReportSource source, int width = 1280, ColorScheme scheme = ColorScheme.Light,
        bool bypassPolicy = false) =>
        OpenAsync(ImageReport.Of(source), width, scheme, bypassPolicy);

    /// <param name="report">The report.</param>
    /// <param name="width">The width of the window.</param>
    /// <param name="scheme">The theme of the system.</param>
    /// <param name="bypassPolicy">Whether the page's content security policy is set aside.</param>
    /// <param name="script">What runs before the page's own script.</param>
    public static async Task<ReportPage> OpenAsync(ImageReport report, int width = 1280, ColorScheme scheme = ColorScheme.Light,
        bool bypassPolicy = false, string? script = null)
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("multistage-browser-").FullName, "report.html");
        await using (var stream = File.Create(file))
        {
            await HtmlReport.WriteAsync(report, stream, CancellationToken.None);
        }

        var context = await BrowserSetUp.Browser.NewContextAsync(
            new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = width, Height = 900 }, ColorScheme = scheme,
                BypassCSP = bypassPolicy });
        var opened = new ReportPage(context, await context.NewPageAsync(), file);
        context.SetDefaultTimeout(10_000);
        opened.Page.Console += (_, message) => opened.Note(message.Type is "error" or "warning", $"console: {message.Text}");
        opened.Page.PageError += (_, error) => opened.Note(true, $"error: {error}");
        opened.Page.Dialog += (_, dialog) => opened.Note(true, $"dialog: {dialog.Message}");
        opened.Page.Request += (_, request) => opened.Note(request.Url != new Uri(file).AbsoluteUri, $"request: {request.Url}");
        if (script is not null)
        {
            await opened.Page.AddInitScriptAsync(script);
        }

        await opened.ReloadAsync();
        return opened;
    }

    /// <summary>Loads the page, and waits until the report is unpacked and shown.</summary>
    public async Task ReloadAsync()
    {
        await Page.GotoAsync(new Uri(_file).AbsoluteUri);
        await Page.WaitForFunctionAsync("() => performance.getEntriesByName('shown').length > 0");
    }

    public ILocator Section(string id) => Page.Locator("#" + id);

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name, Exact = true });

    /// <summary>Gets the directory that the explorer shows, as the breadcrumb says.</summary>
    public async Task<string> DirectoryAsync() =>
        "/" + string.Join('/', (await Page.Locator(".crumbs button").AllInnerTextsAsync()).Skip(1));

    /// <summary>Gets the path of the file or directory that is selected, as the line says that is read out.</summary>
    public Task<string> SelectedAsync() => Page.Locator(".selected strong").InnerTextAsync();

    /// <summary>Gets the names of the rows of the tree.</summary>
    public Task<string[]> RowsAsync() =>
        Page.Locator(".tree .row .name").EvaluateAllAsync<string[]>("all => all.map(one => one.textContent)");

    /// <summary>Clicks on the diagram.</summary>
    /// <param name="part">How far to the right, of 1.</param>
    /// <param name="row">The row, from 0.</param>
    public async Task ClickChartAsync(double part, int row) =>
        await Chart.ClickAsync(new LocatorClickOptions { Position = await ChartAtAsync(part, row) });

    public async Task HoverChartAsync(double part, int row) =>
        await Chart.HoverAsync(new LocatorHoverOptions { Position = await ChartAtAsync(part, row) });

    public ILocator Chart => Page.Locator("canvas.chart");

    /// <summary>Keeps a picture among the artifacts of the tests.</summary>
    public Task ScreenshotAsync(string name) => Page.ScreenshotAsync(new PageScreenshotOptions { Path = PictureOf(name), FullPage = true });

    /// <summary>Keeps a picture of a section.</summary>
    public async Task ScreenshotAsync(string name, string section)
    {
        // In a window as high as the section, so that the bar at the top does not cover it.
        await Page.SetViewportSizeAsync(Page.ViewportSize!.Width, 2400);
        await Section(section).ScreenshotAsync(new LocatorScreenshotOptions { Path = PictureOf(name) });
    }

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);
    }

    private static string PictureOf(string name) => Path.Combine(Chromium.Root, "artifacts", "screenshots", name + ".png");

    private async Task<Position> ChartAtAsync(double part, int row)
    {
        const int Row = 26;
        var box = (await Chart.BoundingBoxAsync())!;
        return new Position { X = (float)(box.Width * part), Y = (Row * row) + (Row / 2) };
    }

    private void Note(bool isComplaint, string text)
    {
        if (isComplaint)
        {
            Complaints.Add(text);
        }
    }
}
