using Cake.MultiStage.Building;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Measuring.Analysis;

/// <summary>A stage with its layers as they were read.</summary>
/// <param name="Name">The stage's name.</param>
/// <param name="Base">The image or stage it starts from; empty where that is unknown.</param>
/// <param name="Layers">Its layers, the lowest first.</param>
internal sealed record StageLayers(string Name, string Base, IReadOnlyList<MeasuredLayer> Layers)
{
    public long Bytes => Layers.Sum(layer => layer.Size.Bytes);
}

/// <summary>Puts an image's measurement together from its stages: which layers are its base's, what each stage adds, what was saved.</summary>
internal static class StageAnalysis
{
    public const string Scratch = "scratch";

    /// <param name="image">The image.</param>
    /// <param name="stages">The stages; the last is the image.</param>
    /// <param name="bases">The layers' digests of the images that stages start from, as far as they are known.</param>
    public static MeasuredImage Analyze(BuiltImage image, IReadOnlyList<StageLayers> stages, IReadOnlyDictionary<string, IReadOnlyList<string>> bases)
    {
        var final = stages[^1];
        var root = RootOf(final, stages);
        var shared = bases.TryGetValue(root, out var ids) ? Common(final.Layers, ids) : (int?)null;
        List<MeasuredLayer> layers = [.. final.Layers.Select((layer, index) => layer with { IsFromBase = index < shared })];
        var measured = ImageAnalysis.Analyze(new MeasuredImage
        {
            Image = image,
            Layers = layers,
            Stages = [.. stages.Select(stage => new MeasuredStage(stage.Name, stage.Base, new ByteSize(stage.Bytes))
            {
                Layers = stage.Layers.Count,
                Added = Added(stage, stages, bases),
            })],
            Base = shared is { } count ? new MeasuredBase(root, count, new ByteSize(layers.Take(count).Sum(layer => layer.Size.Bytes))) : null,
        });
        return measured.Base is null || stages.Count < 2 ? measured : measured with { Artifacts = Artifacts(measured, stages) };
    }

    /// <summary>Follows the stages that a stage starts from to the image, or to <c>scratch</c>.</summary>
    private static string RootOf(StageLayers stage, IReadOnlyList<StageLayers> stages)
    {
        while (StageBelow(stage, stages) is { } below)
        {
            stage = below;
        }

        return stage.Base;
    }

    /// <summary>Gets the stage that a stage starts from. Stages are in the Dockerfile's order: one that starts from its own name means an image.</summary>
    private static StageLayers? StageBelow(StageLayers stage, IReadOnlyList<StageLayers> stages) =>
        stages.TakeWhile(other => !ReferenceEquals(other, stage)).LastOrDefault(other => string.Equals(other.Name, stage.Base, StringComparison.OrdinalIgnoreCase));

    private static ByteSize? Added(StageLayers stage, IReadOnlyList<StageLayers> stages, IReadOnlyDictionary<string, IReadOnlyList<string>> bases)
    {
        var below = StageBelow(stage, stages)?.Layers.Select(layer => layer.DiffId.ToString()).ToList() ?? bases.GetValueOrDefault(stage.Base);
        return below is null ? null : new ByteSize(stage.Layers.Skip(Common(stage.Layers, below)).Sum(layer => layer.Size.Bytes));
    }

    private static int Common(IReadOnlyList<MeasuredLayer> layers, IReadOnlyList<string> ids) =>
        layers.Zip(ids).TakeWhile(pair => pair.First.DiffId.ToString() == pair.Second).Count();

    private static ByteSize Artifacts(MeasuredImage measured, IReadOnlyList<StageLayers> stages)
    {
        var single = stages.First(stage => stage.Name == measured.SingleStage.Name);
        var held = single.Layers.SelectMany(layer => layer.Entries).Select(file => file.Hash).ToHashSet();
        return new ByteSize(measured.Files.Root.Descendants()
            .Where(node => node is { FileCount: 1, IsDirectory: false, File.Hash: { } hash } && !measured.Layers[node.Layer].IsFromBase && !held.Contains(hash))
            .Sum(node => node.Size.Bytes));
    }
}
