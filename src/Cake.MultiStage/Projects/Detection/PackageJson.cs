using Cake.MultiStage.Projects.Node;

namespace Cake.MultiStage.Projects.Detection;

/// <summary>What a <c>package.json</c> tells about the kind of project: which packages it needs, and whether it can be started.</summary>
internal sealed class PackageJson(NodePackage package)
{
    private static readonly string[] Generators =
        ["@11ty/eleventy", "astro", "gatsby", "vitepress", "vuepress", "@docusaurus/core", "hexo", "vite", "react-scripts",
            "@angular/core", "parcel", "@vue/cli-service", "@sveltejs/kit"];

    private static readonly string[] Servers =
        ["express", "fastify", "koa", "@hapi/hapi", "@nestjs/core", "next", "nuxt", "hono", "@hono/node-server", "restify", "polka",
            "@feathersjs/feathers", "@adonisjs/core", "@remix-run/serve", "@astrojs/node", "@sveltejs/adapter-node", "ws", "socket.io"];

    /// <summary>Gets a value indicating whether it names something to start.</summary>
    public bool HasProgram => package.Scripts.ContainsKey("start") || package.Main is not null || package.Bin is not null;

    /// <summary>Gets a value indicating whether something in it answers requests.</summary>
    public bool HasServer => package.Dependencies.Overlaps(Servers);

    /// <summary>Gets the package that makes a site of it; null where none does, or where the site has a server.</summary>
    public string? Generator => HasServer ? null : Generators.FirstOrDefault(generator => package.Dependencies.Contains(generator)
        || package.DevelopmentDependencies.Contains(generator));

    /// <exception cref="MultiStageException">The file is no JSON.</exception>
    public static PackageJson Read(ProjectFolder folder) => new(NodePackage.Read(folder));
}
