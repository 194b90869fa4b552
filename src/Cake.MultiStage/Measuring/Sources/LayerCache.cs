using System.Security.Cryptography;
using System.Text;
using Cake.MultiStage.Images;
using ZstdSharp;

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

    private const string Extension = ".layers";
    private const int ChecksumLength = SHA256.HashSizeInBytes;
    private const int Level = 3;

    /// <summary>Finds what was read of an image with the same options.</summary>
    /// <returns>The contents, or <see langword="null"/> where they are not kept, or not whole.</returns>
    public async Task<ImageContents?> FindAsync(Digest id, MeasureOptions options, CancellationToken cancellationToken)
    {
        var file = FileOf(id, options);
        try
        {
            if (!File.Exists(file) || new FileInfo(file).Length > largest)
            {
                return null;
            }

            var bytes = await File.ReadAllBytesAsync(file, cancellationToken);
            if (bytes.Length < ChecksumLength
                || !SHA256.HashData(bytes.AsSpan(ChecksumLength)).AsSpan().SequenceEqual(bytes.AsSpan(0, ChecksumLength)))
            {
                File.Delete(file);
                return null;
            }

            await using var unpacked = new DecompressionStream(new MemoryStream(bytes, ChecksumLength, bytes.Length - ChecksumLength));
            var contents = ContentsFormat.Read(unpacked);
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow);
            return contents;
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or InvalidDataException or ZstdException or ArgumentException)
        {
            // What can't be read is read from the image again: that costs time alone.
            return null;
        }
    }

    /// <summary>Keeps what was read. Where that is impossible, as on a full disk, nothing is kept.</summary>
    public async Task KeepAsync(Digest id, MeasureOptions options, ImageContents contents, CancellationToken cancellationToken)
    {
        var file = FileOf(id, options);
        var partial = $"{file}.{Guid.NewGuid():N}.partial";
        try
        {
            var packed = Packed(contents);
            if (packed.Length > largest / 2)
            {
                return;
            }

            Directory.CreateDirectory(folder);
            await File.WriteAllBytesAsync(partial, packed, cancellationToken);
            File.Move(partial, file, overwrite: true);
            MakeRoom(keep: file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or EncoderFallbackException)
        {
            Delete(partial);
        }
        catch (OperationCanceledException)
        {
            Delete(partial);
            throw;
        }
    }

    private static byte[] Packed(ImageContents contents)
    {
        using var packed = new MemoryStream();
        packed.Write(new byte[ChecksumLength]);
        using (var stream = new CompressionStream(packed, Level, leaveOpen: true))
        {
            ContentsFormat.Write(contents, stream);
        }

        var bytes = packed.ToArray();
        SHA256.HashData(bytes.AsSpan(ChecksumLength), bytes);
        return bytes;
    }

    private static void Delete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is removed with the rest when room is made.
            return;
        }
    }

    /// <summary>One file per image, per what was read of it, and per build of this assembly, whose rules decide what is read.</summary>
    private string FileOf(Digest id, MeasureOptions options)
    {
        var asked = $"{id}\n{options.Hash}\n{options.Compressed}\n{typeof(LayerCache).Module.ModuleVersionId}\n"
            + string.Join('\n', options.Selectors.Select(selector => selector.GetType().FullName));
        return Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(asked))) + Extension);
    }

    private void MakeRoom(string keep)
    {
        var yesterday = DateTime.UtcNow.AddDays(-1);
        var files = new DirectoryInfo(folder).GetFiles().OrderByDescending(file => file.LastWriteTimeUtc).ToList();
        var (count, bytes) = (0, 0L);
        foreach (var file in files)
        {
            var isEntry = file.Extension == Extension;
            (count, bytes) = isEntry ? (count + 1, bytes + file.Length) : (count, bytes);
            var isLeft = file.Extension == ".partial" && file.LastWriteTimeUtc < yesterday;
            if (isLeft || (isEntry && file.FullName != keep && (count > most || bytes > largest)))
            {
                Delete(file.FullName);
            }
        }
    }
}
