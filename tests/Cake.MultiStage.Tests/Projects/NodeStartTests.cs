using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Node;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>What the scripts of package.json start is what the image runs.</summary>
public sealed class NodeStartTests : FolderFixture
{
    private ImageProject Project(Action<NodeProjectSettings>? configure = null)
    {
        var settings = new NodeProjectSettings();
        configure?.Invoke(settings);
        return NodePreset.Describe(_folder.Path, settings);
    }

    private ImageProject Started(string scripts, string more = "") =>
        Program(scripts, "\"dependencies\": { \"a\": \"1\" }" + more);

    private ImageProject Program(string scripts, string more)
    {
        _folder.File("package.json", $"{{ \"scripts\": {{ {scripts} }}, {more} }}").Files("server.js", "src/main.ts", "package-lock.json");
        return Project();
    }

    [TestCase("\"start\": \"node server.js\"", "node server.js")]
    [TestCase("\"start\": \"node server\"", "node server")]
    [TestCase("\"start\": \"node --max-old-space-size=512 -r ./telemetry.js --import a/register ./server.js --port 80\"", "node "
        + "--max-old-space-size=512 -r ./telemetry.js --import a/register server.js --port 80")]
    [TestCase("\"start\": \"npm run serve\", \"serve\": \"node server.js\"", "node server.js")]
    [TestCase("\"start\": \"npm run serve -- --port 80\", \"serve\": \"node server.js\"", "node server.js --port 80")]
    [TestCase("\"start\": \"yarn serve\", \"serve\": \"node server.js\"", "node server.js")]
    [TestCase("\"start\": \"nodemon server.js\", \"start:prod\": \"node server.js\"", "node server.js")]
    [TestCase("\"start\": \"nest start\", \"start:prod\": \"node dist/main\", \"build\": \"nest build\"", "node dist/main")]
    [TestCase("\"start\": \"tsc && node dist/main.js\"", "node dist/main.js")]
    [TestCase("\"prestart\": \"npm run build\", \"build\": \"tsc\", \"start\": \"node dist/main.js\"", "node dist/main.js")]
    [TestCase("\"start\": \"cross-env A=1 npx tool --fast\"", "tool --fast")]
    [TestCase("\"start\": \"node 'server.js' \\\"two words\\\"\"", "node server.js two words")]
    public void The_start_script_is_run_without_npm(string scripts, string command) =>
        Assert.That(string.Join(' ', Started(scripts).Entrypoint), Is.EqualTo(command));

    [TestCase("webpack --mode production")]
    [TestCase("mix --production")]
    [TestCase("cross-env NODE_ENV=production node_modules/webpack/bin/webpack.js --no-progress")]
    public void A_script_that_makes_pages_for_production_starts_nothing(string script) =>
        Assert.That(Started($"\"production\": \"{script}\"").Entrypoint, Is.EqualTo(["node", "server.js"]));

    [TestCase("dotenv -- node server.js", ".env")]
    [TestCase("dotenv -e ../.env -e ../.env.local -- cross-env A=1 node server.js", "../.env")]
    [TestCase("env-cmd -f .env.local node server.js", ".env.local")]
    [TestCase("dotenvx run -f .env -- node server.js", ".env")]
    public void What_loads_a_file_that_does_not_ship_is_left_away_and_told(string script, string file)
    {
        var project = Started($"\"start\": \"{script}\"");
        Assert.That(project.Entrypoint, Is.EqualTo(["node", "server.js"]));
        Assert.That(project.Environment.ContainsKey("A"), Is.EqualTo(script.Contains("A=1", StringComparison.Ordinal)));
        Assert.That(project.Assumptions, Has.Some.Matches<Assumption>(one =>
            one!.Doubtful && one.Text.Contains($"reads '{file}', which does not ship", StringComparison.Ordinal)));
    }

    [TestCase("dotenv -e settings.env -- node server.js")]
    [TestCase("dotenv -c production -- node server.js")]
    public void What_loads_another_file_stays(string script) =>
        Assert.That(Started($"\"start\": \"{script}\"").Entrypoint, Is.EqualTo(script.Split(' ')));

