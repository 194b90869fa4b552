using Cake.MultiStage.BrowserTests.Kit;
using Microsoft.Playwright;
using NUnit.Framework;

namespace Cake.MultiStage.BrowserTests;

/// <summary>Starts one browser for all tests; each opens windows of its own in it.</summary>
[SetUpFixture]
public sealed class BrowserSetUp
{
    private static IPlaywright? _playwright;
    private static IBrowser? _browser;

    internal static IBrowser Browser => _browser ?? throw new InvalidOperationException("The browser is not started.");

    [OneTimeSetUp]
    public async Task Start_the_browser()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = await Chromium.PathAsync(),
            // Chromium's sandbox refuses to run as root, which containers of CI are.
            Args = Environment.UserName == "root" ? ["--no-sandbox"] : [],
        });
    }

    [OneTimeTearDown]
    public async Task Stop_the_browser()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
