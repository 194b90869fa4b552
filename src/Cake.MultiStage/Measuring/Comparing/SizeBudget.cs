using System.Globalization;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Measuring.Comparing;

/// <summary>A limit in bytes or in percent of something, such as <c>20 MB</c> or <c>5 %</c>.</summary>
internal sealed record SizeLimit(string Text, ByteSize? Bytes, double? Percent)
{
    /// <exception cref="MultiStageException">The text is neither.</exception>
    public static SizeLimit Parse(string name, string text)
    {
        var trimmed = text.Trim();
        if (trimmed.EndsWith('%')
            && double.TryParse(trimmed[..^1].TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent))
        {
            return new SizeLimit(trimmed, Bytes: null, percent);
        }

        return ByteSize.TryParse(trimmed, out var size)
            ? new SizeLimit(trimmed, size, Percent: null)
            : throw new MultiStageException(
                $"{name} '{text}' of the budget is not a valid size: expected a number with a unit, such as '20 MB' or '5 %'.");
    }

    /// <summary>Gets the limit in bytes.</summary>
    /// <param name="whole">What percents are of.</param>
    public ByteSize Of(ByteSize whole) => Bytes ?? new ByteSize((long)(whole.Bytes * Percent!.Value / 100));
}

/// <summary>What an image may have at most; what is <see langword="null"/> is free.</summary>
internal sealed record SizeBudget
{
    public SizeLimit? MaxSize { get; init; }

    public SizeLimit? MaxCompressedSize { get; init; }

    public SizeLimit? MaxOwnSize { get; init; }

    public SizeLimit? MaxGrowth { get; init; }

    public SizeLimit? MaxWaste { get; init; }

    public int? MaxLayers { get; init; }

    public IReadOnlyDictionary<string, SizeLimit> Stages { get; init; } = new Dictionary<string, SizeLimit>(StringComparer.Ordinal);
}
