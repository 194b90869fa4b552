using Cake.MultiStage.Projects.Node;
using Cake.MultiStage.Projects.Sites;

namespace Cake.MultiStage.Projects.Detection;

/// <summary>What a <c>package.json</c> tells about the kind of project: which packages it needs, and whether it can be started.</summary>
internal sealed class PackageJson(ProjectFolder folder, NodePackage package)
{
    /// <summary>Gets a value indicating whether it names something to start.</summary>
    public bool HasProgram => package.Scripts.ContainsKey("start") || package.Main is not null || package.Bin is not null;

    /// <summary>Gets a value indicating whether something in it, or in a package of its workspace, answers requests.</summary>
    public bool HasServer => NodeProgram.HasServer(folder, package) || NodeWorkspace.Read(folder)?.Packages
        // What shows a library is no server of the project's.
        .Any(
            one => !NodeSource.IsAside(one.Folder)
                && NodeProgram.HasServer(new ProjectFolder(Path.Combine(folder.Path, one.Folder)), one.Package)) == true;

    /// <summary>Gets the package that makes a site of it; null where none does, or where the site has a server.</summary>
    public string? Generator => HasServer ? null : SiteTools.Of(folder, package, "build")?.Tool.Packages[0]
        ?? NodeWorkspace.Read(
            folder)?.Packages.Select(one => SiteTools.Of(new ProjectFolder(Path.Combine(folder.Path, one.Folder)), one.Package, "build")
            ?.Tool.Packages[0]).FirstOrDefault(name => name is not null);

    /// <exception cref="MultiStageException">The file is not valid JSON.</exception>
    public static PackageJson Read(ProjectFolder folder) => new(folder, NodePackage.Read(folder));
}
