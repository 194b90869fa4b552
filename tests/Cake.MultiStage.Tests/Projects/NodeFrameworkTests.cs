using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Node;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>What frameworks build ships and starts as their documentation says.</summary>
public sealed class NodeFrameworkTests : FolderFixture
{
    private ImageProject Project(string package, string scripts = "\"build\": \"build\"", string list = "dependencies")
    {
        _folder.File("package.json", $"{{ \"scripts\": {{ {scripts} }}, \"{list}\": {{ \"{package}\": \"1\" }} }}")
            .File("package-lock.json");
        return NodePreset.Describe(_folder.Path, new NodeProjectSettings());
    }

    private static IEnumerable<string> Shipped(ImageProject project) =>
        project.Artifacts.Select(artifact => $"{artifact.Source} {artifact.Destination}");

    [Test]
    public void Next_ships_its_standalone_output_alone()
    {
        _folder.File("next.config.ts", "export default {\n // output: 'export'\n output: process.env.X ? undefined : 'standalone' }")
            .File("public/a.svg");
        var project = Project("next", "\"build\": \"next build\", \"start\": \"next start\"");
        Assert.That(Shipped(project),
            Is.EqualTo(["/app/.next/standalone/ /app/", "/app/.next/static /app/.next/static", "/app/public "
            + "/app/public", "/system-files/ /"]));
        Assert.That(project.Entrypoint, Is.EqualTo(["node", "server.js"]));
        Assert.That(project.Environment["HOSTNAME"], Is.EqualTo("0.0.0.0"));
        Assert.That(project.Ports, Is.EqualTo(["3000"]));
        Assert.That(project.ToDockerfile().ToString(), Does.Contain("COPY --from=builder --chown=1000:1000 "
            + "/app/.next/standalone/").And.Not.Contain("--omit=dev"));
    }

    [Test]
    public void Next_without_it_starts_by_its_own_program_and_says_what_would_be_smaller()
    {
        _folder.File("src/app/page.tsx");
        var project = Project("next", "\"build\": \"next build\", \"start\": \"next start -p 4000\"");
        Assert.That(project.Entrypoint, Is.EqualTo(["node", "node_modules/next/dist/bin/next", "start", "-p", "4000"]));
        Assert.That(project.ToDockerfile().ToString(), Does.Contain("rm -rf .next/cache node_modules package-lock.json src\n"));
        Assert.That(project.Assumptions.Select(assumption => assumption.Text), Has.One.Contains("standalone"));
    }

    [TestCase("next.config.ts", true)]
    [TestCase("next.config.mjs", false)]
    public void A_configuration_in_TypeScript_is_read_when_Next_starts(string file, bool needs)
    {
        _folder.File(file, "export default {}").File("package-lock.json").File("package.json", """
            {
              "scripts": { "build": "next build", "start": "next start" },
              "dependencies": { "next": "16" }, "devDependencies": { "typescript": "5" }
            }
            """);
        var project = NodePreset.Describe(_folder.Path, new NodeProjectSettings());
        Assert.That(project.Assumptions.Count(one => one.Doubtful
            && one.Text.StartsWith("The program needs typescript when it starts", StringComparison.Ordinal)), Is.EqualTo(needs ? 1 : 0));
        Assert.That(project.ToDockerfile().ToString().Contains("--omit=dev", StringComparison.Ordinal), Is.EqualTo(!needs));
    }

    [TestCase("next", "next.config.js", "module.exports = { output: \"export\" }", "out")]
    [TestCase("astro", "astro.config.mjs", "export default {}", "dist")]
    [TestCase("@sveltejs/kit", "svelte.config.js", "import adapter from '@sveltejs/adapter-static'", "build")]
    public void A_site_is_for_the_preset_of_sites(string package, string file, string text, string output)
    {
        _folder.File(file, text);
        Assert.That(() => Project(package), Throws.InstanceOf<MultiStageException>().With.Message.Contains("in "
            + $"'{output}'").And.Message.Contains("MultiStageSite"));
    }

    [TestCase("@sveltejs/kit", "svelte.config.js", "import adapter from '@sveltejs/adapter-auto'", "adapter-node")]
    [TestCase("astro", "astro.config.mjs", "import x from '@astrojs/vercel'", "@astrojs/node")]
    public void An_adapter_for_another_host_is_told(string package, string file, string text, string advice)
    {
        _folder.File(file, text);
        Assert.That(() => Project(package), Throws.InstanceOf<MultiStageException>().With.Message.Contains(advice));
    }

    [TestCase("nuxt", "nuxt.config.ts", "export default {}", ".output/server/index.mjs", "/app/.output /app/.output")]
    [TestCase("@sveltejs/kit", "svelte.config.js", "import adapter from '@sveltejs/adapter-node'", "build/index.js", "/app/build "
        + "/app/build")]
    [TestCase("@sveltejs/kit", "svelte.config.js", "import a from '@sveltejs/adapter-node'; export default { kit: { adapter: a({ out: "
        + "'./my' }) } }", "my/index.js", "/app/my /app/my")]
    [TestCase("astro", "astro.config.mjs", "import node from '@astrojs/node'", "dist/server/entry.mjs", "/app/dist /app/dist")]
    [TestCase("@angular/ssr", "angular.json",
        """{ "projects": { "lib": { "projectType": "library" }, "shop": { "projectType": "application" } } }""",
        "dist/shop/server/server.mjs", "/app/dist/shop /app/dist/shop")]
    public void The_output_of_a_framework_is_what_ships_and_starts(string package, string file, string text, string entry, string shipped)
    {
        _folder.File(file, text);
        var project = Project(package, list: "devDependencies");
        Assert.That(project.Entrypoint, Is.EqualTo(["node", entry]));
        Assert.That(Shipped(project), Has.Member(shipped).And.None.EqualTo("/app/ /app/"));
    }

    [Test]
    public void Nx_says_where_it_builds_what_runs()
    {
        _folder.File("project.json", """{ "targets": { "build": { "options": { "outputPath": "dist/api", "main": "src/main.ts" } } } }""")
            .File("src/main.ts");
        Assert.That(Project("nx", "\"build\": \"nx build\", \"start\": \"nx serve\"", "devDependencies").Entrypoint,
            Is.EqualTo(["node", "dist/api/main.js"]));
    }

    [TestCase("@remix-run/serve", "\"start\": \"remix-serve ./build/index.js\"", "node node_modules/@remix-run/serve/dist/cli.js "
        + "./build/index.js")]
    [TestCase("@react-router/serve", "\"build\": \"react-router build\"", "react-router-serve build/server/index.js")]
    [TestCase("@nestjs/core", "\"build\": \"nest build\", \"start\": \"nest start\"", "node dist/main.js")]
    [TestCase("@nestjs/core", "\"start:prod\": \"node dist/apps/api/main\", \"build\": \"nest build\"", "node dist/apps/api/main")]
    public void Frameworks_start_by_their_own_programs(string package, string scripts, string command) =>
        Assert.That(string.Join(' ', Project(package, scripts).Entrypoint), Is.EqualTo(command));

    [Test]
    public void A_server_that_the_project_wrote_itself_is_started()
    {
        _folder.File("svelte.config.js", "import adapter from '@sveltejs/adapter-node'").File("server.js");
        var project = Project("@sveltejs/kit", "\"build\": \"vite build\", \"start\": \"node server.js\"");
        Assert.That(project.Entrypoint, Is.EqualTo(["node", "server.js"]));
        Assert.That(Shipped(project), Has.Member("/app/ /app/"));
    }
}
