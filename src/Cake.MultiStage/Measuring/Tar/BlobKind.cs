namespace Cake.MultiStage.Measuring.Tar;

/// <summary>What a file of a saved image holds, told by its first block.</summary>
internal enum BlobKind
{
    Empty,
    Document,
    Tar,
    Gzip,
    Zstd,
}

internal static class BlobKinds
{
    public static BlobKind Of(ReadOnlySpan<byte> head) => head switch
    {
        [] => BlobKind.Empty,
        [0x1f, 0x8b, ..] => BlobKind.Gzip,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => BlobKind.Zstd,
        // A layer whose first file is called '[' or '{' is not a document, nor is a layer of nothing but its end.
        _ when TarBlock.IsHeader(head) || (head.Length == TarBlock.Size && TarBlock.IsZero(head)) => BlobKind.Tar,
        _ => BlobKind.Document,
    };
}
