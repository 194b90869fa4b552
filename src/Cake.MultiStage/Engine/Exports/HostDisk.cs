using System.Globalization;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Engine.Exports;

/// <summary>Work on the host's disk, whose faults are told apart from those of the engine's connection.</summary>
internal static class HostDisk
{
    private const int BufferLength = 81920;

    /// <exception cref="MultiStageException">The disk, or the right to write to it, is lacking.</exception>
    public static void Do(string path, Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (IsOfDisk(exception))
        {
            throw Fault(path, exception);
        }
    }

    /// <inheritdoc cref="Do(string, Action)"/>
    public static T Do<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception) when (IsOfDisk(exception))
        {
            throw Fault(path, exception);
        }
    }

    /// <summary>
    /// Creates a file that doesn't exist yet, to be written from its beginning to its end. Its faults are told as the disk's.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="shown">The path to tell, where the file is only written under another name at first.</param>
    /// <exception cref="MultiStageException">It can't be created.</exception>
    public static Stream Create(string path, string shown)
    {
        // Without a buffer of its own: what it could not write would come to light when it is closed.
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous,
            BufferSize = 0 };
        return new DiskStream(Do(shown, () => new FileStream(path, options)), shown);
    }

    /// <summary>Copies a stream from the engine to one on the disk.</summary>
    /// <returns>The number of bytes.</returns>
    /// <exception cref="MultiStageException">The disk is full or broken. What reading throws goes through.</exception>
    public static async Task<long> CopyAsync(Stream from, Stream to, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferLength];
        var total = 0L;
        while (await from.ReadAsync(buffer, cancellationToken) is var read and > 0)
        {
            await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            total += read;
        }

        return total;
    }

    /// <summary>Gets a value indicating whether an error is one of the disk, or of the right to write to it.</summary>
    public static bool IsOfDisk(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <summary>Makes the error for something that can't be written.</summary>
    public static MultiStageException Fault(string path, Exception exception) => IsFull(exception)
        ? new($"'{path}' can't be written: the disk is full. {Room(path)}Make room there, or name another place.", exception)
        : new($"'{path}' can't be written: {exception.Message} Check that this user may write there.", exception);

    // ENOSPC of Linux and macOS, EDQUOT of both; ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL of Windows.
    private static bool IsFull(Exception exception) => exception is IOException && (OperatingSystem.IsWindows()
        ? (exception.HResult & 0xFFFF) is 112 or 39
        : exception.HResult is 28 or 122 or 69);

    private static string Room(string path)
    {
        try
        {
            var full = Path.GetFullPath(path);
            var disk = DriveInfo.GetDrives().Where(drive => IsUnder(full, drive.Name)).MaxBy(drive => drive.Name.Length);
            return disk is null ? "" : string.Create(
                CultureInfo.InvariantCulture,
                $"'{disk.Name}' has {new ByteSize(disk.AvailableFreeSpace)} of {new ByteSize(disk.TotalSize)} left. ");
        }
        catch (Exception exception) when (IsOfDisk(exception))
        {
            return "";
        }
    }

    private static bool IsUnder(string path, string folder) =>
        path == folder
            || path.StartsWith(folder.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>A file that is written, with errors that are the disk's.</summary>
    private sealed class DiskStream(Stream file, string shown) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => Do(shown, file.Flush);

        public override async Task FlushAsync(CancellationToken cancellationToken)
        {
            try
            {
                await file.FlushAsync(cancellationToken);
            }
            catch (Exception exception) when (IsOfDisk(exception))
            {
                throw Fault(shown, exception);
            }
        }

        public override void Write(byte[] buffer, int offset, int count) => Do(shown, () => file.Write(buffer, offset, count));

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                await file.WriteAsync(buffer, cancellationToken);
            }
            catch (Exception exception) when (IsOfDisk(exception))
            {
                throw Fault(shown, exception);
            }
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override async ValueTask DisposeAsync()
        {
            try
            {
                await file.DisposeAsync();
            }
            catch (Exception exception) when (IsOfDisk(exception))
            {
                throw Fault(shown, exception);
            }
            finally
            {
                await base.DisposeAsync();
            }
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                Do(shown, file.Dispose);
            }

            base.Dispose(disposing);
        }
    }
}
