using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Projects.Node;

/// <summary>What a project of another ecosystem has Node.js make: the scripts and styles of its pages.</summary>
internal sealed class NodeAssets
{
    private static readonly string[] Production = ["production", "prod"];

    private readonly NodeSource _source;
    private readonly NodeManager _manager;
    private readonly string _image;

    private NodeAssets(ProjectFolder folder, NodePackage package)
    {
        _source = new NodeSource(folder, package, folder, package);
        Version = NodeVersion.Choose(folder, package, new NodeProjectSettings(), ToolchainTable.Default);
        _manager = NodeManager.Of(folder, package, Version.Tag);
        _image = NodeVersion.Image(Version.Tag, "-slim");
    }

    /// <summary>Gets what its package manager is called, for what is found.</summary>
    public string Manager => _manager.Name;

    public VersionChoice Version { get; }

    /// <summary>Gets the system packages that Node.js is linked to and Debian's slim images lack.</summary>
    public IReadOnlyList<string> Packages => (VersionText.Parse(Version.Tag)?.Major ?? int.MaxValue) >= 25 ? ["libatomic1"] : [];

    /// <summary>Reads a folder's; null where it has no <c>package.json</c>, or that builds nothing.</summary>
    /// <param name="folder">The project's folder.</param>
    /// <param name="isBuiltElsewhere">Whether a tool of the ecosystem calls Node.js by itself.</param>
    /// <exception cref="MultiStageException">A file can't be read, or there are locks of several package managers.</exception>
    public static NodeAssets? Of(ProjectFolder folder, bool isBuiltElsewhere = false) =>
        folder.Has("package.json") && NodePackage.Read(folder) is var package && (isBuiltElsewhere || Script(package) is not null)
            ? new NodeAssets(folder, package) : null;

    /// <summary>Brings Node.js and the packages in, before the source.</summary>
    public Stage Install(Stage stage)
    {
        var settings = new NodeProjectSettings();
        // Node's images have a Yarn beside, which links into it.
        stage = stage.CopyFrom(_image, "/usr/local/", "/usr/local/").Because("Node.js makes the scripts and styles of the pages.");
        return NodeSteps.Install(_manager.In(stage, settings), settings, _source, _manager);
    }

    /// <summary>Finds the script that makes what ships: where there is one for production, <c>build</c> may be for development.</summary>
    private static string? Script(NodePackage package) => package.Scripts.ContainsKey("build") && package.Scripts.TryGetValue("build",
        out var text)
        && !(text.Contains("dev", StringComparison.Ordinal) && package.Scripts.ContainsKey("production")) ? "build"
        : Production.FirstOrDefault(package.Scripts.ContainsKey);

    /// <summary>Builds, after the source has come in.</summary>
    public Stage Build(Stage stage) => stage.Run(_manager.Run(Script(_source.RootPackage) ?? "build"))
        .Because("Makes the scripts and styles of the pages.");
}
