using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Projects.Node;

/// <summary>The steps that programs and static sites of Node's tools have alike.</summary>
internal static class NodeSteps
{
    /// <summary>What Node's tools leave in a project.</summary>
    public static IReadOnlyList<string> Ignored =>
    [
        "**/node_modules", "**/.next", "**/.nuxt", "**/.output", "**/.svelte-kit", "**/.astro", "**/.angular", "**/.turbo", "**/.parcel-cache",
        "**/.cache", "**/coverage", "**/.nyc_output", "**/*.tsbuildinfo", "**/.eslintcache", "**/npm-debug.log*", "**/yarn-error.log*",
    ];

    public static CredentialsFile Credentials => new("npmrc", "/root/.npmrc");

    /// <summary>Installs all packages, brings the source in, and builds.</summary>
    public static Stage Source(Stage builder, ProjectFolder folder, PresetSettings settings, NodePackage package, NodeManager manager, string script)
    {
        builder = package.HasAnyDependencies ? Install(builder, settings, folder, manager, manager.Install, "Installs the packages once; a change of the source does not repeat it.") : builder;
        builder = builder.Copy(".", ".");
        return script.Length == 0 ? builder : builder.Run(manager.Run(script)).Because("Makes of the source what ships.");
    }

    public static Stage Install(Stage stage, PresetSettings settings, ProjectFolder folder, NodeManager manager, string command, string reason)
    {
        stage = stage.CopyNames(manager.Manifests, "./").Because("The manifests change less often than the source: what they ask for stays in the cache.");

        // Packages that lie in the project itself are installed from there.
        foreach (var local in folder.Existing("vendor", "packages", ".yarn"))
        {
            stage = stage.CopyNames([local], local + "/").Because("Packages that lie in the project itself.");
        }

        return stage.Run(command, [manager.Cache, .. Credentials.Mounts(settings)]).Because(reason);
    }
}
