using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Node;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>Programs for Bun and for Deno, packages that are compiled, and the folders that a program writes to.</summary>
public sealed class OtherRuntimeTests : FolderFixture
{
    private ImageProject Project(Action<NodeProjectSettings>? configure = null)
    {
        var settings = new NodeProjectSettings();
        configure?.Invoke(settings);
        return NodePreset.Describe(_folder.Path, settings);
    }

    private string Text(Action<NodeProjectSettings>? configure = null) => Project(configure).ToDockerfile().ToString();

    [TestCase("bun run src/index.ts", "bun src/index.ts")]
    [TestCase("bun src/index.ts --port 80", "bun src/index.ts --port 80")]
    [TestCase("bun --smol ./src/index.ts", "bun --smol src/index.ts")]
    [TestCase("bun run serve", "bun src/index.ts")]
    public void What_Bun_starts_runs_on_Bun(string start, string command)
    {
        _folder.Files("bun.lock", "src/index.ts", "tsconfig.json")
            .File("package.json",
                $$"""{ "scripts": { "start": "{{start}}", "serve": "bun src/index.ts" }, "dependencies": { "hono": "4" } }""");
        Assert.That(string.Join(' ', Project().Entrypoint), Is.EqualTo(command));
        Assert.That(Text(), Does.StartWith("FROM oven/bun:1 AS builder\nWORKDIR /app\nCOPY package.json bun.lock ./\n"
            + "RUN --mount=type=cache,target=/root/.bun/install/cache bun install --frozen-lockfile\n")
                .And.Contain("\nFROM oven/bun:1-slim AS final\n")
            .And.Not.Contain("npm ").And.Contain("bun install --frozen-lockfile --production"));
        Assert.That(Text(), Does.Not.Contain("tsconfig.json"));
        Assert.That(Text(node => node.Flavor = BaseFlavor.Distroless),
            Does.Contain("FROM oven/bun:1-distroless AS final\n").And.Contain("ENTRYPOINT [\"/usr/local/bin/bun\","));
    }

    [Test]
    public void What_bun_init_writes_runs_and_its_version_is_the_projects()
    {
        _folder.Files("bun.lock", "index.ts")
            .File("package.json",
                """{ "module": "index.ts", "packageManager": "bun@1.2.20", "devDependencies": { "@types/bun": "latest" } }""");
        Assert.That(Project().Entrypoint, Is.EqualTo(["bun", "index.ts"]));
        Assert.That(Text(), Does.Contain("FROM oven/bun:1.2.20 AS builder").And.Contain("FROM oven/bun:1.2.20-slim AS final"));
    }

    [Test]
    public void Bun_that_only_installs_leaves_the_program_to_Node()
    {
        _folder.Files("bun.lock", "server.js")
            .File("package.json", """{ "scripts": { "start": "node server.js" }, "dependencies": { "a": "1" } }""");
        Assert.That(Text(), Does.StartWith("FROM node:").And.Contain("npm install --global bun@1"));
        Assert.That(Project().Entrypoint, Is.EqualTo(["node", "server.js"]));
    }

    [Test]
    public void Scripts_of_the_install_are_put_off_without_npm_where_there_is_none()
    {
        _folder.Files("bun.lock", "index.ts")
            .File("package.json",
                """{ "scripts": { "start": "bun index.ts", "postinstall": "bun setup.ts" }, "dependencies": """
                    + """{ "a": "1" }, "devDependencies": { "b": "1" } }""");
        Assert.That(Project().Assumptions.Select(assumption => assumption.Text), Has.Some.Contains("\"devDependencies\" ship, too"));
        Assert.That(Text(), Does.Contain("delete text.scripts.postinstall; ").And.Contain("bun run postinstall").And.Not.Contain("npm "));
    }

