using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests.Projects;

/// <summary>
/// Node.js projects of the usual shapes are locked by the real package manager, restored from the npm registry, built, and answer.
/// </summary>
public sealed class NodeProjectTests
{
    private const string Server = """
        import { createServer } from 'node:http';
        import { readFileSync } from 'node:fs';
        """;

    private static Task LockAsync(Workspace workspace, string command, params string[] files) =>
        RealClient.RunAsync(workspace, "node:24-slim", ["NODE_OPTIONS=--use-openssl-ca"], command, files);

    private static async Task<string> BuildAsync(Workspace workspace, Action<NodeProjectSettings>? configure = null)
    {
        var project = workspace.Cake.MultiStageNode(".", node =>
        {
            node.ToolchainVersion = "24";
            node.Tags.Add(workspace.Tag);
            // The certificates of the machine's own authority, where its registry is behind one.
            node.BuilderEnvironment["NODE_OPTIONS"] = "--use-openssl-ca";
            configure?.Invoke(node);
        });
        await workspace.BuildAsync(project, BuilderKind.BuildKit, build => build.Network = "host");
        return workspace.Tag;
    }

    private static async Task AnswersAsync(Workspace workspace, string image, string text, int port = 3000, string path = "/")
    {
        await using var service = await workspace.Engine.ServeAsync(image, port);
        Assert.That(await service.ReadAsync(path), Does.Contain(text));
    }

    [Test]
    public async Task A_program_of_TypeScript_with_views_and_a_script_of_the_install()
    {
        await using var workspace = new Workspace();
        workspace.Write("package.json", """
            {
              "name": "shop", "version": "1.0.0", "type": "module",
              "scripts": { "build": "tsc", "start": "node dist/main.js", "postinstall": "node scripts/note.js", "prepare": "husky" },
              "dependencies": { "nanoid": "^5.0.0" }, "devDependencies": { "typescript": "^5.0.0", "@types/node": "^24.0.0" }
            }
            """);
        workspace.Write("tsconfig.json", """
            {
              "compilerOptions": {
                "outDir": "dist", "rootDir": "src", "module": "nodenext", "target": "es2022", "types": ["node"]
              }
            }
            """);
        workspace.Write("scripts/note.js", """
            import { writeFileSync } from 'node:fs';
            writeFileSync('node_modules/nanoid/note.txt', 'installed');
            """);
        workspace.Write("views/home.html", "<h1>Welcome</h1>");
        workspace.Write("src/main.ts", Server + """

            import { nanoid } from 'nanoid';
            createServer((request, response) => response.end(
                readFileSync('views/home.html', 'utf8') + nanoid(4).length
                + readFileSync('node_modules/nanoid/note.txt', 'utf8'))).listen(3000);
            """);
        await LockAsync(workspace, "npm install --package-lock-only --ignore-scripts", "package-lock.json");
        var image = await BuildAsync(workspace);
        await AnswersAsync(workspace, image, "<h1>Welcome</h1>4installed");
        var (_, files) = await workspace.Engine.RunAsync(image, "sh", "-c", "ls -A /app; ls -d node_modules/typescript 2>/dev/null; true");
        Assert.That(files.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            Is.EqualTo(["dist", "node_modules", "package.json", "scripts", "views"]));
    }

