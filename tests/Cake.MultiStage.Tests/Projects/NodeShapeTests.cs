using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Node;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>Shapes that programs of Node's have beside the usual one: pages of other scripts, a port by a variable, preloads.</summary>
public sealed class NodeShapeTests : FolderFixture
{
    private ImageProject Project(string scripts, string more = "\"dependencies\": { \"express\": \"5\" }",
        Action<NodeProjectSettings>? configure = null)
    {
        _folder.File("package.json", $$"""{ "name": "@team/shop", "scripts": { {{scripts}} }, {{more}} }""").File("package-lock.json");
        var settings = new NodeProjectSettings();
        configure?.Invoke(settings);
        return NodePreset.Describe(_folder.Path, settings);
    }

    private static string[] Told(ImageProject project, bool doubtful = true) =>
        [.. project.Assumptions.Where(one => one.Doubtful == doubtful).Select(one => one.Text)];

    [TestCase("\"build:frontend\": \"vite build --config frontend/vite.config.ts\", \"build:image\": \"docker build .\"", "build:frontend")]
    [TestCase("\"build-client\": \"cd client && webpack\"", "build-client")]
    public void The_one_script_that_makes_pages_is_run_where_there_is_no_build(string scripts, string script)
    {
        _folder.File("server.js");
        var project = Project("\"start\": \"node server.js\", " + scripts);
        Assert.That(project.ToDockerfile().ToString(), Does.Contain($"RUN npm run {script}\n"));
        Assert.That(Told(project, doubtful: false), Has.Some.StartsWith($"package.json has no script 'build': '{script}' is run."));
    }

    [Test]
    public void Of_several_such_scripts_none_is_taken_and_they_are_told()
    {
        _folder.File("server.js");
        var project = Project("\"start\": \"node server.js\", \"build:client\": \"vite build\", \"build:server\": \"tsc -p server\"");
        Assert.That(project.ToDockerfile().ToString(), Does.Not.Contain("npm run build"));
        Assert.That(Told(project), Is.EqualTo(new[] { "package.json has no script 'build', and build:client, build:server are not run: "
            + "set BuildScript to one that does what is needed." }));
        Assert.That(Told(Project("\"start\": \"node server.js\", \"build:client\": \"vite build\", \"build:server\": \"tsc\"",
            configure: node => node.BuildScript = "build:client")), Is.Empty);
    }

    [TestCase("app.use(express.static(path.join(__dirname, '/client/dist')));", "", true)]
    [TestCase("app.get('/', hello);", "", false)]
    [TestCase("app.use(express.static('client/dist'));", ", \"build\": \"npm i --prefix client && npm run build --prefix client\"", null)]
    public void Pages_in_a_folder_of_their_own_that_no_script_makes_are_told(string source, string scripts, bool? doubtful)
    {
        _folder.File("server.js", source).File("client/index.html")
            .File("client/package.json", """{ "scripts": { "build": "vite build" }, "devDependencies": { "vite": "7" } }""");
        var project = Project("\"start\": \"node server.js\"" + scripts);
        Assert.That(project.Assumptions.SingleOrDefault(one => one.Text.StartsWith("'client' has pages that Vite makes",
            StringComparison.Ordinal))?.Doubtful, Is.EqualTo(doubtful));
    }

    [Test]
    public void Pages_of_another_package_of_the_workspace_are_told_without_a_warning()
    {
        _folder.File("api/server.js").File("web/index.html").File("api/package.json", """{ "scripts": { "start": "node server.js" } }""")
            .File("web/package.json", """{ "scripts": { "build": "vite build" }, "devDependencies": { "vite": "7" } }""");
        var project = Project("\"lint\": \"eslint .\"", "\"workspaces\": [\"api\", \"web\"]");
        Assert.That(project.Workdir, Is.EqualTo("/app/api"));
        Assert.That(Told(project, doubtful: false), Has.One.StartsWith("'web' has pages that Vite makes"));
    }

