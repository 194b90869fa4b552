using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Checking.Rules;

/// <summary>No layer repeats the bytes of earlier ones, to change no more than owners, permissions or places.</summary>
internal sealed class NoRepeatedContent()
    : CheckRule("small-metadata", FindingLevel.Warning,
        "A layer holds whole files: one whose owner, permissions or place alone is changed ships a second time.")
{
    private const long Least = 1_000_000;

    public override IEnumerable<Finding> Check(CheckedImage image) => Repeated(image.Measured)
        .GroupBy(file => file.RemovedInLayer)
        .Where(group => group.Key >= image.BaseLayers && group.Sum(file => file.Size.Bytes) >= Least)
        .Select(group => Found(
            $"'{image.InstructionOf(group.Key)}' repeats {group.Count()} {(group.Skip(1).Any() ? "files" : "file")}, "
                + $"{new ByteSize(group.Sum(file => file.Size.Bytes))}, of earlier layers, '{group.First().Path}' among them: at most the "
                + "owner, the permissions or the place is another.",
            "Give files their owner and permissions where they are brought, by COPY --chown and --chmod, or in the same step.",
            group.First().Path,
            image.InstructionOf(group.Key)));

    /// <summary>Gets the wasted files whose content the layer that replaced them or took them away has itself.</summary>
    public static IReadOnlyList<WastedFile> Repeated(MeasuredImage image)
    {
        List<WastedFile> repeated = [];
        var hashes = image.Waste.Files.Select(file => file.Layer)
            .Distinct()
            .ToDictionary(layer => layer, layer => HashesOf(image.Layers[layer]));
        foreach (var layer in image.Waste.Files.GroupBy(file => file.RemovedInLayer))
        {
            var brought = image.Layers[layer.Key].Entries.Select(entry => entry.Hash).OfType<ContentHash>().ToHashSet();
            repeated.AddRange(
                layer.Where(
                    file => file.Layer != layer.Key && hashes[file.Layer].TryGetValue(file.Path, out var hash) && brought.Contains(hash)));
        }

        return repeated;
    }

    private static Dictionary<string, ContentHash> HashesOf(MeasuredLayer layer) => layer.Entries
        .Where(entry => entry.Hash is not null)
        .DistinctBy(entry => entry.Path, StringComparer.Ordinal)
        .ToDictionary(entry => entry.Path, entry => entry.Hash!.Value, StringComparer.Ordinal);
}
