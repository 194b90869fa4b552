using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects.Node;

/// <summary>What the image runs.</summary>
/// <param name="Start">How it is started.</param>
/// <param name="Framework">The framework that it is written with; null where none is known.</param>
/// <param name="IsFrameworks">Whether the framework's own output is run, not a server that the project wrote.</param>
internal sealed record NodeProgram(NodeStart Start, NodeFramework? Framework, bool IsFrameworks)
{
    /// <summary>Packages by which a program answers requests.</summary>
    private static readonly string[] Servers =
    [
        "express", "fastify", "koa", "@hapi/hapi", "@nestjs/core", "hono", "@hono/node-server", "restify", "polka",
        "@feathersjs/feathers", "@feathersjs/express", "ws", "socket.io",
        "h3", "elysia", "@elysiajs/node", "@apollo/server", "graphql-yoga", "@strapi/strapi", "@directus/api", "micro", "sails",
        "@loopback/core", "@trpc/server", "pm2", "probot", "moleculer", "@astrojs/node", "@sveltejs/adapter-node",
    ];

    private static readonly string[] Usual = ["server.js", "server.mjs", "index.js", "index.mjs", "app.js", "app.mjs", "main.js",
        "src/server.js", "src/index.js", "src/app.js", "src/main.js"];

    /// <summary>What Bun runs besides, as it compiles by itself.</summary>
    private static readonly string[] UsualOfBun = ["index.ts", "server.ts", "src/index.ts", "src/server.ts", "src/main.ts", "app.ts",
        "main.ts"];

    /// <summary>Packages by the programs they bring, where these are called otherwise, and the file that is one.</summary>
    private static readonly Dictionary<string, (string Package, string? File)> Known = new(StringComparer.Ordinal)
    {
        ["next"] = ("next", "node_modules/next/dist/bin/next"),
        ["remix-serve"] = ("@remix-run/serve", "node_modules/@remix-run/serve/dist/cli.js"),
        ["react-router-serve"] = ("@react-router/serve", null),
        ["strapi"] = ("@strapi/strapi", "node_modules/@strapi/strapi/bin/strapi.js"),
        ["fastify"] = ("fastify-cli", "node_modules/fastify-cli/cli.js"),
        ["pm2-runtime"] = ("pm2", "node_modules/pm2/bin/pm2-runtime"),
        ["pm2"] = ("pm2", "node_modules/pm2/bin/pm2"),
        ["nest"] = ("@nestjs/cli", null),
        ["nuxi"] = ("nuxt", null),
        ["dotenv"] = ("dotenv-cli", null),
        ["dotenvx"] = ("@dotenvx/dotenvx", null),
        ["babel-node"] = ("@babel/node", null),
        ["ts-node-esm"] = ("ts-node", null),
    };

    /// <summary>Gets a value indicating whether a build makes what is run.</summary>
    public required bool IsBuilt { get; init; }

    public IReadOnlyList<Assumption> Assumptions { get; init; } = [];

    /// <summary>Tells whether a package says what it starts, or answers requests and is neither a part of others nor an app.</summary>
    public static bool IsProgram(ProjectFolder folder, NodePackage package) => new NodeScripts(package).Start() is not null
        || (HasServer(folder, package) && !package.IsForOthers && !package.Uses("expo") && !package.Uses("react-native"));

    /// <summary>Tells whether something in a package answers requests.</summary>
    public static bool HasServer(ProjectFolder folder, NodePackage package) =>
        package.Dependencies.Overlaps(Servers)
            || NodeFrameworks.Of(folder, package)?.Outcome is NodeOutcome.Server or NodeOutcome.Elsewhere;

    /// <exception cref="MultiStageException">Nothing says what runs, or what is built is not a program.</exception>
    public static NodeProgram Of(ProjectFolder folder, NodePackage package, NodeProjectSettings settings, bool builds)
    {
        var framework = NodeFrameworks.Of(folder, package);
        builds |= framework?.Build is not null;
        if (settings.EntryFile is { } given)
        {
            var isBun = BunRuntime.IsFor(package) || new NodeScripts(package).Start()?.IsBun == true;
            return Checked(new NodeProgram(new NodeStart("node.EntryFile") { File = PosixPath.Clean(given), IsBun = isBun }, framework,
                IsFrameworks: false) { IsBuilt = !Exists(folder, given) }, folder, builds);
        }

        var start = new NodeScripts(package).Start();
        var isOwn = start is { File: { } file } && (Exists(folder, file) || file is "." or "./");
        if (!isOwn && framework?.Outcome == NodeOutcome.Elsewhere)
        {
            throw new MultiStageException($"'{folder.Path}' is written with {framework.Name}. {framework.Advice}");
        }

        if (!isOwn && framework?.Outcome == NodeOutcome.Site && !package.Dependencies.Overlaps(Servers))
        {
            throw new MultiStageException(
                $"{framework.Name} makes of '{folder.Path}' a site of finished pages, in '{framework.Output}': describe it by "
                    + "MultiStageSite, which serves them. "
                + "Where a program of its own answers, name it, as in node.EntryFile = \"server.js\".");
        }

        var isFrameworks = !isOwn && framework is { Starts: true, Outcome: NodeOutcome.Server };
        start = isFrameworks ? Own(framework!, start) : start ?? (framework?.Entry is not null || framework?.Tool is not null
            ? Own(framework, start) : Named(folder, package, builds));
        start = start.File is null ? start : start with { File = start.File is "." or "./" ? PosixPath.Clean(package.Main ?? "index.js")
            : PosixPath.Clean(start.File) };
        start = framework?.Tool is null || start.Tool != framework.Tool ? start : start with
        {
            Tools = [.. start.Tools, .. framework.Needs.Where(need => folder.Has(need.File)).Select(need => need.Package)],
        };
        return Checked(
            new NodeProgram(start, framework, isFrameworks || (!isOwn && start.Tool is not null && start.Tool == framework?.Tool))
            {
                IsBuilt = start.File is { } ran ? !Exists(folder, ran) : framework?.Output.Length > 0,
                Assumptions = [.. start.Assumptions, .. Missing(start, package), .. isFrameworks || start.Tool == framework?.Tool
                    ? Advice(framework) : []],
            },
            folder, builds);
    }

