using Cake.MultiStage.Building;
using Cake.MultiStage.Engine.BuildKit;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Engine.Nodes;

/// <summary>One of several builders, which answers.</summary>
/// <param name="Connection">The way to it.</param>
/// <param name="Named">The platforms that are built there before anywhere else.</param>
/// <param name="Runs">The platforms whose programs it runs, its own first, emulated ones after.</param>
internal sealed record BuilderNode(IBuilderConnection Connection, IReadOnlyList<Platform> Named, IReadOnlyList<Platform> Runs)
{
    /// <summary>
    /// Gets a value indicating whether it pushes by itself, without a tag. Engines with their own store do not: what they made is read out.
    /// </summary>
    public bool PushesByDigest { get; init; }

    /// <summary>Gets what messages call it.</summary>
    public string Name => Connection.Endpoint.Address.OriginalString;

    /// <summary>Gets its own platform.</summary>
    public Platform Own => Runs is [var first, ..] ? first : Connection.Platform;
}

/// <summary>What one of several builders builds.</summary>
/// <param name="Node">The builder.</param>
/// <param name="Platforms">The platforms that it builds for.</param>
internal sealed record BuilderShare(BuilderNode Node, IReadOnlyList<Platform> Platforms)
{
    /// <summary>
    /// Shares platforms among builders: each goes to the first one that names it, else to the first whose own it is, else to the first that
    /// emulates it, else to the first that needs not run any program for it.
    /// </summary>
    /// <param name="request">What is built, with its platforms.</param>
    /// <param name="nodes">The builders that answer.</param>
    /// <exception cref="MultiStageException">
    /// Nobody can build a platform, or a builder names one whose programs it doesn't run.
    /// </exception>
    public static IReadOnlyList<BuilderShare> Of(BuildRequest request, IReadOnlyList<BuilderNode> nodes)
    {
        foreach (var node in nodes)
        {
            if (node.Runs.Count > 0 && node.Named.FirstOrDefault(named => !Has(node.Runs, named)) is { } other)
            {
                throw new MultiStageException(
                    $"The build was not begun: the builder {node.Name} is said to build for {other}, and it runs programs for "
                        + $"{string.Join(", ", node.Runs)} alone. Correct its Platforms, or name another builder for {other}.");
            }
        }

        List<BuilderNode> chosen = [.. request.Platforms.Select(platform => Choose(request, platform, nodes))];
        return
        [
            .. nodes.Where(chosen.Contains).Select(node => new BuilderShare(node,
                [.. request.Platforms.Zip(chosen).Where(pair => ReferenceEquals(pair.Second, node)).Select(pair => pair.First)])),
        ];
    }

    private static BuilderNode Choose(BuildRequest request, Platform platform, IReadOnlyList<BuilderNode> nodes) =>
        nodes.FirstOrDefault(node => Has(node.Named, platform))
            ?? nodes.FirstOrDefault(node => EmulatedStep.Runs(node.Own, platform))
            ?? nodes.FirstOrDefault(node => Has(node.Runs, platform))
            ?? nodes.FirstOrDefault(node => EmulatedStep.Find(request with { Platforms = [platform] }, node.Runs) is null)
            ?? throw new MultiStageException(
                $"The build was not begun: no builder that answers builds for {platform}. "
                    + $"{string.Join("; ", nodes.Select(node => $"{node.Name} runs {string.Join(", ", node.Runs)}"))}. Add one, as in "
                    + $"build.Builders.Add(Builder.Engine(\"ssh://me@host\") with {{ Platforms = [\"{platform}\"] }}), have the stages "
                    + "cross-compile (FROM --platform=$BUILDPLATFORM …), or leave the platform out.");

    private static bool Has(IReadOnlyList<Platform> platforms, Platform wanted) =>
        platforms.Any(platform => EmulatedStep.Runs(platform, wanted));
}
