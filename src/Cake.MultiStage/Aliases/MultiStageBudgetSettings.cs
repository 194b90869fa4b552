using Cake.MultiStage.Measuring.Comparing;

namespace Cake.MultiStage.Aliases;

/// <summary>
/// What an image may have at most. Sizes are texts such as <c>20 MB</c> (20,000,000 bytes) or <c>20 MiB</c>; what is not set is free.
/// </summary>
public sealed class MultiStageBudgetSettings
{
    /// <summary>Gets or sets the largest size of the image.</summary>
    public string? MaxSize { get; set; }

    /// <summary>Gets or sets the largest size of what the image adds to its base.</summary>
    public string? MaxOwnSize { get; set; }

    /// <summary>Gets or sets the largest compressed size: what a pull costs. It needs an image measured with <c>Compressed</c>.</summary>
    public string? MaxCompressedSize { get; set; }

    /// <summary>
    /// Gets or sets by how much the image may be larger than <see cref="Baseline"/>: a size, or percent of the baseline such as <c>5 %</c>.
    /// </summary>
    public string? MaxGrowth { get; set; }

    /// <summary>
    /// Gets or sets what <see cref="MaxGrowth"/> is relative to: the <c>report.json</c> of an earlier build (a text that ends in
    /// <c>.json</c>), or the name of an image in the engine.
    /// </summary>
    public string? Baseline { get; set; }

    /// <summary>Gets or sets how much space the layers may waste: a size, or percent of the image's size.</summary>
    public string? MaxWaste { get; set; }

    /// <summary>Gets or sets the largest number of layers.</summary>
    public int? MaxLayers { get; set; }

    /// <summary>Gets or sets the largest sizes of stages, by their names.</summary>
    public IDictionary<string, string> Stages { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    internal bool HasLimits =>
        MaxLayers is not null || Stages.Count > 0 || (MaxSize ?? MaxOwnSize ?? MaxCompressedSize ?? MaxGrowth ?? MaxWaste) is not null;

    /// <exception cref="MultiStageException">No limit is set, or one can't be read.</exception>
    internal SizeBudget ToBudget()
    {
        if (!HasLimits)
        {
            throw new MultiStageException(
                "The budget has no limit, so no image could break it. Set one, as in budget.MaxSize = \"20 MB\".");
        }

        return new()
        {
            MaxSize = Limit(nameof(MaxSize), MaxSize),
            MaxOwnSize = Limit(nameof(MaxOwnSize), MaxOwnSize),
            MaxCompressedSize = Limit(nameof(MaxCompressedSize), MaxCompressedSize),
            MaxGrowth = Limit(nameof(MaxGrowth), MaxGrowth),
            MaxWaste = Limit(nameof(MaxWaste), MaxWaste),
            MaxLayers = MaxLayers,
            Stages = Stages.ToDictionary(
                stage => stage.Key, stage => SizeLimit.Parse($"Stages[\"{stage.Key}\"]", stage.Value), StringComparer.Ordinal),
        };
    }

    private static SizeLimit? Limit(string name, string? text) => text is null ? null : SizeLimit.Parse(name, text);
}
