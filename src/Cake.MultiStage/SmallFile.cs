using System.Globalization;
using System.Text;
using Cake.MultiStage.Images;

namespace Cake.MultiStage;

/// <summary>
/// Reads files of a project or a user, of which nobody knows what they are: devices have no end, opening a pipe waits for its other end,
/// and a manifest may have gigabytes. What isn't a file of its own counts as empty.
/// </summary>
internal static class SmallFile
{
    /// <summary>The most bytes that are read: lock files of the largest projects have a tenth of it.</summary>
    public const int Largest = 64 << 20;

    /// <exception cref="IOException">It doesn't exist, can't be read, or is larger than what is read of such a file.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or is a folder.</exception>
    public static byte[] Bytes(string path)
    {
        var info = new FileInfo(path);
        info = info.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? info;
        if (Directory.Exists(path))
        {
            throw new UnauthorizedAccessException("It is a folder.");
        }

        // Pipes, sockets and devices have no length.
        var length = info.Length;
        if (length == 0)
        {
            return [];
        }

        if (length > Largest)
        {
            throw new IOException(string.Create(CultureInfo.InvariantCulture,
                $"It has {new ByteSize(length)}, and no more than {new ByteSize(Largest)} are read of such a file."));
        }

        // No more than was there when it was looked at, whatever it has become since.
        using var stream = new FileStream(info.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[length];
        var count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return count == bytes.Length ? bytes : bytes[..count];
    }

    /// <inheritdoc cref="Bytes"/>
    public static string Text(string path)
    {
        using var reader = new StreamReader(new MemoryStream(Bytes(path)), Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
