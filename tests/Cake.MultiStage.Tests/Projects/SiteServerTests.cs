using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Sites;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>How nginx serves a site: what answers where no page is, what browsers may keep, and the project's own configuration.</summary>
public sealed class SiteServerTests : FolderFixture
{
    private const string Immutable = "add_header Cache-Control public,max-age=31536000,immutable;";

    private ImageProject Project(Action<SiteProjectSettings>? configure = null)
    {
        var settings = new SiteProjectSettings();
        configure?.Invoke(settings);
        return SitePreset.Describe(_folder.Path, settings);
    }

    private string Text(Action<SiteProjectSettings>? configure = null) => Project(configure).ToDockerfile().ToString();

    private void Package(string dependency, string build = "x", string more = "") =>
        _folder.File("package.json", $$"""{ "scripts": { "build": "{{build}}" }, "devDependencies": { "{{dependency}}": "1" }{{more}} }""");

    [Test]
    public void A_path_of_a_single_page_app_is_answered_by_its_page_and_a_missing_file_is_not()
    {
        Package("vite");
        _folder.File("index.html");
        Assert.That(Text(), Does.Contain("'    location / { try_files $uri $uri.html $uri/ /index.html; }' \\\n")
            .And.Contain("woff2?|ttf)$ { try_files $uri =404; }' \\\n")
            .And.Contain("\"    location ~ \\\"^/assets/.+-[0-9A-Za-z_-]{8}[.]\\\" {\" \\\n    '        try_files $uri =404;' \\\n"
                + $"    '        {Immutable}' \\\n").And.Contain("'    add_header Cache-Control no-cache;'")
                    .And.Contain("'    absolute_redirect off;'"));
        Assert.That(Text(site => site.SinglePage = false), Does.Contain("error_page 404 /404.html").And.Not.Contain("/index.html;"));
        _folder.File("about.html");
        Assert.That(Text(), Does.Contain("error_page 404 /404.html").And.Not.Contain("/index.html;"));
    }

    [TestCase("react-scripts", "^/static/", "/index.html")]
    [TestCase("@angular/core", "(-[A-Z0-9]{8}|[.][0-9a-f]{16,20})[.](js|css)$", "/index.html")]
    [TestCase("@vue/cli-service", "^/(js|css|img|fonts)/.+[.][0-9a-f]{8}[.]", "/index.html")]
    [TestCase("astro", "^/_astro/", "=404")]
    [TestCase("gatsby", "^/static/|-[0-9a-f]{20}[.](js|css)$", "=404")]
    public void Each_tool_says_what_browsers_may_keep_and_what_answers_elsewhere(string package, string hashed, string otherwise)
    {
        Package(package);
        Assert.That(Text(), Does.Contain($"location ~ \\\"{hashed.Replace("$", "\\$", StringComparison.Ordinal)}\\\" {{")
            .And.Contain($"try_files $uri $uri.html $uri/ {otherwise};"));
    }

    [TestCase("fallback: '200.html'", "/200.html")]
    [TestCase("fallback: '404.html'", "=404")]
    [TestCase("", "=404")]
    public void SvelteKit_says_which_page_answers_elsewhere(string option, string otherwise)
    {
        Package("@sveltejs/kit", "vite build");
        _folder.File("svelte.config.js", $"import adapter from '@sveltejs/adapter-static'; adapter({{ {option} }})");
        Assert.That(Text(), Does.Contain($"try_files $uri $uri.html $uri/ {otherwise};"));
    }

    [Test]
    public void Files_of_the_projects_own_are_not_kept_for_good()
    {
        Package("react-scripts");
        _folder.File("public/static/logo.png");
        Assert.That(Text(), Does.Not.Contain(Immutable));
    }

