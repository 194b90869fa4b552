using System.Text.RegularExpressions;
using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Projects.Node;

/// <summary>The steps that programs and static sites of Node's tools have alike.</summary>
internal static partial class NodeSteps
{
    /// <summary>The version that runs where no file names one: the long-term support.</summary>
    public const string DefaultVersion = "22";

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
        stage = stage.Copy(manager.Manifests, "./").Because("The manifests change less often than the source: what they ask for stays in the cache.");

        // Packages that lie in the project itself are installed from there.
        foreach (var local in folder.Existing("vendor", "packages", ".yarn"))
        {
            stage = stage.Copy(local, local + "/").Because("Packages that lie in the project itself.");
        }

        return stage.Run(command, [manager.Cache, .. Credentials.Mounts(settings)]).Because(reason);
    }

    /// <summary>Finds the version of Node.js, and the file that names it.</summary>
    public static (string Version, string? File) Version(ProjectFolder folder, NodePackage package, PresetSettings settings)
    {
        if (settings.ToolchainVersion is { } given)
        {
            return (given, "ToolchainVersion");
        }

        var sources = new (string File, string? Text)[] { (".nvmrc", folder.ReadIfThere(".nvmrc")), (".node-version", folder.ReadIfThere(".node-version")), ("package.json", package.Engine) };
        foreach (var (file, text) in sources.Where(source => source.Text is not null))
        {
            if (Number().Match(text!) is { Success: true } match)
            {
                // A range such as >=20.1 asks for the newest of its major version.
                return (file == "package.json" ? match.Groups["major"].Value : match.Value, file);
            }
        }

        return (DefaultVersion, null);
    }

    [GeneratedRegex(@"(?<major>[0-9]+)(\.[0-9]+){0,2}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();
}
