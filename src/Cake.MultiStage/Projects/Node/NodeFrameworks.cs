using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.Node;

/// <summary>
/// The table of frameworks; of several rows of one the first that fits counts. The sources are their documentation's pages on deployment:
/// Next.js "output", Nuxt "Deployment", SvelteKit "Adapters", Astro "On-demand rendering", Angular "Server-side rendering", Remix and React
/// Router "Deployment", TanStack Start "Hosting", Nest "Deployment".
/// </summary>
internal static partial class NodeFrameworks
{
    private static readonly string[] Extensions = ["js", "mjs", "cjs", "ts", "mts", "cts"];

    private static readonly string[] NextFiles = Named("next.config");
    private static readonly string[] SvelteFiles = Named("svelte.config");
    private static readonly string[] AstroFiles = Named("astro.config");
    private static readonly string[] NuxtFiles = Named("nuxt.config");
    private static readonly Dictionary<string, string> Host = new(StringComparer.Ordinal) { ["HOST"] = "0.0.0.0" };
    private static readonly Dictionary<string, string> HostName = new(StringComparer.Ordinal) { ["HOSTNAME"] = "0.0.0.0" };

    private static NodeFramework[] Table =>
    [
        new("Next.js (exported)", ["next"], NodeOutcome.Site)
        {
            Configuration = NextFiles, Says = @"\boutput\s*:\s*['""`]export['""`]", Output = "out",
        },
        new("Next.js (standalone)", ["next"], NodeOutcome.Server)
        {
            Configuration = NextFiles, Says = @"\boutput\s*:[^,}\n]*['""`]standalone['""`]", Build = "next build", Entry = "server.js",
            Starts = true, BringsPackages = true,
            Ships = [(".next/standalone/", ""), (".next/static", ".next/static"), ("public", "public")],
            Writes = [".next/cache"], Environment = HostName, Port = "3000",
        },
        new("Next.js", ["next"], NodeOutcome.Server)
        {
            Configuration = NextFiles, Build = "next build", Output = ".next", Tool = "next", Arguments = ["start"],
            Leftovers = [".next/cache"], Writes = [".next/cache"], Port = "3000",
            Advice = "Next.js ships with all its packages. With output: \"standalone\" in next.config only what it needs ships, "
                + "which is several times smaller.",
        },
        new("Nuxt (generated)", ["nuxt"], NodeOutcome.Site) { Builds = @"\bnuxi?t?\s+generate\b", Output = ".output/public" },
        Nitro("Nuxt", ["nuxt"]) with { Configuration = NuxtFiles, Build = "nuxt build" },
        new("SvelteKit for Node.js", ["@sveltejs/kit"], NodeOutcome.Server)
        {
            Configuration = SvelteFiles, Says = @"@sveltejs/adapter-node(?:[\s\S]*?\bout\s*:\s*['""](?:\./)?(?<output>[^'""]+)['""])?",
            Build = "vite build", Output = "build",
            Entry = "{output}/index.js", Starts = true, Ships = [("{output}", "{output}"), ("package.json", "package.json")], Port = "3000",
        },
        new("SvelteKit (static)", ["@sveltejs/kit"], NodeOutcome.Site)
        {
            Configuration = SvelteFiles, Says = @"@sveltejs/adapter-static", Output = "build",
        },
        new("SvelteKit", ["@sveltejs/kit"], NodeOutcome.Elsewhere)
        {
            Configuration = SvelteFiles,
            Advice = "svelte.config names an adapter whose output does not run in a container. "
                + "Use @sveltejs/adapter-node for a server, or @sveltejs/adapter-static for a site.",
        },
        new("Astro for Node.js", ["astro"], NodeOutcome.Server)
        {
            Configuration = AstroFiles, Says = @"@astrojs/node", Build = "astro build", Output = "dist", Entry = "dist/server/entry.mjs",
            Starts = true,
            Ships = [("dist", "dist"), ("package.json", "package.json")], Environment = Host, Port = "4321",
        },
        new("Astro", ["astro"], NodeOutcome.Elsewhere)
        {
            Configuration = AstroFiles, Says = @"@astrojs/(vercel|netlify|cloudflare|deno)",
            Advice = "astro.config names an adapter whose output does not run in a container. "
                + "Use @astrojs/node for a server, or none for a site.",
        },
        new("Astro", ["astro"], NodeOutcome.Site) { Configuration = AstroFiles, Output = "dist" },
        new("Angular with server-side rendering", ["@angular/ssr"], NodeOutcome.Server)
        {
            Build = "ng build", Output = "dist/{project}", Entry = "{output}/server/server.mjs", Starts = true, BringsPackages = true,
            Ships = [("{output}", "{output}"), ("package.json", "package.json")], Port = "4000",
        },
        new("Angular", ["@angular/core"], NodeOutcome.Site) { Configuration = ["angular.json"], Output = "dist/{project}/browser" },
        Nitro("TanStack Start", ["@tanstack/react-start", "@tanstack/solid-start", "@tanstack/start"]) with
        {
            Beside = ["nitro", "nitropack", "vinxi", "@tanstack/nitro-v2-vite-plugin"],
        },
        new("TanStack Start", ["@tanstack/react-start", "@tanstack/solid-start"], NodeOutcome.Server)
        {
            Output = "dist",
            Advice = "What TanStack Start builds is a handler: with nitro beside it, it becomes a server that brings its packages.",
        },
        Nitro("SolidStart", ["@solidjs/start"]),
        Nitro("Nitro", ["nitropack", "nitro", "vinxi"]),
        new("React Router", ["@react-router/serve"], NodeOutcome.Server)
        {
            Build = "react-router build", Output = "build", Tool = "react-router-serve", Arguments = ["build/server/index.js"],
            Port = "3000",
        },
        new("Remix", ["@remix-run/serve"], NodeOutcome.Server)
        {
            Configuration = Named("vite.config"), Says = @"@remix-run/dev", Build = "remix vite:build", Output = "build",
            Tool = "remix-serve", Arguments = ["build/server/index.js"], Port = "3000",
        },
        new("Remix", ["@remix-run/serve"], NodeOutcome.Server)
        {
            Build = "remix build", Output = "build", Tool = "remix-serve", Arguments = ["build/index.js"], Port = "3000",
            Leftovers = [".cache"],
        },
        new("Nx", ["nx"], NodeOutcome.Server)
        {
            Configuration = ["project.json"],
            Says = @"""outputPath""\s*:\s*""(?:\{workspaceRoot\}/)?(?<output>[^""{}]+)""[\s\S]*?"
                + @"""main""\s*:\s*""[^""]*?(?<name>[^/""]+)\.[tj]s""",
            Build = "nx build", Entry = "{output}/{name}.js",
        },
        new("Nest", ["@nestjs/core"], NodeOutcome.Server) { Build = "nest build", Output = "dist", Entry = "dist/main.js" },
        new("AdonisJS", ["@adonisjs/core"], NodeOutcome.Server)
        {
            Build = "node ace build", Output = "build", Entry = "build/bin/server.js", Starts = true, Environment = Host, Port = "3333",
        },
    ];

    /// <summary>Returns the row that fits a project; null where none does.</summary>
    public static NodeFramework? Of(ProjectFolder folder, NodePackage package) =>
        Table.Select(row => Fit(row, folder, package)).FirstOrDefault(row => row is not null);

    private static NodeFramework Nitro(string name, string[] packages) => new(name, packages, NodeOutcome.Server)
    {
        Output = ".output", Entry = ".output/server/index.mjs", Starts = true, BringsPackages = true, Ships = [(".output", ".output")],
        Port = "3000",
    };

    private static NodeFramework? Fit(NodeFramework row, ProjectFolder folder, NodePackage package)
    {
        var configuration = string.Concat(folder.Existing(row.Configuration).Select(file => Comment().Replace(folder.Read(file), "")));
        var says = row.Says is null ? Match.Empty : Matched(row.Says, configuration);
        if (!row.Packages.Any(package.Uses) || (row.Beside.Count > 0 && !row.Beside.Any(package.Uses))
            || (row.Says is not null && !says.Success)
            || (row.Builds is not null && !Matched(row.Builds, package.Scripts.GetValueOrDefault("build", "")).Success))
        {
            return null;
        }

        var output = says.Groups["output"] is { Success: true } named ? named.Value
            : row.Output.Replace("{project}", AngularProject.Name(folder), StringComparison.Ordinal);
        return row with
        {
            Output = output,
            Entry = row.Entry is null ? null : Filled(row.Entry),
            Ships = [.. row.Ships.Select(pair => (Filled(pair.Source), Filled(pair.Target)))],
        };

        string Filled(string text) => text.Replace("{output}", output, StringComparison.Ordinal)
            .Replace("{name}", says.Groups["name"].Value, StringComparison.Ordinal);
    }

    private static Match Matched(string pattern, string text) =>
        Regex.Match(text, pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    private static string[] Named(string name) => [.. Extensions.Select(extension => $"{name}.{extension}")];

    [GeneratedRegex(@"^\s*//.*$|/\*[\s\S]*?\*/", RegexOptions.CultureInvariant | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Comment();
}
