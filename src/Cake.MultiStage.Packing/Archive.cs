using System.IO.Compression;

namespace Cake.MultiStage.Packing;

/// <summary>Writes a package again with the same entries in the same order, as small as the compressor can.</summary>
internal static class Archive
{
    public static void Tighten(string file)
    {
        var copy = file + ".smaller";
        using (var source = ZipFile.OpenRead(file))
        using (var target = ZipFile.Open(copy, ZipArchiveMode.Create))
        {
            foreach (var entry in source.Entries)
            {
                var written = target.CreateEntry(entry.FullName, CompressionLevel.SmallestSize);
                written.LastWriteTime = entry.LastWriteTime;
                using var from = entry.Open();
                using var to = written.Open();
                from.CopyTo(to);
            }
        }

        File.Move(copy, file, overwrite: true);
    }
}
