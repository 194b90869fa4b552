using System.Buffers.Binary;

namespace Cake.MultiStage.Measuring.Packages;

/// <summary>Reads the values of rpm's own database (rpm, <c>lib/backend/ndb/rpmpkg.c</c>): pages of slots, each naming a block.</summary>
internal static class NdbTable
{
    private const int SlotLength = 16;
    private const int BlockLength = 16;
    private const int PageLength = 4096;
    private const int HeaderLength = 32;
    private const int BlobHeaderLength = 16;

    public static bool IsDatabase(ReadOnlySpan<byte> content) => content.Length > HeaderLength && content.StartsWith("RpmP"u8);

    public static IEnumerable<ReadOnlyMemory<byte>> Blobs(ReadOnlyMemory<byte> content)
    {
        var end = Math.Min((long)BinaryPrimitives.ReadUInt32LittleEndian(content.Span[12..]) * PageLength, content.Length);
        // Each block is of one slot: a damaged file can name one many times.
        var rest = (long)content.Length;
        for (var slot = HeaderLength; slot + SlotLength <= end; slot += SlotLength)
        {
            var entry = content.Span.Slice(slot, SlotLength);
            var (index, block) = (BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]), BinaryPrimitives.ReadUInt32LittleEndian(entry[8..]));
            var start = (long)block * BlockLength;
            if (!entry.StartsWith("Slot"u8) || index == 0 || start + BlobHeaderLength > content.Length)
            {
                continue;
            }

            var head = content.Span.Slice((int)start, BlobHeaderLength);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(head[12..]);
            if (head.StartsWith("BlbS"u8) && start + BlobHeaderLength + length <= content.Length)
            {
                if ((rest -= BlobHeaderLength + length) < 0)
                {
                    yield break;
                }

                yield return content.Slice((int)start + BlobHeaderLength, (int)length);
            }
        }
    }
}
