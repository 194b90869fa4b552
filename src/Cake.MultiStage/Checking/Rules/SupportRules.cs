using System.Globalization;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Checking.Rules;

/// <summary>The base that ships is the newest of its kind, where its registry was asked.</summary>
internal sealed class BaseIsNewest()
    : CheckRule("base-newer", FindingLevel.Note, "A newer patch of a base has fixes that this one lacks.")
{
    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        if (image.BaseTags is not { } tags)
        {
            yield break;
        }

        if (tags.Trouble is { } trouble)
        {
            yield return Found($"Whether there is a newer base than '{tags.Base}' can't be told: {trouble.TrimEnd('.')}.",
                "Reach its registry from here, or leave check.NewerBase out.", instruction: $"FROM {tags.Base}");
        }
        else if (tags.Base.Tag is { } tag && NewerTag.Of(tag, tags.Tags) is { } newer)
        {
            yield return Found($"The base '{tags.Base}' has a newer one of its kind: '{newer}'.",
                $"Take '{tags.Base.WithoutTag().WithTag(newer)}'.", instruction: $"FROM {tags.Base}");
        }
    }
}

/// <summary>What the registry of a base says of its tags.</summary>
/// <param name="Base">The base.</param>
/// <param name="Tags">The tags.</param>
internal sealed record BaseTags(ImageReference Base, IReadOnlyList<string> Tags)
{
    /// <summary>Gets why they are not known; <see langword="null"/> where they are.</summary>
    public string? Trouble { get; init; }
}

/// <summary>The base that ships is still supported.</summary>
internal sealed class BaseIsSupported(Func<DateOnly> today)
    : CheckRule("base-support", FindingLevel.Warning,
        "What is past its end of life gets no more fixes, not even for what is known to be open to attack.")
{
    public BaseIsSupported()
        : this(() => DateOnly.FromDateTime(DateTime.UtcNow))
    {
    }

    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        var day = today();
        if (image.Measured.Base is { Name: var name, Layers: > 0 }
            && ImageReference.TryParse(name, out var reference)
            && ToolchainTable.Default.SupportOf(reference, day) is { } support
            && support.EndOfLife < day)
        {
            yield return Found(
                string.Create(CultureInfo.InvariantCulture,
                    $"The base '{name}' has {support.Product} {support.Version}, whose support ended on {support.EndOfLife:yyyy-MM-dd}."),
                support.Next is { } next
                    ? $"Take {support.Product} "
                        + $"{next}{(support.Newest is { } newest && newest != next ? $", or the newest, {newest}" : "")}."
                    : "Take a base that is supported.",
                instruction: $"FROM {name}");
        }
    }
}
