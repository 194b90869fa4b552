using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests.Projects;

/// <summary>Programs for Bun and Deno are locked by these themselves, built on stand-ins of their images, and answer.</summary>
public sealed class OtherRuntimeTests
{
    private const string Certificates = "/etc/ssl/certs/ca-certificates.crt";
    private const string Authority = "NODE_EXTRA_CA_CERTS=" + Certificates;

    private static async Task BuildAsync(Workspace workspace, Action<NodeProjectSettings>? configure = null)
    {
        var project = workspace.Cake.MultiStageNode(".", node =>
        {
            node.Tags.Add(workspace.Tag);
            configure?.Invoke(node);
        });
        await workspace.BuildAsync(project, BuilderKind.BuildKit, build => build.Network = "host");
    }

    [Test]
    public async Task A_program_of_Bun_writes_what_it_keeps()
    {
        await using var workspace = new Workspace();
        workspace.Write("package.json", """
            {
              "name": "shop", "private": true, "scripts": { "start": "bun run src/index.ts", "postinstall": "bun scripts/note.ts" },
              "dependencies": { "nanoid": "^5.0.0" }, "devDependencies": { "ms": "^2.1.0" }
            }
            """);
        workspace.Write("scripts/note.ts", "await Bun.write('node_modules/nanoid/note.txt', 'installed');");
        workspace.Write("data/.gitkeep", "");
        workspace.Write("src/index.ts", """
            import { nanoid } from 'nanoid';
            await Bun.write('data/visits.txt', 'kept');
            Bun.serve({ port: 3000, hostname: '0.0.0.0', fetch: async () => new Response(`bun ${nanoid(4).length as number}`
              + await Bun.file('node_modules/nanoid/note.txt').text() + await Bun.file('data/visits.txt').text()) });
            """);
        await RealClient.RunAsync(workspace, "oven/bun:1", [Authority], "bun install --lockfile-only --ignore-scripts", "bun.lock");
        // The certificates of the machine's own authority, where its registry is behind one.
        await BuildAsync(workspace, node => node.BuilderEnvironment["NODE_EXTRA_CA_CERTS"] = Certificates);
        await using var service = await workspace.Engine.ServeAsync(workspace.Tag, 3000);
        Assert.That(await service.ReadAsync("/"), Is.EqualTo("bun 4installedkept"));
        Assert.That((await workspace.Engine.RunAsync(workspace.Tag, "sh", "-c", "id -u")).Output, Does.StartWith("1000"));
    }

    [Test]
    public async Task A_program_of_Deno_fetches_nothing_when_it_starts()
    {
        await using var workspace = new Workspace();
        workspace.Write("deno.json", """
            { "tasks": { "start": "deno run --allow-net --allow-env main.ts" }, "imports": { "nanoid": "npm:nanoid@^5.0.0" } }
            """);
        workspace.Write("main.ts", """
            import { nanoid } from 'nanoid';
            Deno.serve({ port: 8000, hostname: '0.0.0.0' }, () => new Response(`deno ${nanoid(4).length}`));
            """);
        await RealClient.RunAsync(workspace, "denoland/deno:2.9.3", ["DENO_TLS_CA_STORE=system"], "deno install", "deno.lock");
        await BuildAsync(workspace, node =>
        {
            node.Flavor = BaseFlavor.Slim;
            node.BuilderEnvironment["DENO_TLS_CA_STORE"] = "system";
        });
        await using var service = await workspace.Engine.ServeAsync(workspace.Tag, 8000);
        Assert.That(await service.ReadAsync("/"), Is.EqualTo("deno 4"));
        Assert.That((await workspace.Engine.ConfigAsync(workspace.Tag)).User, Is.EqualTo("1993:1993"));
    }
}
