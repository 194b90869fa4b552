using System.Buffers.Binary;
using System.Text;

namespace Cake.MultiStage.Measuring.Packages;

/// <summary>
/// Reads the packages of an rpm database, of which there are three kinds: SQLite (Fedora, RHEL 9), ndb (SUSE) and Berkeley DB (RHEL 8 and
/// older). All hold a header per package (rpm, "RPM V4 header format").
/// </summary>
internal static class RpmDatabase
{
    private const int MostFields = 100_000;
    private const int LongestText = 1024;

    // Tags (rpm, rpmtag.h).
    private const int Name = 1000, Version = 1001, Release = 1002, Epoch = 1003, Size = 1009, License = 1014, Architecture = 1022;

    public static bool IsDatabase(ReadOnlySpan<char> path) => path
        is "/var/lib/rpm/rpmdb.sqlite" or "/usr/lib/sysimage/rpm/rpmdb.sqlite" or "/usr/share/rpm/rpmdb.sqlite"
        or "/var/lib/rpm/Packages.db" or "/usr/lib/sysimage/rpm/Packages.db"
        or "/var/lib/rpm/Packages";

    public static IEnumerable<ContainedPackage?> Read(ReadOnlyMemory<byte> content) =>
        (SqliteTable.IsDatabase(content.Span) ? new SqliteTable(content).Blobs("Packages")
            : NdbTable.IsDatabase(content.Span) ? NdbTable.Blobs(content)
            : BerkeleyTable.IsDatabase(content.Span) ? new BerkeleyTable(content).Values()
            : []).Select(header => Package(header.Span));

    private static ContainedPackage? Package(ReadOnlySpan<byte> header)
    {
        const int IndexLength = 16;
        if (header.Length < 8)
        {
            return null;
        }

        var (count, length) = (BinaryPrimitives.ReadInt32BigEndian(header), BinaryPrimitives.ReadInt32BigEndian(header[4..]));
        if (count is < 0 or > MostFields || length < 0 || 8L + ((long)count * IndexLength) + length > header.Length)
        {
            return null;
        }

        var data = header.Slice(8 + (count * IndexLength), length);
        var texts = new Dictionary<int, string>();
        for (var index = 0; index < count; index++)
        {
            var entry = header.Slice(8 + (index * IndexLength), IndexLength);
            var (tag, type, offset) = (BinaryPrimitives.ReadInt32BigEndian(entry), BinaryPrimitives.ReadInt32BigEndian(entry[4..]),
                BinaryPrimitives.ReadInt32BigEndian(entry[8..]));
            if (tag is Name or Version or Release or Epoch or License or Size or Architecture && offset >= 0 && offset < length
                && !texts.ContainsKey(tag))
            {
                texts[tag] = type == 4 && length - offset >= 4
                    ? FormattableString.Invariant($"{BinaryPrimitives.ReadUInt32BigEndian(data[offset..])}")
                    : Text(data.Slice(offset, Math.Min(length - offset, LongestText)));
            }
        }

        var epoch = texts.TryGetValue(Epoch, out var given) && given != "0" ? given + ":" : "";
        return texts.GetValueOrDefault(Name) is { } name && name != "gpg-pubkey"
            ? ContainedPackage.Of(
                ContainedPackage.Rpm,
                name,
                $"{epoch}{texts.GetValueOrDefault(Version)}-{texts.GetValueOrDefault(Release)}",
                [texts.GetValueOrDefault(License)])
            : null;
    }

    private static string Text(ReadOnlySpan<byte> data)
    {
        var end = data.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? data : data[..end]);
    }
}