    [TestCase("\"start\": \"PORT=5314 node .output/server/index.mjs\"", "", "5314")]
    [TestCase("\"start\": \"nuxt start\"", "FROM node:24\nENV PORT=8123\nEXPOSE 8123\nCMD [\"node\", \".output/index.mjs\"]\n", "8123")]
    [TestCase("\"start\": \"nuxt start\"", "", "3000")]
    public void The_port_of_a_framework_follows_the_variable_that_it_reads(string scripts, string dockerfile, string port)
    {
        if (dockerfile.Length > 0)
        {
            _folder.File("Dockerfile", dockerfile);
        }

        var project = Project("\"build\": \"nuxt build\", " + scripts, "\"dependencies\": { \"nuxt\": \"4\" }");
        Assert.That(project.Ports, Is.EqualTo(new[] { port }));
        Assert.That(project.Environment.GetValueOrDefault("PORT") ?? "3000", Is.EqualTo(port));
    }

    [Test]
    public void The_port_of_a_framework_follows_its_arguments() => Assert.That(
        Project("\"build\": \"next build\", \"start\": \"next start -p 4100\"", "\"dependencies\": { \"next\": \"16\" }").Ports,
        Is.EqualTo(new[] { "4100" }));

    [TestCase("--import=tsx")]
    [TestCase("--require=tsx/cjs")]
    [TestCase("-r tsx/cjs")]
    public void What_a_flag_has_run_before_is_needed_when_it_starts(string flag)
    {
        _folder.File("src/main.ts");
        var project = Project($"\"start\": \"node {flag} src/main.ts\"", "\"devDependencies\": { \"tsx\": \"4\" }");
        Assert.That(Told(project), Has.Some.StartsWith("The program needs tsx when it starts"));
    }

    [Test]
    public void A_preload_among_the_sources_ships_with_them()
    {
        _folder.File("src/telemetry.js").File("src/main.js");
        var text = Project("\"build\": \"tsc\", \"start\": \"node --import=./src/telemetry.js dist/main.js\"").ToDockerfile().ToString();
        Assert.That(text, Does.Contain("rm -rf").And.Not.Match(@"rm -rf [^\n]*\bsrc\b"));
    }

    [Test]
    public void A_script_called_prod_starts_it()
    {
        _folder.File("node/server.js").File("bin/check.js");
        Assert.That(Project("\"dev\": \"nodemon\", \"prod\": \"node node/server.js\"").Entrypoint,
            Is.EqualTo(new[] { "node", "node/server.js" }));
    }

    [TestCase("\"check\": \"../bin/check.js\", \"shop\": \"cli.js\"")]
    [TestCase("\"check\": \"../bin/check.js\", \"other\": \"cli.js\"")]
    [TestCase("\"a\": \"check.js\", \"shop\": \"cli.js\"")]
    public void Of_several_programs_of_a_package_its_own_runs(string programs)
    {
        _folder.File("cli.js").File("check.js");
        Assert.That(Project("\"lint\": \"eslint .\"", $"\"bin\": {{ {programs} }}").Entrypoint, Is.EqualTo(new[] { "node", "cli.js" }));
    }

    [TestCase("FROM node:22-alpine\nCMD [\"node\", \"server.js\"]\n", "22")]
    [TestCase("ARG NODE=24.3\nFROM node:${NODE}-slim AS build\nFROM docker.io/library/node:$NODE\nCMD [\"node\", \"server.js\"]\n", "24")]
    [TestCase("FROM node:lts\nCMD [\"node\", \"server.js\"]\n", "")]
    [TestCase("FROM node:999\nCMD [\"node\", \"server.js\"]\n", "")]
    public void Where_no_file_names_a_version_the_own_Dockerfile_does(string dockerfile, string version)
    {
        _folder.File("server.js").File("Dockerfile", dockerfile);
        var project = Project("\"start\": \"node server.js\"");
        Assert.That(project.Findings.Any(one => one == $"Dockerfile asks for Node.js {version}"), Is.EqualTo(version.Length > 0));
        Assert.That(project.Assumptions.Any(one => one.Text.StartsWith("No file names a version", StringComparison.Ordinal)),
            Is.EqualTo(version.Length == 0));
        Assert.That(Project("\"start\": \"node server.js\"", "\"engines\": { \"node\": \">=24\" }, \"dependencies\": { \"a\": \"1\" }")
            .Findings, Has.Some.EqualTo("package.json asks for Node.js >=24"));
    }
}
