using System.Formats.Tar;
using System.Text;

namespace Cake.MultiStage.Tests.Exports;

/// <summary>An archive made entry by entry, as an engine would never make it.</summary>
internal sealed class TestArchive
{
    private readonly List<byte> _bytes = [];

    public static DateTimeOffset Time { get; } = new(2001, 2, 3, 4, 5, 6, TimeSpan.Zero);

    public TestArchive File(string name, string text = "content", UnixFileMode mode = (UnixFileMode)420) =>
        Add(new PaxTarEntry(TarEntryType.RegularFile, name)
            { Mode = mode, ModificationTime = Time, DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });

    public TestArchive Folder(string name, UnixFileMode mode = (UnixFileMode)493) =>
        Add(new PaxTarEntry(TarEntryType.Directory, name) { Mode = mode, ModificationTime = Time });

    public TestArchive Link(string name, string target) => Add(new PaxTarEntry(TarEntryType.SymbolicLink, name) { LinkName = target });

    public TestArchive HardLink(string name, string target) => Add(new PaxTarEntry(TarEntryType.HardLink, name) { LinkName = target });

    public TestArchive Of(TarEntryType type, string name) => Add(new PaxTarEntry(type, name));

    public Stream Open() => new MemoryStream([.. _bytes, .. new byte[1024]]);

    public Stream OpenCut(int bytes) => new MemoryStream([.. _bytes.Take(bytes)]);

    private TestArchive Add(TarEntry entry)
    {
        using var one = new MemoryStream();
        using (var writer = new TarWriter(one, TarEntryFormat.Pax, leaveOpen: true))
        {
            writer.WriteEntry(entry);
        }

        // Without the end mark, which is 1024 bytes of zeros.
        _bytes.AddRange(one.ToArray()[..^1024]);
        return this;
    }
}
