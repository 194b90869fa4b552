using Cake.MultiStage.Measuring.Analysis;

namespace Cake.MultiStage.Measuring.Comparing;

/// <summary>Finds where in a layer its bytes are: the deepest file or directory that holds more than half of them.</summary>
internal static class LayerFocus
{
    public static string Of(MeasuredLayer layer, CancellationToken cancellationToken)
    {
        var node = LayerMerger.Merge([layer], cancellationToken).Files.Root;
        while (node.Children.FirstOrDefault(child => child.Size.Bytes > layer.Size.Bytes / 2) is { } child)
        {
            node = child;
        }

        return node.Path;
    }
}
