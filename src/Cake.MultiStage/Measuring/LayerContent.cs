namespace Cake.MultiStage.Measuring;

/// <summary>What a layer holds, in the order in which it holds it.</summary>
/// <param name="Entries">Its files, links, folders and marks.</param>
/// <param name="Files">The number of regular files, marks included, as <c>tar -tv</c> lists them.</param>
/// <param name="Bytes">The bytes of the regular files.</param>
/// <param name="Compressed">The bytes of the layer as it is packed, where that is known.</param>
internal sealed record LayerContent(IReadOnlyList<ImageFile> Entries, int Files, long Bytes, long? Compressed = null)
{
    /// <summary>Gets the number of entries that are counted but not listed: there is a bound to what is held.</summary>
    public int Unlisted { get; init; }
}
