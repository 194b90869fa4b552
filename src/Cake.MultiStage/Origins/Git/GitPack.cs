using System.Buffers.Binary;
using System.IO.Compression;

namespace Cake.MultiStage.Origins.Git;

/// <summary>A pack of objects and its index, as git's manual describes them ("gitformat-pack").</summary>
/// <param name="root">The folder below which no link is followed.</param>
/// <param name="name">The pack's path in it, without an extension.</param>
internal sealed class GitPack(string root, string name)
{
    private const uint IndexMagic = 0xff744f63;
    private const int FanOut = 8;
    private const int Names = FanOut + (256 * sizeof(uint));

    // git makes chains of 50, and made some of 250.
    private const int LongestChain = 300;

    /// <summary>Gets an object.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="largest">How large it may be, and each step on the way to it.</param>
    /// <param name="findBase">Finds the object that a difference is to, by its id.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The object, or <see langword="null"/> where it is not in this pack.</returns>
    /// <exception cref="InvalidDataException">The pack is damaged, or the object too large.</exception>
    public GitObject? Read(byte[] id, int largest, Func<string, GitObject?> findBase, CancellationToken cancellationToken)
    {
        long? found;
        using (var index = GitFolder.Open(root, name + ".idx"))
        {
            found = index is null ? null : Find(index, id);
        }

        using var pack = found is null ? null : GitFolder.Open(root, name + ".pack");
        if (pack is null)
        {
            return null;
        }

        var differences = new Stack<byte[]>();
        for (var offset = found!.Value; differences.Count < LongestChain;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            pack.Position = offset;
            var (type, size) = Header(pack);
            if (size > largest)
            {
                throw Damaged($"an object of {size} bytes");
            }

            string? baseId = null;
            if (type == 6)
            {
                // A difference is to something before it, so that a chain has an end.
                var distance = Distance(pack);
                offset -= distance > 0 && distance < offset ? distance : throw Damaged("a chain that leads nowhere");
            }
            else if (type == 7)
            {
                var bytes = new byte[id.Length];
                pack.ReadExactly(bytes);
                baseId = bytes.AsSpan().SequenceEqual(id) ? throw Damaged("an object that is made of itself")
                    : Convert.ToHexStringLower(bytes);
            }

            var content = Inflate(pack, (int)size);
            if (type is 6 or 7)
            {
                differences.Push(content);
            }

            if (type != 6)
            {
                var origin = type switch
                {
                    1 => new GitObject("commit", content),
                    2 => new GitObject("tree", content),
                    3 => new GitObject("blob", content),
                    4 => new GitObject("tag", content),
                    7 => findBase(baseId!) ?? throw Damaged($"a difference to {baseId}, which is missing"),
                    _ => throw Damaged($"an object of type {type}"),
                };
                return differences.Aggregate(origin,
                    (whole, difference) => whole with { Content = GitDelta.Apply(whole.Content, difference, largest) });
            }
        }

        throw Damaged($"a chain of more than {LongestChain} differences");
    }

    /// <summary>Finds an object's offset in the pack by halving its sorted names.</summary>
    private long? Find(FileStream index, byte[] id)
    {
        uint At(long position)
        {
            Span<byte> bytes = stackalloc byte[sizeof(uint)];
            index.Position = position;
            index.ReadExactly(bytes);
            return BinaryPrimitives.ReadUInt32BigEndian(bytes);
        }

        if (At(0) != IndexMagic || At(sizeof(uint)) != 2)
        {
            throw Damaged("an index of a version other than 2");
        }

        long low = id[0] == 0 ? 0 : At(FanOut + ((id[0] - 1) * sizeof(uint)));
        long high = At(FanOut + (id[0] * sizeof(uint)));
        long count = At(FanOut + (255 * sizeof(uint)));
        var middleId = new byte[id.Length];
        while (low < high && high <= count)
        {
            var middle = (low + high) / 2;
            index.Position = Names + (middle * id.Length);
            index.ReadExactly(middleId);
            var order = middleId.AsSpan().SequenceCompareTo(id);
            if (order == 0)
            {
                // After the names come four octets of check sum for each, and then the offsets.
                var offset = At(Names + (count * (id.Length + sizeof(uint))) + (middle * sizeof(uint)));
                if (offset < 0x8000_0000)
                {
                    return offset;
                }

                var large = Names + (count * (id.Length + (2 * sizeof(uint)))) + ((offset & 0x7fff_ffff) * (long)sizeof(ulong));
                return (At(large) & 0x7fff_ffff) * 0x1_0000_0000L + At(large + sizeof(uint));
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle);
        }

        return null;
    }

    /// <summary>Three bits of type, and a size in groups of four and then seven bits.</summary>
    private (int Type, long Size) Header(FileStream pack)
    {
        var octet = Octet(pack);
        var type = (octet >> 4) & 7;
        long size = octet & 15;
        for (var shift = 4; (octet & 0x80) != 0; shift += 7)
        {
            octet = shift < 56 ? Octet(pack) : throw Damaged("a size without an end");
            size |= (long)(octet & 0x7f) << shift;
        }

        return (type, size);
    }

    private long Distance(FileStream pack)
    {
        var octet = Octet(pack);
        long distance = octet & 0x7f;
        for (var octets = 1; (octet & 0x80) != 0; octets++)
        {
            octet = octets < 8 ? Octet(pack) : throw Damaged("a distance without an end");
            distance = ((distance + 1) << 7) | (long)(octet & 0x7f);
        }

        return distance;
    }

    private int Octet(FileStream pack) => pack.ReadByte() is var octet and >= 0 ? octet : throw Damaged("an early end");

    private static byte[] Inflate(FileStream pack, int size)
    {
        using var inflated = new ZLibStream(pack, CompressionMode.Decompress, leaveOpen: true);
        var content = new byte[size];
        inflated.ReadExactly(content);
        return content;
    }

    private InvalidDataException Damaged(string what) => new($"the pack '{name}' has {what}");
}
