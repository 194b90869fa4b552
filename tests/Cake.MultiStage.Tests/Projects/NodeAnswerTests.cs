using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Node;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>Where programs of Node's listen, and where they say that they are well.</summary>
public sealed class NodeAnswerTests : FolderFixture
{
    private ImageProject Node(string source, string package = "express", Action<NodeProjectSettings>? configure = null)
    {
        _folder.File("package.json", $$"""{ "main": "server.js", "dependencies": { "{{package}}": "1" } }""").File("server.js", source);
        var settings = new NodeProjectSettings();
        configure?.Invoke(settings);
        return NodePreset.Describe(_folder.Path, settings);
    }

    private static string Told(ImageProject project) =>
        string.Join('\n', project.Assumptions.Where(one => one.Doubtful).Select(one => one.Text));

    private static string Check(ImageProject project) => project.HealthCheck is { } check ? string.Join(' ', check.Command) : "";

    [TestCase("app.listen(3001);", "3001")]
    [TestCase("app.listen(process.env.PORT || 3002, () => {});", "3002")]
    [TestCase("const port = Number(process.env.PORT ?? '3003');\napp.listen(port);", "3003")]
    [TestCase("const port = normalizePort(process.env.PORT || '3004');\nhttp.createServer(app).listen(port);", "3004")]
    [TestCase("const { PORT = 3005 } = process.env;\napp.listen(PORT);", "3005")]
    [TestCase("app.listen({ port: 3006, host: '0.0.0.0' });", "3006")]
    [TestCase("const config = { port: parseInt(process.env.PORT, 10) || 3007 };\napp.listen(config.port);", "3007")]
    [TestCase("serve({ fetch: app.fetch, port: 3008 });", "3008")]
    [TestCase("serve({ fetch: app.fetch });", "3000")]
    [TestCase("Bun.serve({ port: 3009, fetch() {} });", "3009")]
    [TestCase("const FALLBACK = 3010;\napp.listen(config.get('PORT') || FALLBACK);", "3010")]
    [TestCase("import { FALLBACK } from './settings';\napp.listen(config.get<number>('PORT') || FALLBACK);", "3011")]
    [TestCase("await app.listen(config.getOrThrow('web.port', { infer: true }));", "3012")]
    [TestCase("await app.listen(config.get('mail.port'));", "")]
    [TestCase("// app.listen(3001);", "")]
    [TestCase("history.listen(location => {});", "")]
    [TestCase("app.listen(process.env.PORT);", "")]
    [TestCase("app.listen('/tmp/app.sock');", "")]
    public void A_source_says_the_port(string source, string ports)
    {
        _folder.File("settings.js", "export const FALLBACK = 3011;").File("web.js", """
            export default registerAs('web', () => ({
              name: process.env.NAME,
              port: process.env.WEB_PORT
                ? parseInt(process.env.WEB_PORT, 10)
                : 3012,
              database: 5432,
            }));
            """);
        var project = Node(source);
        Assert.That(string.Join(',', project.Ports), Is.EqualTo(ports));
        Assert.That(Told(project), Is.Empty);
    }

    [Test]
    public void Where_one_listens_on_what_is_not_known_the_port_of_another_is_not_taken_for_it()
    {
        _folder.File("identification.js", "net.createServer().listen(113);").File("main.js", "server.listen(listenOptions);");
        var project = Node("require('./main');");
        Assert.That(project.Ports, Is.Empty);
        Assert.That(project.Assumptions.Select(one => one.Text), Has.Some.EqualTo(
            "main.js has the program listen on a port that it works out when it runs: the image exposes none. Set Ports."));
    }

    [Test]
    public void A_variable_of_the_image_takes_precedence_over_a_default() => Assert.That(
        Node("app.listen(process.env.PORT || 3000);", configure: node => node.Environment["PORT"] = "9000").Ports,
        Is.EqualTo(new[] { "9000" }));

    [TestCase("app.listen(3000, 'localhost');", "have it listen on the host '0.0.0.0'.")]
    [TestCase("app.listen({ port: 3000, host: '127.0.0.1' });", "have it listen on the host '0.0.0.0'.")]
    [TestCase("const host = process.env.HOST || 'localhost';\napp.listen(3000, host);", "set node.Environment[\"HOST\"] = \"0.0.0.0\".")]
    [TestCase("const app = Fastify({ logger: true });\nawait app.listen({ port: 3000 });", "have it listen on the host '0.0.0.0'.")]
    public void What_listens_for_the_container_alone_is_told(string source, string line)
    {
        var project = Node(source);
        Assert.That(project.Ports, Is.EqualTo(new[] { "3000" }));
        Assert.That(Told(project), Is.EqualTo("server.js has the program listen on the container's own address alone, which nobody outside "
            + $"of it reaches: {line}"));
    }

    [TestCase("const app = express();\napp.get('/healthz', (q, r) => r.send('ok'));\napp.listen(3000);", "/healthz")]
    [TestCase("const app = new Hono();\napp.get('/api/health', c => c.text('ok'));\nserve({ fetch: app.fetch });", "/api/health")]
    [TestCase("const app = Fastify();\napp.get('/ping', f);\napp.listen({ port: 3000, host: '0.0.0.0' });", "/ping")]
    public void A_route_says_where_it_is_well(string source, string path) => Assert.That(Check(Node(source)), Is.EqualTo(
        $"node -e require('http').get('http://127.0.0.1:3000{path}', r => process.exit(r.statusCode < 400 ? 0 : 1)).on('error', () => "
            + "process.exit(1))"));

