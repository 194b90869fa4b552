using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Projects.Node;

/// <summary>What runs a program, and the images that have it.</summary>
/// <param name="Name">Its name for people, with the version.</param>
/// <param name="Version">Its version.</param>
/// <param name="Program">What starts it.</param>
/// <param name="Bases">What the final stage can start from.</param>
/// <param name="Builder">The image of the builder.</param>
/// <param name="MuslBuilder">The image of a builder whose C library is musl.</param>
internal sealed record NodeRuntime(
    string Name, VersionChoice Version, string Program, IReadOnlyDictionary<BaseFlavor, string> Bases, string Builder, string MuslBuilder)
{
    /// <summary>Gets its path on a base without a shell.</summary>
    public required string ProgramPath { get; init; }

    public bool IsBun { get; init; }

    /// <summary>Takes what the program is for: Bun where the project's files name it, else Node.js.</summary>
    /// <exception cref="MultiStageException">There is no such version.</exception>
    public static NodeRuntime Of(NodeSource source, NodeProgram program, NodeProjectSettings settings) =>
        program.Start.IsBun ? BunRuntime.Of(source, settings) : Node(source, settings);

    private static NodeRuntime Node(NodeSource source, NodeProjectSettings settings)
    {
        var version = NodeVersion.Choose(source.Folder.Has(".nvmrc") ? source.Folder : source.Root, source.Package.Engine is null
            ? source.RootPackage : source.Package, settings, ToolchainTable.Default);
        Dictionary<BaseFlavor, string> bases = new()
        {
            [BaseFlavor.Slim] = NodeVersion.Image(version.Tag, "-slim"),
            [BaseFlavor.Alpine] = NodeVersion.Image(version.Tag, "-alpine"),
        };
        if (ToolchainTable.Default.First($"gcr.io/distroless/nodejs{version.Tag.Split('.')[0]}-debian13:nonroot") is { } distroless)
        {
            bases[BaseFlavor.Distroless] = distroless;
        }

        return new NodeRuntime($"Node.js {version.Tag}", version, "node", bases, bases[BaseFlavor.Slim], bases[BaseFlavor.Alpine])
        {
            ProgramPath = "/nodejs/bin/node",
        };
    }
}
