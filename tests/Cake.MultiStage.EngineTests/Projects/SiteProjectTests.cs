using System.Net;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.Checking;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests.Projects;

/// <summary>
/// Sites of the usual shapes are locked by the real package manager, restored from the npm registry, built, and answer as their generators
/// need it, without a finding.
/// </summary>
public sealed class SiteProjectTests
{
    private static async Task<string> BuildAsync(Workspace workspace, Action<SiteProjectSettings>? configure = null)
    {
        var project = workspace.Cake.MultiStageSite(".", site =>
        {
            site.Tags.Add(workspace.Tag);
            configure?.Invoke(site);
        });
        var image = await workspace.BuildAsync(project, BuilderKind.BuildKit, build => build.Network = "host");
        var measured = await workspace.Cake.MultiStageMeasureAsync(image);
        var checkedImage = await workspace.Cake.MultiStageCheckAsync(measured, new MultiStageCheckSettings { FailOn = null });
        Assert.That(checkedImage.Findings.Where(finding => finding.Level > FindingLevel.Note).Select(finding => finding.Rule), Is.Empty);
        return workspace.Tag;
    }

    private static Task<string> BuildByNodeAsync(Workspace workspace, Action<SiteProjectSettings>? configure = null) =>
        BuildAsync(workspace, site =>
    {
        site.ToolchainVersion = "24";
        // The certificates of the machine's own authority, where its registry is behind one.
        site.BuilderEnvironment["NODE_OPTIONS"] = "--use-openssl-ca";
        configure?.Invoke(site);
    });

    private static async Task<(HttpStatusCode Code, string Text, string Cache, string Type)> AskAsync(RunningContainer site, string path)
    {
        using var answer = await site.GetAsync(path);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(), string.Join(' ', answer.Headers.CacheControl?.ToString()),
            answer.Content.Headers.ContentType?.ToString() ?? "");
    }

    [Test]
    public async Task A_single_page_app_of_Vite_answers_deep_links_and_its_files_are_kept_by_browsers()
    {
        await using var workspace = new Workspace();
        workspace.Write("package.json", """
            {
              "name": "shop", "version": "1.0.0", "private": true, "type": "module",
              "scripts": { "dev": "vite", "build": "vite build" }, "devDependencies": { "vite": "^7.0.0" }
            }
            """);
        workspace.Write("index.html",
            """<!doctype html><title>Shop</title><div id="app"></div><script type="module" src="/main.js"></script>""");
        workspace.Write("main.js", "document.querySelector('#app').textContent = import.meta.env.VITE_GREETING;");
        workspace.Write(".env", "VITE_GREETING=welcome-to-the-shop\n");
        workspace.Write("public/app.webmanifest", "{}");
        await RealClient.RunAsync(workspace, "node:24-slim", ["NODE_OPTIONS=--use-openssl-ca"], "npm install --package-lock-only",
            "package-lock.json");
        var image = await BuildByNodeAsync(workspace);
        await using var site = await workspace.Engine.ServeAsync(image, 8080);
        var page = await AskAsync(site, "/");
        Assert.That((page.Code, page.Cache, page.Type), Is.EqualTo((HttpStatusCode.OK, "no-cache", "text/html; charset=utf-8")));
        var deep = await AskAsync(site, "/orders/7");
        Assert.That((deep.Code, deep.Text), Is.EqualTo((HttpStatusCode.OK, page.Text)));
        var script = page.Text.Split('"').First(part => part.StartsWith("/assets/", StringComparison.Ordinal));
        var file = await AskAsync(site, script);
        Assert.That(file.Text, Does.Contain("welcome-to-the-shop"));
        Assert.That(file.Cache, Does.Contain("max-age=31536000").And.Contain("immutable"));
        foreach (var missing in new[] { "/assets/index-00000000.js", "/robots.txt.js", "/missing.png" })
        {
            Assert.That((await AskAsync(site, missing)).Code, Is.EqualTo(HttpStatusCode.NotFound), missing);
        }

        Assert.That((await AskAsync(site, "/app.webmanifest")).Type, Does.StartWith("application/manifest+json"));
    }

    [Test]
    public async Task Pages_of_a_workspace_below_a_path_answer_there_and_what_is_missing_by_their_own_page()
    {
        await using var workspace = new Workspace();
        workspace.Write("package.json", """{ "name": "root", "private": true, "workspaces": ["packages/*", "apps/*"] }""");
        workspace.Write("packages/words/package.json",
            """{ "name": "@shop/words", "version": "1.0.0", "main": "dist/index.js", "scripts": """
                + """{ "build": "mkdir -p dist && cp index.js dist/" } }""");
        workspace.Write("packages/words/index.js", "module.exports = 'a word';");
        workspace.Write("apps/pages/package.json", """
            {
              "name": "@shop/pages", "version": "1.0.0", "scripts": { "build": "eleventy" },
              "devDependencies": { "@11ty/eleventy": "^3.0.0", "@shop/words": "*" }
            }
            """);
        workspace.Write("apps/pages/eleventy.config.js", """
            module.exports = config => {
              config.addGlobalData('word', require('@shop/words'));
              return { pathPrefix: '/manual/', dir: { input: 'pages', output: 'www' } };
            };
            """);
        workspace.Write("apps/pages/pages/index.md", "# Manual with {{ word }}");
        workspace.Write("apps/pages/pages/start.md", "# Start");
        workspace.Write("apps/pages/pages/404.md", "---\npermalink: 404.html\n---\n# Nothing here");
        await RealClient.RunAsync(workspace, "node:24-slim", ["NODE_OPTIONS=--use-openssl-ca"], "npm install --package-lock-only",
            "package-lock.json");
        var image = await BuildByNodeAsync(workspace);
        await using var site = await workspace.Engine.ServeAsync(image, 8080);
        Assert.That(await site.ReadAsync("/manual/"), Does.Contain("Manual with a word"));
        Assert.That(await site.ReadAsync("/manual/start/"), Does.Contain("Start"));
        // Redirects name no port: a proxy in front has another.
        Assert.That(await site.ReadAsync("/manual/start"), Does.Contain("Start"));
        Assert.That(await site.ReadAsync("/"), Does.Contain("Manual with a word"));
        var missing = await AskAsync(site, "/manual/nothing");
        Assert.That((missing.Code, missing.Text.Contains("Nothing here", StringComparison.Ordinal)),
            Is.EqualTo((HttpStatusCode.NotFound, true)));
    }

    [Test]
    public async Task The_projects_own_configuration_of_nginx_is_taken_as_it_is()
    {
        await using var workspace = new Workspace();
        workspace.Write("index.html", "<h1>Own</h1>");
        workspace.Write("nginx.conf", """
            user nginx;
            pid /var/run/nginx.pid;
            events { worker_connections 64; }
            http {
                server {
                    listen 9090;
                    root /srv/pages;
                    location = /old { return 410; }
                }
            }
            """);
        var image = await BuildAsync(workspace);
        await using var site = await workspace.Engine.ServeAsync(image, 9090);
        Assert.That(await site.ReadAsync("/"), Does.Contain("<h1>Own</h1>"));
        Assert.That((await AskAsync(site, "/old")).Code, Is.EqualTo(HttpStatusCode.Gone));
        Assert.That((await AskAsync(site, "/nginx.conf")).Code, Is.EqualTo(HttpStatusCode.NotFound));
    }
}