    [TestCase("const router = express.Router();\nrouter.get('/health', f);\napp.listen(3000);")]
    [TestCase("const app = express();\napp.get('/orders/status', f);\napp.listen(3000);")]
    public void A_route_whose_whole_path_is_not_known_does_not(string source) => Assert.That(Check(Node(source)), Is.Empty);

    [TestCase("", "/health")]
    [TestCase("app.setGlobalPrefix('api');", "/api/health")]
    [TestCase("app.setGlobalPrefix('api', { exclude: ['health'] });", "/health")]
    [TestCase("app.enableVersioning({ type: VersioningType.URI });", "")]
    [TestCase("[{ provide: APP_GUARD, useClass: JwtAuthGuard }];", "")]
    public void A_controller_of_Nest_does(string more, string path)
    {
        _folder.File("package.json", """{ "scripts": { "build": "nest build" }, "dependencies": { "@nestjs/core": "1" } }""")
            .File("src/main.ts", $"{more}\nawait app.listen(process.env.PORT ?? 3000);\n")
            .File("src/health.controller.ts", "@Controller('health')\nexport class Health {\n  @Get()\n  check() {}\n}\n");
        var project = NodePreset.Describe(_folder.Path, new NodeProjectSettings());
        Assert.That(project.Ports, Is.EqualTo(new[] { "3000" }));
        Assert.That(Check(project), path.Length == 0 ? Is.Empty : Does.Contain($"http://127.0.0.1:3000{path}'"));
    }

    [TestCase("next", "app/api/health/route.ts", "/api/health", "next start")]
    [TestCase("next", "pages/api/healthz.ts", "/api/healthz", "next start")]
    [TestCase("@remix-run/node", "app/routes/healthcheck.tsx", "/healthcheck", "remix-serve build/index.js")]
    [TestCase("nuxt", "server/api/health.get.ts", "/api/health", "node .output/server/index.mjs")]
    public void A_file_of_a_frameworks_routes_does(string package, string file, string path, string start)
    {
        _folder.File("package.json", $$"""
            { "scripts": { "build": "x build", "start": "{{start}}" },
              "dependencies": { "{{package}}": "1", "@remix-run/serve": "1" } }
            """).File(file);
        Assert.That(Check(NodePreset.Describe(_folder.Path, new NodeProjectSettings { Ports = ["3000"] })),
            Does.Contain($"http://127.0.0.1:3000{path}'"));
    }

    [Test]
    public void What_no_package_binds_to_a_platform_is_built_on_the_machines_own()
    {
        const string Lock = """
            {
              "lockfileVersion": 3,
              "packages": {
                "": { "name": "x" },
                "node_modules/express": {
                  "version": "5.0.0"
                },
                "node_modules/esbuild": {
                  "version": "0.25.0",
                  "dev": true,
                  "hasInstallScript": true
                }
              }
            }
            """;
        _folder.File("package-lock.json", Lock);
        var text = Node("app.listen(1234);").ForPlatform(null).ToDockerfile().ToString();
        Assert.That(text, Does.Match("FROM --platform=\\$BUILDPLATFORM \\S+ AS builder\n")
            .And.Match("FROM --platform=\\$BUILDPLATFORM \\S+ AS dependencies\n").And.Match("FROM node:\\S+ AS final\n"));
        _folder.File("package-lock.json", Lock.Replace("\"dev\": true,", "\"license\": \"MIT\",", StringComparison.Ordinal));
        var bound = Node("app.listen(1234);").ForPlatform(null);
        Assert.That(bound.ToDockerfile().ToString(), Does.Not.Contain("BUILDPLATFORM"));
        Assert.That(bound.Assumptions[^1].Text, Is.EqualTo("esbuild is installed for one platform: it runs as the image's platform, which "
            + "a machine of another has to emulate."));
    }

    [TestCase("""{ "lockfileVersion": 1, "dependencies": { "bcrypt": { "version": "5.1.1" } } }""",
        "No lock says which packages are for one platform alone", TestName = "A lock that says nothing of platforms")]
    [TestCase("""
        {
          "packages": {
            "node_modules/esbuild": {
              "version": "0.25.0",
              "devOptional": true,
              "hasInstallScript": true
            }
          }
        }
        """, "esbuild is installed for one platform", TestName = "A package that ships although it is for development, too")]
    [TestCase("""
        {
          "packages": {
            "node_modules/fsevents": {
              "version": "2.3.3",
              "hasInstallScript": true,
              "os": [
                "darwin"
              ]
            }
          }
        }
        """, null, TestName = "A package that only macOS installs")]
    public void What_a_lock_says_of_platforms(string locked, string? hindrance)
    {
        _folder.File("package-lock.json", locked);
        var project = Node("app.listen(1234);").ForPlatform(null);
        Assert.That(project.Assumptions.Select(one => one.Text),
            hindrance is null ? Has.None.Contains("emulate") : Has.Some.StartsWith(hindrance));
    }
}