    [TestCase("vite", "vite.config.js", "export default {\n  base: '/shop/',\n}")]
    [TestCase("react-scripts", "package.json", null)]
    [TestCase("@docusaurus/core", "docusaurus.config.js", "module.exports = { baseUrl: '/shop/' }")]
    [TestCase("astro", "astro.config.mjs", "export default { base: '/shop' }")]
    [TestCase("@vue/cli-service", "vue.config.js", "module.exports = { publicPath: '/shop/' }")]
    [TestCase("@angular/core", "angular.json",
        """{ "projects": { "a": { "architect": { "build": { "options": { "baseHref": "/shop/" } } } } } }""")]
    public void Pages_that_expect_to_be_below_a_path_are_served_there(string package, string file, string? content)
    {
        Package(package, "docusaurus build", """, "homepage": "https://example.com/shop" """);
        _folder.File("index.html");
        if (content is not null)
        {
            _folder.File(file, content);
        }

        Assert.That(Project().Artifacts[1].Destination, Is.EqualTo("/usr/share/nginx/html/shop"));
        Assert.That(Text(), Does.Contain("'    location = / { return 302 /shop/; }'"));
    }

    [Test]
    public void Finished_pages_say_themselves_how_their_text_is_written_and_what_is_not_found()
    {
        _folder.File("index.html");
        Assert.That(Text(),
            Does.Contain("error_page 404 /404.html;").And.Not.Contain("charset").And.Not.Contain(Immutable).And.Contain("gzip on;"));
    }

    [Test]
    public void The_projects_own_configuration_is_taken()
    {
        _folder.File("index.html")
            .File("nginx.conf", "server {\n  listen 9090;\n  root /var/www/shop;\n  location /api { proxy_pass http://api:80; }\n}\n");
        var project = Project();
        Assert.That(Text(),
            Does.Contain("RUN mv nginx.conf /site.conf\n")
                .And.Contain("COPY --from=builder /site.conf /etc/nginx/conf.d/default.conf\n").And.Not.Contain("printf"));
        Assert.That(project.Ports, Is.EqualTo(["9090"]));
        Assert.That(project.Artifacts[1].Destination, Is.EqualTo("/var/www/shop"));
        Assert.That(project.Assumptions.Select(assumption => assumption.Text), Has.Some.Contains("'api'"));
        Assert.That(project.Assumptions.Where(assumption => assumption.Doubtful), Is.Empty);
    }

    [Test]
    public void A_whole_configuration_takes_the_place_of_the_bases_and_root_alone_ports_are_told()
    {
        _folder.File("index.html").File("deploy/site.conf", "events {}\nhttp { server {\n listen 80; # usual\n} }\n")
            .File("Dockerfile", "FROM nginx\nCOPY ./deploy/site.conf /etc/nginx/nginx.conf\n");
        var project = Project();
        Assert.That(project.Artifacts[0],
            Is.EqualTo(new Artifact("/site.conf", "/etc/nginx/nginx.conf") { Reason = "The project's own configuration of nginx." }));
        Assert.That(project.Cmd, Is.EqualTo(["nginx", "-g", "daemon off; pid /tmp/nginx.pid;"]));
        Assert.That(project.Ports, Is.EqualTo(["80"]));
        Assert.That(project.Assumptions.Single(assumption => assumption.Doubtful).Text,
            Does.Contain("port 80").And.Contain("listen 8080;"));
        _folder.File("deploy/site.conf", "pid /var/run/nginx.pid;\nevents {}\nhttp { server {\n listen 8080;\n} }\n");
        Assert.That(Project().Cmd, Is.Empty);
        Assert.That(Text(), Does.Contain("mkdir -p /system-files/run"));
    }

    [Test]
    public void What_other_hosts_read_is_told()
    {
        _folder.File("index.html").File("_headers").File("netlify.toml", "[[redirects]]\nfrom = \"/a\"\n");
        Assert.That(Project().Assumptions.Select(assumption => (assumption.Text.Split(' ')[0], assumption.Doubtful)),
            Is.EqualTo(new[] { ("_headers", false), ("netlify.toml", true), ("The", false) }));
    }
}
