using Cake.MultiStage.Images;

namespace Cake.MultiStage.Measuring.Sources;

/// <summary>
/// Keeps what was read of images, one file per image, in a folder of the user's. A file that is damaged, foreign or of another
/// version of this assembly counts as missing; what was used longest ago goes first.
/// </summary>
/// <param name="folder">The folder; it is made when the first file is written.</param>
/// <param name="largest">How many bytes all files may have together.</param>
/// <param name="most">How many files there may be.</param>
internal sealed class LayerCache(string folder, long largest = LayerCache.LargestByDefault, int most = LayerCache.MostByDefault)
{
    public const long LargestByDefault = 256L << 20;
    public const int MostByDefault = 200;

    private readonly KeptFiles _files = new(folder, ".layers", largest, most);

    /// <summary>Finds what was read of an image with the same options.</summary>
    /// <returns>The contents, or <see langword="null"/> where they are not kept, or not whole.</returns>
    public Task<ImageContents?> FindAsync(Digest id, MeasureOptions options, CancellationToken cancellationToken) =>
        _files.FindAsync(KeyOf(id, options), ContentsFormat.Read, cancellationToken);

    /// <summary>Keeps what was read. Where that is impossible, as on a full disk, nothing is kept.</summary>
    public Task KeepAsync(Digest id, MeasureOptions options, ImageContents contents, CancellationToken cancellationToken) =>
        _files.KeepAsync(KeyOf(id, options), stream => ContentsFormat.Write(contents, stream), cancellationToken);

    /// <summary>One file per image, per what was read of it, and per build of this assembly, whose rules decide what is read.</summary>
    private static string KeyOf(Digest id, MeasureOptions options) =>
        $"{id}\n{options.Hash}\n{options.Compressed}\n{options.Packages}\n{options.Platform}\n"
            + $"{typeof(LayerCache).Module.ModuleVersionId}\n"
            + string.Join('\n', options.Selectors.Select(selector => selector.GetType().FullName));
}
