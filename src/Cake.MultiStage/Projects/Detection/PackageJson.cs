using System.Text.Json;

namespace Cake.MultiStage.Projects.Detection;

/// <summary>What a <c>package.json</c> tells about the kind of project: which packages it needs, and whether it can be started.</summary>
internal sealed record PackageJson(IReadOnlySet<string> Dependencies, IReadOnlySet<string> DevelopmentDependencies, bool HasProgram)
{
    private static readonly string[] Generators =
        ["@11ty/eleventy", "astro", "gatsby", "vitepress", "vuepress", "@docusaurus/core", "hexo", "vite", "react-scripts", "@angular/core", "parcel", "@vue/cli-service", "@sveltejs/kit"];

    private static readonly string[] Servers =
        ["express", "fastify", "koa", "@hapi/hapi", "@nestjs/core", "next", "nuxt", "hono", "@hono/node-server", "restify", "polka", "@feathersjs/feathers", "@adonisjs/core", "@remix-run/serve", "@astrojs/node", "@sveltejs/adapter-node", "ws", "socket.io"];

    /// <summary>Gets a value indicating whether something in it answers requests.</summary>
    public bool HasServer => Dependencies.Overlaps(Servers);

    /// <summary>Gets the package that makes a site of it; null where none does, or where the site has a server.</summary>
    public string? Generator => HasServer ? null : Generators.FirstOrDefault(generator => Dependencies.Contains(generator) || DevelopmentDependencies.Contains(generator));

    /// <exception cref="MultiStageException">The file is no JSON.</exception>
    public static PackageJson Read(ProjectFolder folder)
    {
        try
        {
            using var json = JsonDocument.Parse(folder.Read("package.json"));
            var root = json.RootElement;
            return new PackageJson(Names(root, "dependencies"), Names(root, "devDependencies"), Names(root, "scripts").Contains("start") || Has(root, "main") || Has(root, "bin"));
        }
        catch (JsonException exception)
        {
            throw new MultiStageException($"'package.json' in '{folder.Path}' can't be read: {exception.Message}", exception);
        }
    }

    private static bool Has(JsonElement root, string name) => root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out _);

    private static HashSet<string> Names(JsonElement root, string name) =>
        Has(root, name) && root.GetProperty(name) is { ValueKind: JsonValueKind.Object } found ? [.. found.EnumerateObject().Select(property => property.Name)] : [];
}
