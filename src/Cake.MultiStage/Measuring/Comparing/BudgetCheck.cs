using System.Globalization;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Measuring.Comparing;

/// <summary>Holds a measurement against a budget, and names what broke it.</summary>
internal sealed class BudgetCheck(
    MeasuredImage measured, SizeBudget budget, ImageBaseline? baseline, CancellationToken cancellationToken)
{
    private const int Causes = 3;

    private readonly List<BrokenLimit> _broken = [];

    /// <exception cref="BudgetExceededException">A limit is broken.</exception>
    public void Run()
    {
        if (BrokenLimits() is { Count: > 0 } broken)
        {
            throw new BudgetExceededException(measured.Image.ToString(), broken);
        }
    }

    /// <summary>Returns the limits that the image breaks; empty where it keeps them all.</summary>
    /// <exception cref="MultiStageException">A limit needs what was not measured.</exception>
    public IReadOnlyList<BrokenLimit> BrokenLimits()
    {
        Limit("size", budget.MaxSize, measured.Size, measured.Size, Largest);
        Limit("own size", budget.MaxOwnSize,
            Needed(budget.MaxOwnSize, measured.OwnSize,
                "MaxOwnSize needs the image's base, which the engine does not know: pull it, or name it by BaseImage when measuring"),
                    measured.Size, LargestOwn);
        Limit("compressed size", budget.MaxCompressedSize,
            Needed(budget.MaxCompressedSize, measured.CompressedSize,
                "MaxCompressedSize needs the packed size: measure with Compressed = true"), measured.Size, LargestCompressed);
        Growth();
        Limit("waste", budget.MaxWaste, measured.Waste.Size, measured.Size,
            () => measured.Waste.Files.Take(Causes)
                .Select(file => new SizeCause(file.Path, file.Size, $"{file.CreatedBy} (removed by {file.RemovedBy})")));
        foreach (var (name, limit) in budget.Stages.OrderBy(stage => stage.Key, StringComparer.Ordinal))
        {
            var stage = measured.Stages.FirstOrDefault(stage => string.Equals(stage.Name, name, StringComparison.OrdinalIgnoreCase))
                ?? throw new MultiStageException(
                    $"The budget of image '{measured.Image}' names stage '{name}', which was not measured. Measured were: "
                        + $"{string.Join(", ", measured.Stages.Select(stage => $"'{stage.Name}'"))}.");
            Limit($"stage '{stage.Name}'", limit, stage.Size, stage.Size,
                () => stage == measured.Stages[^1] ? Largest() : StageParts(stage));
        }

        if (measured.Layers.Count > budget.MaxLayers)
        {
            // The smallest are those that are least missed as layers of their own.
            _broken.Add(
                new BrokenLimit("layers", $"{budget.MaxLayers} {(budget.MaxLayers == 1 ? "layer" : "layers")}",
                    $"{measured.Layers.Count} layers",
                    [.. measured.Layers.OrderBy(layer => layer.Size.Bytes)
                        .Take(Causes)
                        .Select(layer => new SizeCause("in a layer", layer.Size, layer.CreatedBy))]));
        }

        return _broken;
    }

    private static ByteSize Needed(SizeLimit? limit, ByteSize? size, string otherwise) =>
        size ?? (limit is null ? default : throw new MultiStageException($"The budget can't be checked: {otherwise}."));

    private void Growth()
    {
        if (budget.MaxGrowth is not { } limit)
        {
            return;
        }

        if (baseline is null)
        {
            throw new MultiStageException(
                "The budget can't be checked: MaxGrowth needs a Baseline, the report.json of an earlier build or an image's name.");
        }

        var comparison = ImageComparer.Compare(baseline, ImageBaseline.Of(measured));
        if (comparison.Growth > limit.Of(baseline.Size))
        {
            var actual = string.Create(CultureInfo.InvariantCulture,
                $"{comparison.Growth} ({comparison.GrowthPercent:0.0} %) since '{baseline.Name}'");
            _broken.Add(
                new BrokenLimit("growth", limit.Text, actual,
                    [.. comparison.Files.Where(file => file.Difference.Bytes > 0)
                        .Take(Causes)
                        .Select(file => new SizeCause(file.Path, file.Difference, file.CreatedBy))]));
        }
    }

    private void Limit(string name, SizeLimit? limit, ByteSize actual, ByteSize whole, Func<IEnumerable<SizeCause>> causes)
    {
        if (limit is not null && actual > limit.Of(whole))
        {
            _broken.Add(new BrokenLimit(name, limit.Text, actual.ToString(), [.. causes()]));
        }
    }

    private IEnumerable<SizeCause> Largest() => LargestOf(measured.Layers.Index());

    private IEnumerable<SizeCause> LargestOwn() => LargestOf(measured.Layers.Index().Where(layer => !layer.Item.IsFromBase));

    private IEnumerable<SizeCause> LargestOf(IEnumerable<(int Index, MeasuredLayer Item)> layers) =>
        layers.OrderByDescending(layer => layer.Item.Size.Bytes).Take(Causes).Where(layer => layer.Item.Size.Bytes > 0)
            .Select(layer => new SizeCause(LayerFocus.Of(layer.Item, cancellationToken), layer.Item.Size, layer.Item.CreatedBy));

    private IEnumerable<SizeCause> LargestCompressed() =>
        measured.Layers.OrderByDescending(layer => layer.CompressedSize?.Bytes ?? 0)
            .Take(Causes)
            .Select(layer => new SizeCause(LayerFocus.Of(layer, cancellationToken), layer.CompressedSize ?? default, layer.CreatedBy));

    private static IEnumerable<SizeCause> StageParts(MeasuredStage stage) =>
        stage.Added is { } added
            ? [new SizeCause($"of its base {stage.Base}", stage.Size - added, ""), new SizeCause("of its own", added, "")]
            : [];
}