    [TestCase("npm", "npm install --package-lock-only", "package-lock.json")]
    [TestCase("pnpm", "npx --yes pnpm@10 install --lockfile-only", "pnpm-lock.yaml")]
    [TestCase("yarn", "npx --yes yarn@1.22.22 install --ignore-scripts", "yarn.lock")]
    [TestCase("yarn 4", "npx --yes --package @yarnpkg/cli-dist@4 yarn install --mode=skip-build", "yarn.lock")]
    public async Task A_package_of_a_workspace_with_another_that_it_needs(string manager, string command, string file)
    {
        await using var workspace = new Workspace();
        var version = manager == "pnpm" ? "workspace:*" : "*";
        workspace.Write("package.json", """
            { "name": "root", "private": true, "workspaces": ["apps/*", "packages/*"], "devDependencies": { "prettier": "^3.0.0" } }
            """);
        if (manager == "pnpm")
        {
            workspace.Write("pnpm-workspace.yaml", "packages:\n  - apps/*\n  - packages/*\n");
        }

        workspace.Write("apps/api/package.json", $$"""
            {
              "name": "@shop/api", "version": "1.0.0", "type": "module",
              "scripts": { "start": "node main.js" }, "dependencies": { "@shop/words": "{{version}}" }
            }
            """);
        workspace.Write("apps/api/main.js", Server + """

            import { word } from '@shop/words';
            createServer((request, response) => response.end(word())).listen(3000);
            """);
        workspace.Write("apps/site/package.json", """
            { "name": "@shop/site", "version": "1.0.0", "devDependencies": { "ms": "^2.1.0" } }
            """);
        workspace.Write("packages/words/package.json", """
            {
              "name": "@shop/words", "version": "1.0.0", "type": "module", "main": "dist/index.js",
              "scripts": { "build": "node build.js" }, "dependencies": { "nanoid": "^5.0.0" }
            }
            """);
        workspace.Write("packages/words/build.js", "import { cpSync } from 'node:fs'; cpSync('src', 'dist', { recursive: true });");
        workspace.Write("packages/words/src/index.js", """
            import { nanoid } from 'nanoid';
            export const word = () => 'word' + nanoid(3).length;
            """);
        await LockAsync(workspace, command, file);
        var image = await BuildAsync(workspace);
        await AnswersAsync(workspace, image, "word3");
        var (_, files) = await workspace.Engine.RunAsync(image, "sh", "-c", "ls -A /app /app/apps; ls -d /app/node_modules/prettier "
            + "2>/dev/null; true");
        Assert.That(files, Does.Contain("api").And.Not.Contain("site").And.Not.Contain("prettier").And.Not.Contain("lock"));
    }

    [Test]
    public async Task A_folder_of_many_files_ships_in_one_layer()
    {
        await using var workspace = new Workspace();
        workspace.Write("package.json", """{ "type": "module", "main": "server.js" }""");
        workspace.Write("server.js",
            Server + "\ncreateServer((request, response) => response.end(readFileSync('page139.txt'))).listen(3000);");
        for (var page = 0; page < 140; page++)
        {
            workspace.Write($"page{page}.txt", $"page {page}");
        }

        var image = await BuildAsync(workspace);
        await AnswersAsync(workspace, image, "page 139");
    }

    [Test]
    public async Task Next_in_its_standalone_form_answers_and_writes_its_cache()
    {
        await using var workspace = new Workspace();
        workspace.Write("package.json", """
            {
              "private": true, "scripts": { "build": "next build", "start": "next start" },
              "dependencies": { "next": "^16.0.0", "react": "^19.0.0", "react-dom": "^19.0.0" }
            }
            """);
        workspace.Write("next.config.mjs", "export default { output: 'standalone' };");
        workspace.Write("app/layout.js", "export default function Layout({ children }) { return <html><body>{children}</body></html>; }");
        workspace.Write("app/page.js", "export default function Page() { return <h1>Welcome</h1>; }");
        workspace.Write("public/robots.txt", "User-agent: *");
        await LockAsync(workspace, "npm install --package-lock-only", "package-lock.json");
        var image = await BuildAsync(workspace);
        await AnswersAsync(workspace, image, "<h1>Welcome</h1>");
        await AnswersAsync(workspace, image, "User-agent", path: "/robots.txt");
        Assert.That((await workspace.Engine.RunAsync(image, "node", "-e", "require('fs').writeFileSync('.next/cache/x', '')")).ExitCode,
            Is.Zero);
    }

