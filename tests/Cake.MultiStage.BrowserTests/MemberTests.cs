using Cake.MultiStage.BrowserTests.Kit;
using Cake.MultiStage.Tests.Reporting;
using NUnit.Framework;

namespace Cake.MultiStage.BrowserTests;

/// <summary>The page reads each member of the document that <c>Shown.txt</c> says it shows, and no other.</summary>
public sealed class MemberTests
{
    // Stands between the document and the page, and notes the members whose values are taken.
    private const string Watcher =
        """
        const unpacked = Response.prototype.json;
        window.taken = new Set();
        const watched = (value, path) => (typeof value !== "object" || value === null ? value : new Proxy(value, {
          get(target, key) {
            const found = Reflect.get(target, key);
            const isMember = typeof key === "string" && Object.hasOwn(target, key) && key !== "length";
            if (!isMember) {
              return found;
            }
            const at = Array.isArray(target) ? `${path}[]` : path.endsWith(".stages") ? `${path}.*` : path === "" ? key : `${path}.${key}`;
            if (typeof found !== "object") {
              window.taken.add(at);
            }
            return watched(found, at);
          },
        }));
        Response.prototype.json = async function () {
          return watched(await unpacked.call(this), "");
        };
        """;

    [Test]
    public async Task The_page_takes_what_it_is_said_to_show()
    {
        await using var page = await ReportPage.OpenAsync(FilledReport.Document, script: Watcher);
        var taken = await page.Page.EvaluateAsync<string[]>("() => [...window.taken]");
        var told = (await File.ReadAllLinesAsync(Path.Combine(TestContext.CurrentContext.TestDirectory, "Shown.txt")))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(line => line.Contains("page", StringComparer.Ordinal))
            .Select(line => line[0]);
        Assert.That(taken, Is.EquivalentTo(told));
        Assert.That(page.Complaints, Is.Empty);
    }
}
