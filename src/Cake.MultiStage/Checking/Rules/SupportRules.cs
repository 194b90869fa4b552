using System.Globalization;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Checking.Rules;

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
