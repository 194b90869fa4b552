using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Node;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

public sealed class NodeProjectTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    private ImageProject Project(Action<NodeProjectSettings>? configure = null)
    {
        var settings = new NodeProjectSettings();
        configure?.Invoke(settings);
        return NodePreset.Describe(_folder.Path, settings);
    }

    private string Text(Action<NodeProjectSettings>? configure = null) => Project(configure).ToDockerfile().ToString();

    [Test]
    public void What_the_ignore_file_leaves_out_does_not_ship()
    {
        _folder.File("package.json", """{ "main": "server.js" }""").File("server.js").File("notes/a.txt").File("data/keep.json").File("secret.txt")
            .File(".dockerignore", "secret.txt\nnotes\ndata\n!data/keep.json\n");
        Assert.That(Text(), Does.Contain("/app/server.js").And.Contain("/app/data /app/data").And.Not.Contain("secret.txt").And.Not.Contain("notes"));
    }

    [Test]
    public void A_built_program_ships_its_output_and_its_production_dependencies()
    {
        _folder.File("package.json", """{ "name": "@team/api", "engines": { "node": "20.x" }, "main": "dist/server.js", "scripts": { "build": "tsc", "test": "node --test" }, "dependencies": { "a": "1" }, "devDependencies": { "typescript": "5" } }""").File("package-lock.json").File("src/server.ts");
        Assert.That(Text(), Is.EqualTo(
            """
            FROM node:20-slim AS builder
            WORKDIR /app
            COPY package.json package-lock.json ./
            RUN --mount=type=cache,target=/root/.npm npm ci
            COPY . .
            RUN npm run build

            FROM node:20-slim AS dependencies
            WORKDIR /app
            COPY package.json package-lock.json ./
            RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev

            FROM builder AS test-run
            ENV NODE_OPTIONS="--test-reporter=spec --test-reporter-destination=stdout --test-reporter=junit --test-reporter-destination=/test-results/junit.xml"
            RUN mkdir -p /test-results \
             && { (npm run test); echo $? > /test-results/exit-code; } 2>&1 | tee /test-results/output.txt

            FROM builder AS development
            EXPOSE 9229
            CMD ["node", "--inspect=0.0.0.0:9229", "--watch", "dist/server.js"]

            FROM test-run AS test
            RUN tail -n 20 /test-results/output.txt; exit "$(cat /test-results/exit-code)"

            FROM node:20-slim AS final
            WORKDIR /app
            COPY --from=dependencies /app/node_modules /app/node_modules
            COPY --from=builder /app/package.json /app/package.json
            COPY --from=builder /app/dist /app/dist
            ENV NODE_ENV=production
            USER 1000:1000
            ENTRYPOINT ["node", "dist/server.js"]

            """));
    }

    [Test]
    public void Without_a_build_the_source_ships_but_not_its_tests()
    {
        _folder.File("package.json", """{ "scripts": { "start": "node server.js" } }""").Files("server.js", "lib/a.js", "README.md", "test/a.test.js", "a.test.js", ".env", "Dockerfile");
        var shipped = Project().Artifacts.Select(artifact => artifact.Source);
        Assert.That(shipped, Is.EqualTo(["/app/lib", "/app/package.json", "/app/server.js"]));
        Assert.That(Text(), Does.Not.Contain("npm ci"));
    }

    [TestCase("pnpm-lock.yaml", "corepack enable && pnpm install --frozen-lockfile --prod")]
    [TestCase("yarn.lock", "corepack enable && yarn install --frozen-lockfile --production")]
    public void The_lock_says_which_package_manager_installs(string file, string command)
    {
        _folder.File("package.json", """{ "main": "a.js", "dependencies": { "a": "1" } }""").File("a.js").File(file);
        Assert.That(Text(), Does.Contain(command));
    }

    [Test]
    public void A_newer_yarn_leaves_development_packages_out_by_its_own_command()
    {
        _folder.File("package.json", """{ "main": "a.js", "packageManager": "yarn@4.1.0", "dependencies": { "a": "1" } }""").File("a.js").File("yarn.lock");
        Assert.That(Text(), Does.Contain("YARN_NODE_LINKER=node-modules yarn install --immutable").And.Contain("YARN_NODE_LINKER=node-modules yarn workspaces focus --all --production"));
    }

    [Test]
    public void A_script_that_prepares_development_does_not_run_without_it()
    {
        _folder.File("package.json", """{ "main": "a.js", "scripts": { "prepare": "husky" }, "dependencies": { "a": "1" } }""").File("a.js").File("package-lock.json");
        Assert.That(Text(), Does.Contain("npm pkg delete scripts.prepare && npm ci --omit=dev"));
    }

    [Test]
    public void Production_dependencies_are_installed_in_the_builders_environment()
    {
        _folder.File("package.json", """{ "main": "a.js", "engines": { "node": "20" }, "dependencies": { "a": "1" } }""").File("a.js").File("package-lock.json");
        var dependencies = Text(node => (node.BuilderEnvironment["A"], node.Flavor) = ("1", BaseFlavor.Alpine)).Split("FROM ").Single(stage => stage.Contains("AS dependencies", StringComparison.Ordinal));
        Assert.That(dependencies, Does.StartWith("node:20-alpine AS dependencies\nENV A=1\n"));
    }

    [Test]
    public void Locks_of_several_package_managers_are_told()
    {
        _folder.File("package.json", """{ "main": "a.js" }""").File("a.js").Files("yarn.lock", "package-lock.json");
        Assert.That(() => Project(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("package-lock.json, yarn.lock").And.Message.Contains("packageManager"));
    }

    [TestCase(".nvmrc", "v22.11.1\n", "node:22.11.1-slim")]
    [TestCase(".node-version", "24", "node:24-slim")]
    public void The_version_is_read_from_a_file(string file, string text, string image)
    {
        _folder.File("package.json", """{ "main": "a.js" }""").File("a.js").File(file, text);
        Assert.That(Project().FinalBase.Text, Is.EqualTo(image));
        Assert.That(Project().Assumptions, Is.Empty);
    }

    [Test]
    public void Without_a_version_the_long_term_support_runs_with_an_assumption()
    {
        _folder.File("package.json", """{ "main": "a.js" }""").File("a.js");
        Assert.That(Project().Builder.Base.Text, Is.EqualTo("node:26-slim"));
        Assert.That(Project().Assumptions.Select(assumption => assumption.Text), Has.One.Contains("ToolchainVersion"));
    }

    [Test]
    public void Packages_of_the_project_itself_ship_where_npm_links_to_them()
    {
        _folder.File("package.json", """{ "main": "dist/a.js", "scripts": { "build": "x" }, "dependencies": { "words": "file:./vendor/words" } }""").File("vendor/words/index.js").File("package-lock.json");
        Assert.That(Text(), Does.Contain("COPY vendor vendor/").And.Contain("COPY --from=dependencies /app/vendor/words /app/vendor/words"));
    }

    [Test]
    public void Credentials_are_a_secret_of_the_installing_steps()
    {
        _folder.File("package.json", """{ "main": "a.js", "dependencies": { "a": "1" } }""").File("a.js").File("package-lock.json");
        var project = Project(node => node.Credentials = Cake.MultiStage.Images.BuildSecret.FromValue("token"));
        Assert.That(project.ToDockerfile().ToString(), Does.Contain("--mount=type=secret,id=npmrc,target=/root/.npmrc,required=true npm ci"));
        Assert.That(project.Secrets.Keys, Is.EqualTo(["npmrc"]));
    }

    [Test]
    public void A_flavor_chooses_the_base_or_is_told_to_be_missing()
    {
        _folder.File("package.json", """{ "main": "a.js", "engines": { "node": "24" } }""").File("a.js");
        Assert.That(Project(node => node.Flavor = BaseFlavor.Distroless).Entrypoint[0], Is.EqualTo("/nodejs/bin/node"));
        Assert.That(() => Project(node => node.Flavor = BaseFlavor.Scratch), Throws.InstanceOf<MultiStageException>().With.Message.Contains("Slim (node:24-slim)"));
    }

    [Test]
    public void What_node_runs_must_be_known()
    {
        Assert.That(() => Project(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("no package.json"));
        _folder.File("package.json", "{}");
        Assert.That(() => Project(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("node.EntryFile"));
        _folder.File("package.json", "[]");
        Assert.That(() => Project(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("is no JSON object"));
        _folder.File("package.json", "{");
        Assert.That(() => Project(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("is no JSON"));
    }
}
