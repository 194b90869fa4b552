using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Sites;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>How sites are made, by whatever makes them; how they are served is in <see cref="SiteServerTests"/>.</summary>
public sealed class SiteProjectTests : FolderFixture
{
    private ImageProject Project(Action<SiteProjectSettings>? configure = null)
    {
        var settings = new SiteProjectSettings();
        configure?.Invoke(settings);
        return SitePreset.Describe(_folder.Path, settings);
    }

    [Test]
    public void A_library_of_a_workspace_that_only_uses_the_tool_is_no_site()
    {
        _folder.File("package.json", """{ "workspaces": ["packages/*", "docs"], "devDependencies": { "astro": "6" } }""")
            .File("package-lock.json")
            .File("packages/theme/package.json", """{ "name": "theme", "exports": "./i.js", "devDependencies": { "astro": "6" } }""")
            .File("docs/package.json", """{ "name": "docs", "scripts": { "build": "astro build" }, "dependencies": { "astro": "6" } }""");
        Assert.That(Text(), Does.Contain("COPY --from=builder /app/docs/dist/ /usr/share/nginx/html"));
    }

    private string Text(Action<SiteProjectSettings>? configure = null) => Project(configure).ToDockerfile().ToString();

    private static string Output(ImageProject project) => project.Artifacts.Single(artifact => artifact.Source != "/site.conf").Source;

    private void Package(string dependency, string build, string more = "") => _folder.File("package-lock.json").File(
        "package.json",
        $$"""{ "name": "shop", "scripts": { "build": "{{build}}" }, "devDependencies": { "{{dependency}}": "1" }{{more}} }""");

    [Test]
    public void Hugo_makes_a_site_that_nginx_serves()
    {
        _folder.Files("hugo.toml", "content/_index.md");
        var text = Text(site => site.Variants.Add(new Variant(Variant.Development, Stage.From("busybox:1"))));
        Assert.That(text,
            Does.StartWith("FROM ghcr.io/gohugoio/hugo:v0.165.0 AS builder\nUSER root\nRUN printf \"%s\\n\" \\\n    'server {'"));
        Assert.That(text,
            Does.Contain("\nWORKDIR /src\nCOPY . .\nRUN --mount=type=cache,target=/cache hugo --minify --destination public \\\n"));
        Assert.That(text, Does.EndWith(
            """
            FROM busybox:1 AS development

            FROM nginxinc/nginx-unprivileged:stable-alpine-slim AS final
            COPY --from=builder /site.conf /etc/nginx/conf.d/default.conf
            COPY --from=builder /src/public/ /usr/share/nginx/html
            EXPOSE 8080
            HEALTHCHECK CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/healthz"]
            USER 101:101

            """));
    }

    [TestCase(".hugo-version", "0.147.2", "v0.147.2")]
    [TestCase(".tool-versions", "hugo extended_0.150.1", "v0.150.1")]
    [TestCase("netlify.toml", "[build.environment]\nHUGO_VERSION = \"0.140.0\"", "v0.140.0")]
    [TestCase(".github/workflows/pages.yml", "env:\n  HUGO_VERSION: 0.155.1\n", "v0.155.1")]
    [TestCase(".github/workflows/pages.yml", "with:\n  hugo-version: '0.155.2'\n", "v0.155.2")]
    public void Hugo_is_of_the_version_that_the_project_pins(string file, string text, string tag)
    {
        _folder.File("hugo.toml").File(file, text);
        Assert.That(Text(), Does.StartWith($"FROM ghcr.io/gohugoio/hugo:{tag} AS builder"));
        Assert.That(Project().Assumptions.Where(assumption => assumption.Doubtful), Is.Empty);
    }

    [Test]
    public void A_Hugo_without_an_image_is_told()
    {
        _folder.File("config.toml").Folder("content").File(".hugo-version", "0.80.0");
        Assert.That(Text(), Does.StartWith("FROM ghcr.io/gohugoio/hugo:v0.165.0 AS builder"));
        Assert.That(Project().Assumptions.Single(assumption => assumption.Doubtful).Text,
            Does.StartWith(".hugo-version asks for Hugo 0.80.0, which has no image"));
    }

