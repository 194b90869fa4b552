using System.Buffers.Text;

namespace Cake.MultiStage.Measuring.Tar;

/// <summary>
/// What an extended header says about the next entry, as far as measuring needs it
/// (POSIX.1-2017, <c>pax</c>, "pax Extended Header"; GNU tar manual, "Storing Sparse Files").
/// </summary>
internal sealed class PaxRecords
{
    public string? Path { get; private set; }

    public string? LinkPath { get; private set; }

    public long? Size { get; private set; }

    public long? UserId { get; private set; }

    public long? GroupId { get; private set; }

    /// <summary>Gets the real name of a sparse file; the entry's own is made up.</summary>
    public string? SparseName { get; private set; }

    /// <summary>Gets the real size of a sparse file.</summary>
    public long? SparseSize { get; private set; }

    public bool HasCapabilities { get; private set; }

    public void Clear()
    {
        (Path, LinkPath, SparseName) = (null, null, null);
        (Size, UserId, GroupId, SparseSize) = (null, null, null, null);
        HasCapabilities = false;
    }

    /// <summary>Reads records of the form <c>length key=value\n</c>; the length counts all of it.</summary>
    public void Add(ReadOnlySpan<byte> records)
    {
        while (!records.IsEmpty)
        {
            // Some writers fill the last block with NULs and count them.
            if (records[0] == 0)
            {
                return;
            }

            var space = records.IndexOf((byte)' ');
            if (space <= 0
                || !Utf8Parser.TryParse(records[..space], out int length, out var used)
                || used != space
                || length <= space + 1
                || length > records.Length
                || records[length - 1] != '\n')
            {
                throw Damaged();
            }

            var record = records[(space + 1)..(length - 1)];
            var equals = record.IndexOf((byte)'=');
            if (equals <= 0)
            {
                throw Damaged();
            }

            Set(record[..equals], record[(equals + 1)..]);
            records = records[length..];
        }
    }

    private static InvalidDataException Damaged() => new("The archive is damaged: an extended header has a record that is none.");

    /// <summary>Takes what matters; an empty value takes a record back.</summary>
    private void Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.SequenceEqual("path"u8))
        {
            Path = Text(value);
        }
        else if (key.SequenceEqual("linkpath"u8))
        {
            LinkPath = Text(value);
        }
        else if (key.SequenceEqual("size"u8))
        {
            Size = Number(value);
        }
        else if (key.SequenceEqual("uid"u8))
        {
            UserId = Number(value);
        }
        else if (key.SequenceEqual("gid"u8))
        {
            GroupId = Number(value);
        }
        else if (key.SequenceEqual("GNU.sparse.name"u8))
        {
            SparseName = Text(value);
        }
        else if (key.SequenceEqual("GNU.sparse.size"u8) || key.SequenceEqual("GNU.sparse.realsize"u8))
        {
            SparseSize = Number(value);
        }
        else if (key.SequenceEqual("SCHILY.xattr.security.capability"u8))
        {
            HasCapabilities = !value.IsEmpty;
        }
    }

    private static string? Text(ReadOnlySpan<byte> value) => value.IsEmpty ? null : TarBlock.Text(value);

    private static long? Number(ReadOnlySpan<byte> value) =>
        value.IsEmpty ? null
        : Utf8Parser.TryParse(value, out long number, out var used) && used == value.Length && number >= 0 ? number
        : throw Damaged();
}
