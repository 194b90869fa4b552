using Cake.MultiStage.Building;
using Cake.MultiStage.Images;
using Docker.DotNet.Models;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>Finds out how large an image's layers are by what the engine knows of them, without reading them.</summary>
internal sealed class ImageLayers(EngineConnection connection)
{
    /// <summary>Fills in a stage's layers.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="image">The image that the stage became.</param>
    /// <param name="cancellationToken">Stops asking.</param>
    public async Task<BuiltStage> FillAsync(BuiltStage stage, EngineImage image, CancellationToken cancellationToken)
    {
        var history = await connection.GuardAsync(
            $"Reading the history of image '{image.Id}'",
            () => connection.Client.Images.GetImageHistoryAsync(image.Id.ToString(), cancellationToken));
        List<Digest> ids = [.. image.Layers.Select(Digest.Parse)];
        return stage with
        {
            Layers = Sized(ids, [.. history.Reverse()]),
            // A store that counts the bytes of files gives the same sum for the image; one that counts blocks of the disk doesn't.
            AreSizesExact = history.Sum(entry => entry.Size) == image.Size,
        };
    }

    /// <summary>
    /// Gives each layer its size. The history has an entry for every instruction, the oldest first, and doesn't say which of
    /// them made a layer: those with a size did, and of the others those whose instruction can.
    /// </summary>
    /// <returns>The layers, or <see langword="null"/> where the history tells of fewer layers than there are.</returns>
    internal static IReadOnlyList<BuiltLayer>? Sized(IReadOnlyList<Digest> layers, IReadOnlyList<ImageHistoryResponse> history)
    {
        if (history.Count < layers.Count || history.Count(entry => entry.Size > 0) > layers.Count)
        {
            return null;
        }

        var chosen = history.Index()
            .OrderBy(entry => entry.Item.Size > 0 ? 0 : MakesLayer(entry.Item.CreatedBy) ? 1 : 2)
            .Take(layers.Count)
            .OrderBy(entry => entry.Index);
        return [.. layers.Zip(chosen, (layer, entry) => new BuiltLayer(layer, new ByteSize(entry.Item.Size)))];
    }

    private static bool MakesLayer(string? createdBy)
    {
        const string LegacyMark = "/bin/sh -c #(nop) ";
        var text = createdBy ?? "";
        text = (text.StartsWith(LegacyMark, StringComparison.Ordinal) ? text[LegacyMark.Length..] : text).TrimStart();
        string[] metadata = ["ARG", "CMD", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD", "SHELL",
            "STOPSIGNAL", "USER", "VOLUME"];
        return !metadata.Contains(text.Split(' ', 2)[0], StringComparer.Ordinal);
    }
}
