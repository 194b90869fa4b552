namespace Cake.MultiStage.Projects.Node;

/// <summary>
/// The table of frameworks; of several rows of one the first that fits counts. The sources are their documentation's pages on deployment:
/// Next.js "output", Nuxt "Deployment", SvelteKit "Adapters", Astro "On-demand rendering", Angular "Server-side rendering", Remix and React
/// Router "Deployment", TanStack Start "Hosting", Nest "Deployment".
/// </summary>
internal static class NodeFrameworks
{
    private static readonly string[] Extensions = ["js", "mjs", "cjs", "ts", "mts", "cts"];

    private static readonly string[] NextFiles = Named("next.config");
    private static readonly string[] SvelteFiles = Named("svelte.config");
    private static readonly string[] AstroFiles = Named("astro.config");
    private static readonly string[] NuxtFiles = Named("nuxt.config");
    private static readonly Dictionary<string, string> Host = new(StringComparer.Ordinal) { ["HOST"] = "0.0.0.0" };
    private static readonly Dictionary<string, string> HostName = new(StringComparer.Ordinal) { ["HOSTNAME"] = "0.0.0.0" };

    private const string NuxtBase = @"\bbaseURL\s*:\s*['""`](?<base>/[^'""`$]*)['""`]";
    private const string AngularBase = @"""baseHref""\s*:\s*""(?<base>[^""]+)""|--base-href[= ](?<base>\S+)";

    // Of esbuild, and of webpack before.
    private const string AngularHashed = "(-[A-Z0-9]{8}|[.][0-9a-f]{16,20})[.](js|css)$";

    private static NodeFramework[] Table =>
    [
        new("Next.js (exported)", ["next"], NodeOutcome.Site)
        {
            Configuration = NextFiles, Says = @"\boutput\s*:\s*['""`]export['""`]", Build = "next build", Output = "out",
            OutputSays = @"\bdistDir\s*:\s*['""`](?<output>[^'""`]+)", BaseSays = @"\bbasePath\s*:\s*['""`](?<base>[^'""`$]+)['""`]",
            Hashed = "^/_next/static/", PublicPrefix = "NEXT_PUBLIC_",
        },
        new("Next.js (exported)", ["next"], NodeOutcome.Site)
        {
            Builds = @"\bnext\s+export\b", Output = "out", OutputSays = @"\bnext\s+export\s+(?:-o|--outdir)\s+(?<output>\S+)",
            Configuration = NextFiles, BaseSays = @"\bbasePath\s*:\s*['""`](?<base>[^'""`$]+)['""`]", Hashed = "^/_next/static/",
            PublicPrefix = "NEXT_PUBLIC_",
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
            // Without it the server stops to install it (Next.js, "TypeScript": next.config.ts).
            Needs = [("next.config.ts", "typescript"), ("next.config.mts", "typescript")],
            Leftovers = [".next/cache"], Writes = [".next/cache"], Port = "3000",
            Advice = "Next.js ships with all its packages. With output: \"standalone\" in next.config only what it needs ships, "
                + "which is several times smaller.",
        },
        new("Nuxt (generated, a single page)", ["nuxt"], NodeOutcome.Site)
        {
            Builds = @"\bnuxi?t?\s+generate\b", Configuration = NuxtFiles, Says = @"\bssr\s*:\s*false", Build = "nuxt generate",
            Output = ".output/public",
            BaseSays = NuxtBase, Hashed = "^/_nuxt/", Fallback = "200.html", PublicPrefix = "NUXT_PUBLIC_",
        },
        new("Nuxt (generated)", ["nuxt"], NodeOutcome.Site)
        {
            Builds = @"\bnuxi?t?\s+generate\b", Configuration = NuxtFiles, Build = "nuxt generate",
            Output = ".output/public", BaseSays = NuxtBase,
            Hashed = "^/_nuxt/", PublicPrefix = "NUXT_PUBLIC_",
        },
        Nitro("Nuxt", ["nuxt"]) with { Configuration = NuxtFiles, Build = "nuxt build" },
        new("SvelteKit for Node.js", ["@sveltejs/kit"], NodeOutcome.Server)
        {
            Configuration = SvelteFiles, Says = @"@sveltejs/adapter-node(?:[\s\S]*?\bout\s*:\s*['""](?:\./)?(?<output>[^'""]+)['""])?",
            Build = "vite build", Output = "build",
            Entry = "{output}/index.js", Starts = true, Ships = [("{output}", "{output}"), ("package.json", "package.json")], Port = "3000",
        },
        new("SvelteKit (static)", ["@sveltejs/kit"], NodeOutcome.Site)
        {
            Configuration = SvelteFiles,
            Says = @"@sveltejs/adapter-static(?:[\s\S]*?\bfallback\s*:\s*['""`](?<fallback>(?!404)[^'""`]+)['""`])?", Build = "vite build",
            Output = "build", OutputSays = @"\bpages\s*:\s*['""`](?<output>[^'""`]+)",
            BaseSays = @"\bbase\s*:\s*['""`](?<base>/[^'""`$]*)['""`]", Hashed = "^/_app/immutable/", PublicPrefix = "PUBLIC_",
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
        new("Astro", ["astro"], NodeOutcome.Site)
        {
            Configuration = AstroFiles, Build = "astro build", Output = "dist", OutputSays = @"\boutDir\s*:\s*['""`](?<output>[^'""`]+)",
            BaseSays = @"\bbase\s*:\s*['""`](?<base>[^'""`$]+)['""`]", Hashed = "^/_astro/", PublicPrefix = "PUBLIC_",
        },
        new("Angular (prerendered)", ["@angular/ssr"], NodeOutcome.Site)
        {
            Configuration = ["angular.json"], Says = @"""outputMode""\s*:\s*""static""", Build = "ng build", Output = "{angular}{browser}",
            BaseSays = AngularBase, Hashed = AngularHashed,
        },
        new("Angular with server-side rendering", ["@angular/ssr"], NodeOutcome.Server)
        {
            Build = "ng build", Output = "{angular}", Entry = "{output}/server/server.mjs", Starts = true, BringsPackages = true,
            Ships = [("{output}", "{output}"), ("package.json", "package.json")], Port = "4000",
        },
        new("Angular", ["@angular/core"], NodeOutcome.Site)
        {
            Configuration = ["angular.json"], Build = "ng build", Output = "{angular}{browser}", BaseSays = AngularBase,
            Hashed = AngularHashed, Fallback = "index.html",
        },
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
        new("React Router (a single page)", ["@react-router/dev"], NodeOutcome.Site)
        {
            Configuration = Named("react-router.config"), Says = @"\bssr\s*:\s*false", Build = "react-router build",
            Output = "build/client", Hashed = "^/assets/", BaseSays = @"\bbasename\s*:\s*['""`](?<base>[^'""`$]+)['""`]",
            Fallback = "index.html", PublicPrefix = "VITE_",
        },
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
    /// <param name="folder">The project's folder.</param>
    /// <param name="package">Its package.json.</param>
    /// <param name="script">The script that builds it.</param>
    public static NodeFramework? Of(ProjectFolder folder, NodePackage package, string script = "build") =>
        First(Table, folder, package, script);

    /// <summary>Returns the first of some rows that fits a project; null where none does.</summary>
    public static NodeFramework? First(IEnumerable<NodeFramework> rows, ProjectFolder folder, NodePackage package, string script) =>
        rows.Select(row => new FrameworkFit(row, folder, package, script).Filled).FirstOrDefault(row => row is not null);

    /// <summary>Returns the names that a configuration can have.</summary>
    public static string[] Named(string name) => [.. Extensions.Select(extension => $"{name}.{extension}")];

    private static NodeFramework Nitro(string name, string[] packages) => new(name, packages, NodeOutcome.Server)
    {
        Output = ".output", Entry = ".output/server/index.mjs", Starts = true, BringsPackages = true, Ships = [(".output", ".output")],
        Port = "3000",
    };
}