    [Test]
    public void A_program_of_Deno_ships_with_what_it_imports()
    {
        _folder.File("deno.json",
            """{ "tasks": { "start": "deno run --allow-net --allow-env=PORT main.ts" }, "imports": { "@std/http": "jsr:@std/http@1" } }""")
                .Files("deno.lock", "main.ts");
        Assert.That(Text(), Is.EqualTo(
            """
            FROM denoland/deno:2.9.3 AS builder
            ENV DENO_DIR=/deno-dir
            WORKDIR /app
            COPY deno.json deno.lock ./
            RUN deno install --frozen
            COPY . .
            RUN deno cache main.ts \
             && mkdir -p /deno-dir

            FROM builder AS development
            CMD ["deno", "run", "-A", "--watch", "main.ts"]

            FROM denoland/deno:distroless-2.9.3 AS final
            WORKDIR /app
            COPY --from=builder --chown=1993:1993 /deno-dir/ /deno-dir/
            COPY --from=builder /app/ /app/
            ENV DENO_DIR=/deno-dir
            ENV DENO_NO_PROMPT=1
            ENV DENO_NO_UPDATE_CHECK=1
            USER 1993:1993
            ENTRYPOINT ["deno", "run", "--cached-only", "--allow-net", "--allow-env=PORT", "main.ts"]

            """));
        Assert.That(Project().Assumptions, Is.Empty);
    }

    [Test]
    public void A_program_of_Deno_without_a_task_is_told_of_its_permissions()
    {
        _folder.File("deno.jsonc", "{ // nothing\n \"tasks\": { \"build\": { \"command\": \"deno run -A build.ts\" } } }")
            .File("server.ts")
            .File(".tool-versions", "deno 2.5.0\n");
        Assert.That(Project().Entrypoint, Is.EqualTo(["deno", "run", "--cached-only", "-A", "server.ts"]));
        Assert.That(Project().Assumptions.Single(assumption => assumption.Doubtful).Text, Does.Contain("all permissions (-A)"));
        Assert.That(Text(), Does.Contain("RUN deno task build \\\n && deno cache server.ts"));
        Assert.That(Text(),
            Does.StartWith("FROM denoland/deno:2.5.0 AS builder").And.Contain("FROM denoland/deno:distroless-2.5.0 AS final"));
    }

    [Test]
    public void A_program_of_Deno_that_names_nothing_is_told_which_task_to_write()
    {
        _folder.File("deno.json", "{}");
        Assert.That(() => Project(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("\"start\": \"deno run --allow-net main.ts\""));
    }

    [TestCase("package-lock.json", """{ "packages": { "node_modules/x": {}, "node_modules/x/node_modules/bcrypt": {} } }""")]
    [TestCase("pnpm-lock.yaml", "packages:\n\n  bcrypt@5.1.1:\n    resolution: {}\n")]
    [TestCase("yarn.lock", "bcrypt@^5.0.0:\n  version \"5.1.1\"\n")]
    public void Packages_that_are_compiled_get_compilers_and_are_told(string file, string text)
    {
        _folder.File("server.js").File("package.json", """{ "main": "server.js", "dependencies": { "x": "1" } }""").File(file, text);
        Assert.That(Text(), Does.Contain("python3 make g++").And.Contain("-slim AS builder"));
        Assert.That(Project().Assumptions.Select(assumption => assumption.Text), Has.Some.StartsWith("bcrypt may have to be compiled"));
    }

    [Test]
    public void A_package_that_needs_a_library_brings_its_headers_and_what_is_not_compiled_brings_nothing()
    {
        _folder.File("server.js").File("package.json", """{ "main": "server.js", "dependencies": { "pg-native": "3" } }""");
        Assert.That(Text(), Does.Contain("python3 make g++ libpq-dev"));
        Assert.That(Project().Assumptions.Single(assumption => assumption.Doubtful).Text,
            Does.StartWith("pg-native is linked to a library"));
        _folder.File("package.json", """{ "main": "server.js", "dependencies": { "sharp": "0.34" } }""");
        Assert.That(Text(), Does.Not.Contain("g++"));
        _folder.File("binding.gyp");
        Assert.That(Text(), Does.Contain("python3 make g++"));
    }

    [Test]
    public void Folders_that_version_control_keeps_empty_are_the_programs_to_write_to()
    {
        _folder.File("server.js")
            .File("package.json", """{ "main": "server.js" }""")
            .File("uploads/.gitkeep", "")
            .File(".gitignore", "/data/\nnode_modules\n")
            .File("logs/a.txt");
        Assert.That(Text(), Does.Contain("mkdir -p data uploads \\\n && chown -R 1000:1000 data uploads"));
        Assert.That(Text(node => node.User = "7:7"), Does.Contain("chown -R 7:7 data uploads"));
    }
}
