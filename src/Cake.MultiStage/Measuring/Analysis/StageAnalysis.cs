using Cake.MultiStage.Building;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring.Sources;

namespace Cake.MultiStage.Measuring.Analysis;

/// <summary>A stage, and what is known of its layers.</summary>
/// <param name="Name">The stage's name.</param>
/// <param name="Base">The image or stage it starts from; empty where that is unknown.</param>
/// <param name="Layers">Its layers, the lowest first.</param>
/// <param name="IsExact">Whether their sizes are bytes of files.</param>
internal sealed record StageLayers(string Name, string Base, IReadOnlyList<BuiltLayer> Layers, bool IsExact)
{
    public ByteSize Size => new(Layers.Sum(layer => layer.Size.Bytes));
}

/// <summary>
/// Puts an image's measurement together from its stages: which layers are its base's, what each stage adds, what was saved.
/// </summary>
/// <param name="stages">The stages; the last is the image.</param>
/// <param name="bases">The layers' digests of the images that stages start from, as far as they are known.</param>
internal sealed class StageAnalysis(IReadOnlyList<StageLayers> stages, IReadOnlyDictionary<string, IReadOnlyList<string>> bases)
{
    public const string Scratch = "scratch";

    /// <summary>Measures an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="contents">What it holds.</param>
    /// <param name="cancellationToken">Stops measuring.</param>
    public MeasuredImage Analyze(BuiltImage image, ImageContents contents, CancellationToken cancellationToken)
    {
        var root = RootOf(stages[^1]);
        var shared = bases.TryGetValue(root, out var ids) ? SharedWith(ids, stages[^1]) : null;
        List<MeasuredLayer> layers = [.. contents.Layers.Select((layer, index) => layer with { IsFromBase = index < shared })];
        return ImageAnalysis.Analyze(new MeasuredImage
        {
            Image = image,
            Layers = layers,
            Stages = [.. stages.Select(Measured)],
            Base = shared is { } count
                ? new MeasuredBase(root, count, new ByteSize(layers.Take(count).Sum(layer => layer.Size.Bytes)))
                : null,
        }, cancellationToken) with { Configuration = contents.Configuration, Attestations = contents.Attestations };
    }

    /// <summary>Adds what only the contents of the largest other stage tell: the files that the image has and that stage has not.</summary>
    public static MeasuredImage WithArtifacts(MeasuredImage measured, ImageContents singleStage, CancellationToken cancellationToken)
    {
        var held = singleStage.Layers.SelectMany(layer => layer.Entries).Select(file => file.Hash).ToHashSet();
        return measured.Base is null ? measured : measured with
        {
            Artifacts = new ByteSize(measured.Files.Root.Descendants().Heeding(cancellationToken)
                .Where(
                    node => node is { FileCount: 1, IsDirectory: false, File.Hash: { } hash }
                        && !measured.Layers[node.Layer].IsFromBase
                        && !held.Contains(hash))
                .Sum(node => node.Size.Bytes)),
        };
    }

    private MeasuredStage Measured(StageLayers stage) => new(stage.Name, stage.Base, stage.Size)
    {
        Layers = stage.Layers.Count,
        Added = Added(stage),
        IsSizeExact = stage.IsExact,
    };

    /// <summary>Follows the stages that a stage starts from to the image, or to <c>scratch</c>.</summary>
    private string RootOf(StageLayers stage)
    {
        while (StageBelow(stage) is { } below)
        {
            stage = below;
        }

        return stage.Base;
    }

    /// <summary>
    /// Gets the stage that a stage starts from. Stages are in the Dockerfile's order: one that starts from its own name means an image.
    /// </summary>
    private StageLayers? StageBelow(StageLayers stage) =>
        stages.TakeWhile(other => !ReferenceEquals(other, stage))
            .LastOrDefault(other => string.Equals(other.Name, stage.Base, StringComparison.OrdinalIgnoreCase));

    private ByteSize? Added(StageLayers stage)
    {
        var below = StageBelow(stage)?.Layers.Select(layer => layer.DiffId.ToString()).ToList() ?? bases.GetValueOrDefault(stage.Base);
        return below is not null && SharedWith(below, stage) is { } shared
            ? new ByteSize(stage.Layers.Skip(shared).Sum(layer => layer.Size.Bytes))
            : null;
    }

    /// <summary>
    /// Counts the layers that a stage has from below; <see langword="null"/> where it has none of them, as after a tag was moved.
    /// </summary>
    private static int? SharedWith(IReadOnlyList<string> below, StageLayers stage)
    {
        var shared = stage.Layers.Zip(below).TakeWhile(pair => pair.First.DiffId.ToString() == pair.Second).Count();
        return shared == 0 && below.Count > 0 ? null : shared;
    }
}