    [Test]
    public async Task SvelteKit_by_its_adapter_for_Node_answers_and_says_that_it_is_well()
    {
        await using var workspace = new Workspace();
        workspace.Write("package.json", """
            {
              "private": true, "type": "module", "scripts": { "build": "vite build" },
              "devDependencies": { "@sveltejs/adapter-node": "^5.0.0", "@sveltejs/kit": "^2.0.0", "svelte": "^5.0.0", "vite": "^7.0.0",
                "@sveltejs/vite-plugin-svelte": "^6.0.0" }
            }
            """);
        workspace.Write("svelte.config.js",
            "import adapter from '@sveltejs/adapter-node';\nexport default { kit: { adapter: adapter() } };");
        workspace.Write("vite.config.js", "import { sveltekit } from '@sveltejs/kit/vite';\nexport default { plugins: [sveltekit()] };");
        workspace.Write("src/app.html", "<!doctype html><html><head>%sveltekit.head%</head><body>%sveltekit.body%</body></html>");
        workspace.Write("src/routes/+page.svelte", "<h1>Welcome</h1>");
        workspace.Write("src/routes/healthz/+server.js", "export const GET = () => new Response('ok');");
        await LockAsync(workspace, "npm install --package-lock-only", "package-lock.json");
        var image = await BuildAsync(workspace);
        await AnswersAsync(workspace, image, "<h1>Welcome</h1>");
        await IsWellAsync(workspace, image);
    }

    [Test]
    public async Task Nest_answers_and_says_that_it_is_well()
    {
        await using var workspace = new Workspace();
        workspace.Write("package.json", """
            {
              "name": "shop", "private": true, "scripts": { "build": "tsc", "start:prod": "node dist/main" },
              "dependencies": { "@nestjs/common": "^11.0.0", "@nestjs/core": "^11.0.0", "@nestjs/platform-express": "^11.0.0",
                "reflect-metadata": "^0.2.0", "rxjs": "^7.8.0" },
              "devDependencies": { "typescript": "^5.0.0", "@types/node": "^24.0.0" }
            }
            """);
        workspace.Write("tsconfig.json", """
            {
              "compilerOptions": { "outDir": "dist", "rootDir": "src", "module": "commonjs", "target": "es2022", "skipLibCheck": true,
                "experimentalDecorators": true, "emitDecoratorMetadata": true, "types": ["node"] }
            }
            """);
        workspace.Write("src/health.controller.ts", """
            import { Controller, Get } from '@nestjs/common';
            @Controller('health')
            export class HealthController {
              @Get()
              check() { return { status: 'ok' }; }
            }
            """);
        workspace.Write("src/main.ts", """
            import 'reflect-metadata';
            import { Module } from '@nestjs/common';
            import { NestFactory } from '@nestjs/core';
            import { HealthController } from './health.controller';
            @Module({ controllers: [HealthController] })
            class AppModule {}
            async function start() {
              const app = await NestFactory.create(AppModule);
              app.setGlobalPrefix('api');
              await app.listen(process.env.PORT ?? 3000);
            }
            start();
            """);
        await LockAsync(workspace, "npm install --package-lock-only", "package-lock.json");
        var image = await BuildAsync(workspace);
        await AnswersAsync(workspace, image, "{\"status\":\"ok\"}", path: "/api/health");
        await IsWellAsync(workspace, image);
    }

    /// <summary>Has the image's own check asked, as an engine does.</summary>
    private static async Task IsWellAsync(Workspace workspace, string image)
    {
        var measured = await workspace.Cake.MultiStageMeasureAsync(image);
        var result = await workspace.Cake.MultiStageCheckAsync(measured, new MultiStageCheckSettings
        {
            FailOn = null, Start = new MultiStageStartSettings { HealthCheck = true },
        });
        Assert.That(result.Findings.Where(finding => finding.Rule.StartsWith("start", StringComparison.Ordinal)), Is.Empty);
        Assert.That(result.Start!.ExitCode, Is.Null);
    }
}
