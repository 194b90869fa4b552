using System.Text.RegularExpressions;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects.Node;
using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Projects.DotNet;

/// <summary>Node.js in the builder, where publishing runs it: a target calls npm, or a project of JavaScript is referred to.</summary>
/// <param name="Image">The image that it is taken from.</param>
/// <param name="Reason">What needs it.</param>
/// <param name="Packages">The system packages that it is linked to, and that the SDK's image lacks.</param>
internal sealed partial record NodeForPublish(string Image, string Reason, IReadOnlyList<string> Packages)
{
    // From this version on it is linked to libatomic.
    private const int LinkedToAtomic = 25;

    /// <summary>Works out whether publishing needs it, and which version.</summary>
    /// <param name="folder">The folder of the description.</param>
    /// <param name="closure">The projects that are published.</param>
    /// <param name="onAlpine">Whether the builder is Alpine Linux.</param>
    /// <param name="table">The table of toolchains.</param>
    /// <returns>What is needed, or <see langword="null"/> for nothing.</returns>
    /// <exception cref="MultiStageException">The version that package.json asks for does not exist.</exception>
    public static NodeForPublish? Of(ProjectFolder folder, IReadOnlyList<DotNetProject> closure, bool onAlpine, ToolchainTable table)
    {
        var script = closure.FirstOrDefault(project => project.IsJavaScript);
        var caller = closure.FirstOrDefault(project => project.Commands.Any(NodeCommand().IsMatch));
        if ((script ?? caller) is not { } project)
        {
            return null;
        }

        var reason = script is not null
            ? $"npm builds {script.Path}"
            : $"a target of {caller!.Path} runs '{caller.Commands.First(NodeCommand().IsMatch).Trim()}'";
        var tag = Tag(folder, project, table);
        var needsAtomic = !onAlpine && (VersionText.Parse(tag.Split('-')[0])?.Major ?? LinkedToAtomic) >= LinkedToAtomic;
        return new NodeForPublish(NodeVersion.Image(tag, onAlpine ? "-alpine" : "-slim"), reason, needsAtomic ? ["libatomic1"] : []);
    }

    /// <summary>Adds it to the builder.</summary>
    public Stage AddTo(Stage builder) =>
        builder.CopyFrom(Image, "/usr/local/", "/usr/local/").Because($"Publishing needs Node.js: {Reason}.");

    private static string Tag(ProjectFolder folder, DotNetProject project, ToolchainTable table)
    {
        // The project's own folder, the one that SpaRoot names, or the usual ones of the templates.
        var package = new[] { project.Property("SpaRoot") ?? "", "", "ClientApp", "client", "wwwroot" }
            .Select(part => DotNetProject.Follow(project.Folder, part))
            .FirstOrDefault(path => !PosixPath.Leaves(path) && folder.Has(PosixPath.Join(path, "package.json")));
        if (package is null)
        {
            return table["node"].Supported(table.Date).First(release => release.IsLongTerm(table.Date)).Version;
        }

        var inner = new ProjectFolder(Path.Combine(folder.Path, package));
        return NodeVersion.Choose(inner, NodePackage.Read(inner), new NodeProjectSettings(), table).Tag;
    }

    [GeneratedRegex(@"(\A|[\s;&|""'])(npm|npx|yarn|pnpm|node)(\.cmd)?(\s|\z)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex NodeCommand();
}