    [Test]
    public void A_worker_of_Cloudflare_is_told()
    {
        _folder.File("package.json", """{ "scripts": { "dev": "wrangler dev" }, "devDependencies": { "wrangler": "4" } }""");
        Assert.That(() => Project(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("at Cloudflare alone"));
    }

    [Test]
    public void Variables_before_it_are_the_images()
    {
        var project = Started("\"start\": \"cross-env TZ=UTC MODE='a b' node server.js\"");
        Assert.That(project.Environment["TZ"], Is.EqualTo("UTC"));
        Assert.That(project.Environment["MODE"], Is.EqualTo("a b"));
    }

    [TestCase("migrate deploy && node server.js", "migrate deploy && exec node server.js")]
    [TestCase("node server.js --port $PORT", "exec node server.js --port $PORT")]
    [TestCase("cross-env A=1 node server.js --port ${PORT:-80}", "exec env A=1 node server.js --port ${PORT:-80}")]
    [TestCase("tsc && migrate && A=1 node server.js", "migrate && exec env A=1 node server.js")]
    public void What_only_a_shell_can_run_is_run_by_one_and_told(string script, string shell)
    {
        var project = Started($"\"start\": \"{script}\"");
        Assert.That(project.Entrypoint, Is.EqualTo(["sh", "-c", shell]));
        Assert.That(project.Environment["PATH"], Does.StartWith("/app/node_modules/.bin:/usr/local/sbin:"));
        Assert.That(project.Assumptions.Select(assumption => assumption.Text), Has.One.Contains("needs a shell"));
        Assert.That(() => Project(node => (node.Flavor, node.ToolchainVersion) = (BaseFlavor.Distroless, "24")),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("no shell"));
    }

    [Test]
    public void What_a_start_script_builds_is_built_in_the_builder()
    {
        Assert.That(Started("\"start\": \"rimraf dist && tsc && node dist/main.js\"").ToDockerfile().ToString(),
            Does.Contain("RUN npm exec -c \"rimraf dist\" \\\n && npm exec -c tsc\n"));
        Assert.That(Started("\"start\": \"tsc && node dist/main.js\", \"build\": \"tsc\"").ToDockerfile().ToString(),
            Does.Contain("RUN npm run build\n"));
    }

    [Test]
    public void A_file_of_variables_does_not_ship_and_is_told()
    {
        var project = Started("\"start\": \"node --env-file=.env server.js\"");
        Assert.That(project.Entrypoint, Is.EqualTo(["node", "server.js"]));
        Assert.That(project.Assumptions, Has.One.Matches<Assumption>(assumption => assumption is { Doubtful: true }
            && assumption.Text.Contains("'.env', which does not ship", StringComparison.Ordinal)));
    }

    [Test]
    public void What_compiles_while_it_runs_ships_with_its_settings_and_is_told_where_it_serves_development()
    {
        _folder.File("tsconfig.json");
        var needed = Program("\"start\": \"tsx src/main.ts\"", "\"dependencies\": { \"tsx\": \"4\" }");
        Assert.That(needed.Entrypoint, Is.EqualTo(["node", "--import", "tsx", "src/main.ts"]));
        Assert.That(needed.ToDockerfile().ToString(), Does.Contain("npm ci --omit=dev").And.Not.Contain("tsconfig.json")
            .And.Not.Contain(" src "));
        var development = Program("\"start\": \"tsx src/main.ts\"", "\"devDependencies\": { \"tsx\": \"4\" }");
        Assert.That(development.ToDockerfile().ToString(), Does.Not.Contain("--omit=dev").And.Contain("COPY --from=dependencies "
            + "/app/node_modules"));
        Assert.That(development.Assumptions, Has.One.Matches<Assumption>(assumption => assumption is { Doubtful: true }
            && assumption.Text.Contains("needs tsx when it starts", StringComparison.Ordinal)));
    }

    [Test]
    public void Scripts_of_the_install_run_when_their_files_are_there()
    {
        var text = Program("\"start\": \"node server.js\", \"postinstall\": \"patch-package\", \"prepare\": \"husky || true\"",
            "\"dependencies\": { \"a\": \"1\" }").ToDockerfile().ToString();
        Assert.That(text, Does.Contain("npm pkg delete scripts.postinstall scripts.prepare && npm ci\nCOPY . .\nRUN npm run "
            + "postinstall\n"));
        Assert.That(text, Does.Contain("FROM builder AS dependencies\n").And.Contain("npm prune --omit=dev "
            + "--ignore-scripts").And.Not.Contain("run prepare"));
    }

    [TestCase("\"build\": \"tsc\"", true)]
    [TestCase("\"build\": \"npm run client && tsc\", \"client\": \"prisma generate\"", false)]
    public void The_client_of_Prisma_is_generated_once(string scripts, bool step)
    {
        _folder.File("prisma/schema.prisma");
        var project = Program(scripts + ", \"start\": \"node dist/main.js\"", "\"dependencies\": { \"@prisma/client\": \"^6.1.0\" }");
        Assert.That(project.ToDockerfile().ToString(), step ? Does.Contain("RUN npx prisma generate \\\n && npm run build")
            : Does.Not.Contain("npx prisma"));
        Assert.That(project.ToDockerfile().ToString(), Does.Contain("AS runtime\nRUN ").And.Contain("openssl").And.Contain("FROM runtime "
            + "AS final\n"));
    }
}
