using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Node;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

public sealed class NodeProjectTests : FolderFixture
{
    private ImageProject Project(Action<NodeProjectSettings>? configure = null)
    {
        var settings = new NodeProjectSettings();
        configure?.Invoke(settings);
        return NodePreset.Describe(_folder.Path, settings);
    }

    private string Text(Action<NodeProjectSettings>? configure = null) => Project(configure).ToDockerfile().ToString();

    [Test]
    public void What_travels_ships_in_one_copy_without_what_serves_development()
    {
        _folder.File("package.json", """{ "main": "server.js", "dependencies": { "a": "1" } }""")
            .Files("server.js", "views/a.html", "public/a.css", "data/a.json", "prisma/x", "package-lock.json", "test/a.js",
                "eslint.config.mjs", "README.md", ".prettierrc");
        var artifacts = Project().Artifacts.Select(artifact => $"{artifact.From} {artifact.Source} {artifact.Destination}");
        Assert.That(artifacts, Is.EqualTo(["dependencies /app/node_modules /app/node_modules", "program /app/ /app/"]));
        Assert.That(Text(),
            Does.Contain(
                "FROM builder AS program\nRUN rm -rf .prettierrc README.md eslint.config.mjs node_modules package-lock.json test\n"));
    }

    [Test]
    public void What_files_lists_ships_as_npm_reads_it()
    {
        _folder.File("package.json", """{ "name": "a", "version": "1.0.0", "main": "lib/a.js", "files": ["lib", "!lib/*.map"] }""")
            .Files("lib/a.js", "notes.txt");
        Assert.That(Text(),
            Does.Contain("npm pack --ignore-scripts").And.Contain("COPY --from=program /program/ /app/")
                .And.Contain("test -e /program/lib/a.js"));
    }

    [Test]
    public void A_built_program_ships_its_output_and_its_production_dependencies()
    {
        _folder.File("package.json",
            """{ "name": "@team/api", "engines": { "node": "20.x" }, "main": "dist/server.js", "scripts": """
                + """{ "build": "tsc", "test": "node --test" }, "dependencies": { "a": "1" }, "devDependencies": """
                + """{ "typescript": "5" } }""").File("package-lock.json").File("src/server.ts");
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

            FROM builder AS program
            RUN rm -rf node_modules package-lock.json src \
             && { test -e dist/server.js || { echo "The build made no 'dist/server.js', which node is to run. Name what it makes, as in ↩
            node.EntryFile, or the script, as in node.BuildScript." >&2; exit 1; }; }

            FROM builder AS test-run
            ENV NODE_OPTIONS="--test-reporter=spec --test-reporter-destination=stdout --test-reporter=junit ↩
            --test-reporter-destination=/test-results/junit.xml"
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
            COPY --from=program /app/ /app/
            ENV NODE_ENV=production
            USER 1000:1000
            ENTRYPOINT ["node", "dist/server.js"]

            """.Unfolded()));
    }

    [Test]
    public void Without_a_build_the_source_ships_but_not_its_tests()
    {
        _folder.File("package.json", """{ "scripts": { "start": "node server.js" } }""")
            .Files("server.js", "lib/a.js", "README.md", "test/a.test.js", "a.test.js", ".env", "Dockerfile");
        Assert.That(Text(),
            Does.Contain("RUN rm -rf README.md a.test.js test\n").And.Contain("COPY --from=program /app/ /app/").And.Not.Contain("npm ci"));
    }

    [Test]
    public void A_script_that_prepares_development_does_not_run_without_it()
    {
        _folder.File("package.json", """{ "main": "a.js", "scripts": { "prepare": "husky" }, "dependencies": { "a": "1" } }""")
            .File("a.js")
            .File("package-lock.json");
        Assert.That(Text(), Does.Contain("npm pkg delete scripts.prepare && npm ci --omit=dev"));
    }

    [Test]
    public void Production_dependencies_are_installed_in_the_builders_environment()
    {
        _folder.File("package.json", """{ "main": "a.js", "engines": { "node": "20" }, "dependencies": { "a": "1" } }""")
            .File("a.js")
            .File("package-lock.json");
        var dependencies = Text(node => (node.BuilderEnvironment["A"], node.Flavor) = ("1", BaseFlavor.Alpine))
            .Split("FROM ")
            .Single(stage => stage.Contains("AS dependencies", StringComparison.Ordinal));
        Assert.That(dependencies, Does.StartWith("node:20-alpine AS dependencies\nENV A=1\n"));
    }

    [Test]
    public void Locks_of_several_package_managers_are_told()
    {
        _folder.File("package.json", """{ "main": "a.js" }""").File("a.js").Files("yarn.lock", "package-lock.json");
        Assert.That(() => Project(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("package-lock.json, yarn.lock")
                .And.Message.Contains("packageManager"));
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
        _folder.File("package.json",
            """{ "main": "dist/a.js", "scripts": { "build": "x" }, "dependencies": { "words": "file:./vendor/words" } }""")
                .File("vendor/words/index.js")
                .File("package-lock.json");
        Assert.That(Text(),
            Does.Contain("COPY vendor/words vendor/words/").And.Not.Contain("rm -rf node_modules package-lock.json vendor"));
    }

    [Test]
    public void Credentials_are_a_secret_of_the_installing_steps()
    {
        _folder.File("package.json", """{ "main": "a.js", "dependencies": { "a": "1" } }""").File("a.js").File("package-lock.json");
        var project = Project(node => node.Credentials = Cake.MultiStage.Images.BuildSecret.FromValue("token"));
        Assert.That(project.ToDockerfile().ToString(),
            Does.Contain("--mount=type=secret,id=npmrc,target=/root/.npmrc,required=true npm ci"));
        Assert.That(project.Secrets.Keys, Is.EqualTo(["npmrc"]));
    }

    [Test]
    public void A_flavor_chooses_the_base_or_is_told_to_be_missing()
    {
        _folder.File("package.json", """{ "main": "a.js", "engines": { "node": "24" } }""").File("a.js");
        Assert.That(Project(node => node.Flavor = BaseFlavor.Distroless).Entrypoint[0], Is.EqualTo("/nodejs/bin/node"));
        Assert.That(() => Project(node => node.Flavor = BaseFlavor.Scratch),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("Slim (node:24-slim)"));
    }

    [Test]
    public void What_node_runs_must_be_known()
    {
        Assert.That(() => Project(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("no package.json"));
        _folder.File("package.json", "{}");
        Assert.That(() => Project(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("node.EntryFile"));
        _folder.File("package.json", "[]");
        Assert.That(() => Project(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("is not a valid JSON object"));
        _folder.File("package.json", "{");
        Assert.That(() => Project(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("is not valid JSON"));
    }
}