    /// <summary>Returns the packages by which it starts that are only there for development.</summary>
    public IReadOnlyList<string> Development(NodePackage package) =>
        [.. Start.Tools.Select(PackageOf).Where(name => package.DevelopmentDependencies.Contains(name)
            && !package.Dependencies.Contains(name)).Distinct(StringComparer.Ordinal)];

    /// <summary>Returns the file by which node runs the start's tool itself; null where only its link is known.</summary>
    public static string? FileOf(string tool) => Known.TryGetValue(tool, out var known) ? known.File : null;

    /// <summary>Tells whether a file is there as node finds the one that it is to run.</summary>
    public static bool Exists(ProjectFolder folder, string file) => folder.Existing(Spellings(PosixPath.Clean(file))).Any(folder.Has);

    /// <summary>Returns the names under which node looks for the file that it is to run.</summary>
    public static IReadOnlyList<string> Spellings(string file) =>
        Path.GetExtension(file) is ".js" or ".mjs" or ".cjs" or ".ts" or ".mts" or ".cts" or ".json" ? [file]
        : [file, file + ".js", file + ".json", file + "/index.js", file + "/package.json"];

    private static NodeStart Own(NodeFramework framework, NodeStart? start) => new(start?.Origin ?? framework.Name)
    {
        File = framework.Entry, Tool = framework.Tool, Arguments = framework.Arguments, Tools = framework.Tool is null ? []
            : [framework.Tool],
        Flags = start?.Tool is null && start?.Shell is null ? start?.Flags ?? [] : [],
        Environment = start?.Environment ?? new Dictionary<string, string>(StringComparer.Ordinal),
        Building = start?.Building ?? [], Assumptions = start?.Assumptions ?? [],
    };

    /// <exception cref="MultiStageException">Nothing names it.</exception>
    private static NodeStart Named(ProjectFolder folder, NodePackage package, bool builds)
    {
        var isBun = BunRuntime.IsFor(package);
        string[] said = [.. new[] { isBun ? package.Module : null, package.Main, package.Bin }.OfType<string>().Select(PosixPath.Clean)];
        var found = said.FirstOrDefault(file => Exists(folder, file)) ?? said.FirstOrDefault(file =>
            builds && file.Contains('/', StringComparison.Ordinal))
            ?? folder.First(isBun ? UsualOfBun.Concat(Usual) : Usual) ?? said.FirstOrDefault()
            ?? throw new MultiStageException(
                $"package.json in '{folder.Path}' does not say what node runs. Set its \"main\", or node.EntryFile = \"server.js\"."
                + (package.Uses("vite") || package.Uses("react-scripts")
                    || (package.Scripts.ContainsKey("build") && folder.Existing("index.html", "src/index.html").Count > 0)
                    ? " If it is a site of finished pages, describe it by "
                    + "MultiStageSite." : "")
                + (package.Uses("wrangler") ? " As a Worker it runs at Cloudflare alone: for an image a file of its own has to listen, as "
                    + "@hono/node-server does." : ""));
        return new NodeStart(said.Contains(found, StringComparer.Ordinal) ? "package.json" : "its name") { File = found, IsBun = isBun };
    }

    /// <exception cref="MultiStageException">The file is neither there nor made by a build.</exception>
    private static NodeProgram Checked(NodeProgram program, ProjectFolder folder, bool builds) =>
        program.Start.File is not { } file || builds || program.Start.Building.Count > 0 || Exists(folder, file)
            || file.StartsWith("node_modules/", StringComparison.Ordinal) ? program
            : throw new MultiStageException(
                $"node is to run '{file}', which is not in '{folder.Path}', and no script builds it. Name the file, as in node.EntryFile "
                    + "= \"server.js\", "
                + "or the script that makes it, as in node.BuildScript = \"compile\".");

    private static IEnumerable<Assumption> Advice(NodeFramework? framework) => framework?.Advice is { } advice
        ? [new Assumption(advice)] : [];

    private static IEnumerable<Assumption> Missing(NodeStart start, NodePackage package) =>
        start.Tools.Where(tool => !tool.Contains('/', StringComparison.Ordinal) && !package.Uses(PackageOf(tool))
            && !Known.ContainsKey(tool) && start.Tool == tool)
            .Select(tool => new Assumption(
                $"{start.Origin} runs '{tool}', which is taken to come from one of the packages: none in package.json is called so. "
                    + "Where it does not, name what node runs, as in node.EntryFile.",
                Doubtful: true));

    private static string PackageOf(string tool) => Known.TryGetValue(tool, out var known) ? known.Package : tool;
}