    [Test]
    public void A_theme_that_is_an_empty_submodule_is_told_before_the_build()
    {
        _folder.File("hugo.toml", "theme = \"ananke\"").Folder("themes/ananke");
        Assert.That(() => Project(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("'themes/ananke' is empty")
            .And.Message.Contains("git submodule update --init --recursive"));
        _folder.File("themes/ananke/theme.toml");
        Assert.That(() => Project(), Throws.Nothing);
    }

    [Test]
    public void Hugo_gets_packages_of_Nodes_and_a_script_that_does_more_is_run()
    {
        Package("postcss-cli", "npm run css && hugo --minify");
        _folder.File("hugo.toml");
        Assert.That(Text(), Does.Contain("npm ci").And.Contain("npm run build").And.Not.Contain("hugo --minify --destination"));
        Package("postcss-cli", "hugo --minify");
        Assert.That(Text(), Does.Contain("npm ci").And.Contain("hugo --minify --destination public").And.Not.Contain("npm run build"));
    }

    [Test]
    public void What_Hugo_reads_of_the_repository_is_told()
    {
        _folder.File("hugo.toml", "baseURL = 'https://example.org/docs/'\nenableGitInfo = true\n");
        Assert.That(Project().Assumptions.Where(assumption => assumption.Doubtful).Select(assumption => assumption.Text),
            Has.Some.Contains("site.Include.Add(\".git\")").And.Some.Contains("HUGO_BASEURL"));
        Assert.That(Text(), Does.Contain("COPY --from=builder /src/public/ /usr/share/nginx/html/docs\n"));
    }

    [TestCase("@11ty/eleventy", "eleventy", "eleventy.config.js", "export default () => ({ dir: { output: 'www' } })", "/app/www/")]
    [TestCase("@11ty/eleventy", "eleventy --output=site", "a", "", "/app/site/")]
    [TestCase("@11ty/eleventy", "eleventy", "a", "", "/app/_site/")]
    [TestCase("vite", "vite build", "index.html", "", "/app/dist/")]
    [TestCase("vite", "vite build --outDir out", "index.html", "", "/app/out/")]
    [TestCase("react-scripts", "react-scripts build", "public/index.html", "", "/app/build/")]
    [TestCase("@vue/cli-service", "vue-cli-service build", "vue.config.js", "module.exports = { outputDir: 'docs' }", "/app/docs/")]
    [TestCase("parcel", "parcel build src/index.html", "src/index.html", "", "/app/dist/")]
    [TestCase("astro", "astro build", "astro.config.mjs", "export default { outDir: './web' }", "/app/web/")]
    [TestCase("next", "next build", "next.config.js", "module.exports = { output: 'export', distDir: 'site' }", "/app/site/")]
    [TestCase("next", "next build && next export", "a", "", "/app/out/")]
    [TestCase("nuxt", "nuxt generate", "nuxt.config.ts", "", "/app/.output/public/")]
    [TestCase("@sveltejs/kit", "vite build", "svelte.config.js", "import a from '@sveltejs/adapter-static'; adapter({ pages: 'out' })",
        "/app/out/")]
    [TestCase("gatsby", "gatsby build", "a", "", "/app/public/")]
    [TestCase("hexo", "hexo generate", "_config.yml", "title: a\npublic_dir: pages\n", "/app/pages/")]
    [TestCase("@docusaurus/core", "docusaurus build", "docusaurus.config.ts", "", "/app/build/")]
    [TestCase("vitepress", "vitepress build docs", "docs/.vitepress/config.mts", "", "/app/docs/.vitepress/dist/")]
    [TestCase("vitepress", "vitepress build docs", "docs/.vitepress/config.mts", "export default { outDir: '../public' }", "/app/public/")]
    [TestCase("vuepress", "vuepress build docs", "docs/.vuepress/config.js", "module.exports = { dest: 'out' }", "/app/docs/out/")]
    [TestCase("@angular/core", "ng build", "angular.json",
        """{ "projects": { "shop": { "architect": { "build": { "builder": "@angular/build:application" } } } } }""",
        "/app/dist/shop/browser/")]
    [TestCase("@angular/core", "ng build", "angular.json",
        """{ "projects": { "shop": { "architect": { "build": { "builder": "@angular-devkit/build-angular:browser", "options": """
            + """{ "outputPath": "www" } } } } } }""", "/app/www/")]
    [TestCase("@angular/core", "ng build", "angular.json",
        """{ "projects": { "shop": { "architect": { "build": { "builder": "@angular/build:application", "options": { "outputPath": """
            + """{ "base": "out", "browser": "" } } } } } } }""", "/app/out/")]
    [TestCase("@quasar/app-vite", "quasar build", "a", "", "/app/dist/spa/")]
    [TestCase("@react-router/dev", "react-router build", "react-router.config.ts", "export default { ssr: false }", "/app/build/client/")]
    public void A_tool_of_Nodes_puts_its_output_where_it_is_told(string package, string build, string file, string content, string output)
    {
        Package(package, build);
        _folder.File(file, content);
        Assert.That(Output(Project()), Is.EqualTo(output));
        Assert.That(Text(), Does.Contain("npm ci").And.Contain("npm run build"));
        Assert.That(Project().Assumptions.Where(assumption => assumption.Doubtful), Is.Empty);
    }

    [TestCase("export default {\n  root: 'client',\n}", "client/dist")]
    [TestCase("export default {\n  root: 'client',\n  build: { outDir: '../out' },\n}", "out")]
    [TestCase("export default {\n  root: 'client',\n  build: { outDir: path.resolve(__dirname, 'out') },\n}", "out")]
    public void Vite_works_in_the_folder_that_its_configuration_names(string configuration, string output)
    {
        Package("vite", "vite build");
        _folder.File("vite.config.ts", configuration).File("client/index.html");
        Assert.That(Output(Project()), Is.EqualTo($"/app/{output}/"));
    }

    [Test]
    public void A_library_that_Vite_packs_is_no_site()
    {
        Package("vite", "vite build");
        _folder.File("index.html").File("vite.config.ts", "export default { build: { lib: { entry: 'src/main.ts' } } }");
        Assert.That(Project().Assumptions.Where(assumption => assumption.Doubtful).Select(assumption => assumption.Text),
            Has.Some.Contains("taken to be 'dist'"));
    }

    [Test]
    public void Another_script_makes_the_site_where_build_does_not()
    {
        _folder.File("package.json",
            """{ "scripts": { "build": "tsc", "docs:build": "vitepress build docs" }, "devDependencies": { "vitepress": "1" } }""")
                .Folder("docs");
        Assert.That(Text(), Does.Contain("npm run docs:build"));
        _folder.File("package.json",
            """{ "scripts": { "build": "nuxt build", "generate": "nuxt generate" }, "dependencies": { "nuxt": "4" } }""");
        Assert.That(Text(), Does.Contain("npm run generate"));
    }

    [TestCase("next", "next build", "next.config.js", "", "Next.js answers its requests. Describe it by MultiStageNode")]
    [TestCase("@sveltejs/kit", "vite build", "svelte.config.js", "adapter-auto", "Use @sveltejs/adapter-node for a server")]
    [TestCase("left-pad", "x", "a", "", null)]
    public void What_is_a_server_is_no_site(string package, string build, string file, string content, string? message)
    {
        Package(package, build);
        _folder.File(file, content);
        if (message is null)
        {
            Assert.That(() => Project(), Throws.Nothing);
        }
        else
        {
            Assert.That(() => Project(), Throws.InstanceOf<MultiStageException>().With.Message.Contains(message));
            Assert.That(Output(Project(site => site.Output = "out")), Is.EqualTo("/app/out/"));
        }
    }

    [Test]
    public void A_package_of_a_workspace_is_built_with_what_it_needs()
    {
        _folder.File("package.json", """{ "private": true, "workspaces": ["apps/*", "packages/*"] }""").File("package-lock.json")
            .File("apps/web/package.json",
                """{ "name": "web", "scripts": { "build": "vite build" }, "dependencies": { "words": "*" }, "devDependencies": """
                    + """{ "vite": "7" } }""")
            .File("apps/web/index.html")
            .File("apps/api/package.json", """{ "name": "api", "scripts": { "start": "node a.js" }, "dependencies": { "express": "5" } }""")
            .File("packages/words/package.json", """{ "name": "words", "scripts": { "build": "tsc" } }""");
        Assert.That(Output(Project()), Is.EqualTo("/app/apps/web/dist/"));
        Assert.That(Text(), Does.Contain("npm run build --workspace=packages/words \\\n && npm run build --workspace=apps/web"));
        var inner = SitePreset.Describe(_folder["apps/web"], new SiteProjectSettings());
        Assert.That(Output(inner), Is.EqualTo("/app/apps/web/dist/"));
        Assert.That(inner.ContextDirectory, Is.EqualTo(_folder.Path));
        _folder.File("apps/docs/package.json",
            """{ "name": "docs", "scripts": { "build": "astro build" }, "dependencies": { "astro": "5" } }""");
        Assert.That(Output(Project()), Is.EqualTo("/app/apps/web/dist/"));
        _folder.File("apps/admin/package.json",
            """{ "name": "admin", "scripts": { "build": "astro build" }, "dependencies": { "astro": "5" } }""");
        Assert.That(() => Project(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("as in site.Package = \"apps/admin\""));
        Assert.That(Output(Project(site => site.Package = "docs")), Is.EqualTo("/app/apps/docs/dist/"));
    }

    [Test]
    public void A_package_of_a_workspace_may_have_its_tool_of_the_root()
    {
        _folder.File("package.json",
            """{ "private": true, "workspaces": ["app", "packages/*"], "scripts": """
                + """{ "build": "yarn --cwd ./app build" }, "devDependencies": { "vite": "5" } }""").File("yarn.lock")
            .File("app/package.json",
                """{ "name": "app", "scripts": """
                    + """{ "build": "yarn build:app", "build:app": "vite build", "postbuild": "node version.js" } }""")
                    .File("app/index.html")
            .File("app/vite.config.mts", "export default { build: { outDir: 'build' } }")
            .File("packages/a/package.json", """{ "name": "a" }""");
        Assert.That(Output(Project()), Is.EqualTo("/app/app/build/"));
        Assert.That(Cake.MultiStage.Projects.Detection.ProjectDetector.Choose(new ProjectFolder(_folder.Path)).Ecosystem,
            Is.EqualTo(Ecosystem.Site));
    }

    [TestCase("VITE_API=https://api.example.com\n", true, false)]
    [TestCase("# for all\nVITE_API=1\nSECRET=x\n", false, true)]
    [TestCase("SECRET=x\n", false, false)]
    public void Variables_that_everybody_sees_travel_and_others_are_told(string text, bool travels, bool told)
    {
        Package("vite", "vite build");
        _folder.File("index.html").File(".env", text);
        Assert.That(Project().Included.Contains(".env", StringComparer.Ordinal), Is.EqualTo(travels));
        Assert.That(
            Project().Assumptions.Any(
                assumption => assumption is { Doubtful: true }
                    && assumption.Text.Contains("site.Include.Add(\".env\")", StringComparison.Ordinal)), Is.EqualTo(told));
    }

    [Test]
    public void A_build_that_puts_its_pages_elsewhere_says_so()
    {
        Package("vite", "vite build");
        _folder.File("index.html");
        Assert.That(Text(), Does.Contain("The build put no pages into 'dist'").And.Contain("as in site.Output"));
    }

    [Test]
    public void Finished_pages_are_taken_as_they_are()
    {
        _folder.File("public/index.html");
        Assert.That(Output(Project()), Is.EqualTo("/src/public/"));
        Assert.That(Text(), Does.Contain("COPY public public/"));
        _folder.File("index.html");
        File.Delete(_folder["public/index.html"]);
        Assert.That(Output(Project()), Is.EqualTo("/src/"));
    }

    [Test]
    public void A_folder_without_pages_is_told() =>
        Assert.That(() => Project(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("no index.html"));

    [Test]
    public void A_package_without_a_script_that_builds_is_told()
    {
        _folder.File("package.json", """{ "scripts": { "build:web": "x" } }""");
        Assert.That(() => Project(site => site.Package = "."), Throws.InstanceOf<MultiStageException>());
        Package("left-pad", "x");
        Assert.That(() => Project(site => site.BuildScript = "none"),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("no index.html"));
    }

    [TestCase("book.toml", "mdBook", "cargo install mdbook")]
    [TestCase("antora-playbook.yml", "Antora", "npx antora")]
    public void A_generator_without_steps_of_its_own_is_named_with_the_lines_that_build_it(string file, string name, string command)
    {
        _folder.File(file);
        Assert.That(() => Project(), Throws.InstanceOf<MultiStageException>().With.Message.Contains($"is a site of {name}")
            .And.Message.Contains("MultiStageProject(").And.Message.Contains(command));
    }

    [Test]
    public void Zola_is_not_taken_for_Hugo()
    {
        _folder.File("config.toml", "base_url = \"https://example.com\"").Folder("content");
        Assert.That(() => Project(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("is a site of Zola"));
    }
}
