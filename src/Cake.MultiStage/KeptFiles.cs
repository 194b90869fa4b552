using System.Security.Cryptography;
using System.Text;
using ZstdSharp;

namespace Cake.MultiStage;

/// <summary>
/// Keeps what can be had again, one file for each key, in a folder of the user's. A file that is damaged or foreign counts as missing; what
/// was used longest ago goes first.
/// </summary>
/// <param name="folder">The folder; it is made when the first file is written.</param>
/// <param name="extension">What the files' names end in.</param>
/// <param name="largest">How many bytes all files may have together.</param>
/// <param name="most">How many files there may be.</param>
internal sealed class KeptFiles(string folder, string extension, long largest, int most)
{
    private const int ChecksumLength = SHA256.HashSizeInBytes;
    private const int Level = 3;

    /// <summary>Finds what was kept.</summary>
    /// <param name="key">What it was kept by.</param>
    /// <param name="read">Reads it.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>What was kept, or <see langword="null"/> where nothing is, or not whole.</returns>
    public async Task<T?> FindAsync<T>(string key, Func<Stream, T> read, CancellationToken cancellationToken)
        where T : class
    {
        var file = FileOf(key);
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
            var found = read(unpacked);
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow);
            return found;
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or InvalidDataException or ZstdException or ArgumentException)
        {
            // What can't be read is found out again: that costs time alone.
            return null;
        }
    }

    /// <summary>Keeps something. Where that is impossible, as on a full disk, nothing is kept.</summary>
    /// <param name="key">What it is kept by.</param>
    /// <param name="write">Writes it.</param>
    /// <param name="cancellationToken">Stops writing.</param>
    public async Task KeepAsync(string key, Action<Stream> write, CancellationToken cancellationToken)
    {
        var file = FileOf(key);
        var partial = $"{file}.{Guid.NewGuid():N}.partial";
        try
        {
            var packed = Packed(write);
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

    private static byte[] Packed(Action<Stream> write)
    {
        using var packed = new MemoryStream();
        packed.Write(new byte[ChecksumLength]);
        using (var stream = new CompressionStream(packed, Level, leaveOpen: true))
        {
            write(stream);
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

    private string FileOf(string key) =>
        Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))) + extension);

    private void MakeRoom(string keep)
    {
        var yesterday = DateTime.UtcNow.AddDays(-1);
        var files = new DirectoryInfo(folder).GetFiles().OrderByDescending(file => file.LastWriteTimeUtc).ToList();
        var (count, bytes) = (0, 0L);
        foreach (var file in files)
        {
            var isEntry = file.Extension == extension;
            (count, bytes) = isEntry ? (count + 1, bytes + file.Length) : (count, bytes);
            var isLeft = file.Extension == ".partial" && file.LastWriteTimeUtc < yesterday;
            if (isLeft || (isEntry && file.FullName != keep && (count > most || bytes > largest)))
            {
                Delete(file.FullName);
            }
        }
    }
}
