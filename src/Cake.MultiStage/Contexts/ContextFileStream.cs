using Microsoft.Win32.SafeHandles;

namespace Cake.MultiStage.Contexts;

/// <summary>
/// A file of the context as exactly the bytes that were promised of it: a file that shrank, grew or was written to meanwhile is an error
/// that names it, where the image would silently hold a mixture.
/// </summary>
/// <remarks>
/// .NET reads a file asynchronously by blocking another thread, and going there and back costs more than reading a small file does. A
/// context may have a hundred thousand, so they are read at once, in as few calls as tell whether a file is what was promised.
/// </remarks>
internal sealed class ContextFileStream : Stream
{
    private readonly ContextFile _file;
    private readonly Action<long> _progress;
    private readonly SafeFileHandle _content;
    private readonly DateTime _written;
    private long _read;
    private bool _ended;

    /// <summary>Opens the file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="progress">Hears how many bytes have been read.</param>
    /// <exception cref="BuildContextException">The file can't be opened.</exception>
    public ContextFileStream(ContextFile file, Action<long> progress)
    {
        _file = file;
        _progress = progress;
        try
        {
            _content = File.OpenHandle(file.FullPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            _written = File.GetLastWriteTimeUtc(_content);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(exception);
        }
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    /// <remarks>The tar writer asks only seekable streams for their length.</remarks>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => _file.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _read;
        set => Seek(value, SeekOrigin.Begin);
    }

    /// <summary>Checks that the file has no more bytes than were promised, and was not written to while it was read.</summary>
    /// <exception cref="BuildContextException">It has.</exception>
    public void RequireEnd()
    {
        if (!_ended && ReadContent(stackalloc byte[1]) > 0)
        {
            throw Changed("it grew");
        }

        if (File.GetLastWriteTimeUtc(_content) != _written)
        {
            throw Changed("it was written to");
        }
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(buffer.Span));
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var left = Length - _read;
        if (buffer.IsEmpty || left == 0)
        {
            if (!buffer.IsEmpty)
            {
                RequireEnd();
            }

            return 0;
        }

        // Where there is room for one byte more than was promised, the same call tells whether there is one.
        var wanted = (int)Math.Min(buffer.Length, left + 1);
        var count = ReadContent(buffer[..wanted]);
        if (count == 0)
        {
            throw Changed($"it ends after {_read} bytes");
        }

        if (count > left)
        {
            throw Changed("it grew");
        }

        _ended = count == left && count < wanted;
        _read += count;
        _progress(_read);
        return count;
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _content.Dispose();
        base.Dispose(disposing);
    }

    private int ReadContent(Span<byte> buffer)
    {
        try
        {
            return RandomAccess.Read(_content, buffer, _read);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(exception);
        }
    }

    private BuildContextException Unreadable(Exception exception) =>
        new($"'{_file.FullPath}' can't be read for the build context: {exception.Message} Correct its permissions, or add it to "
            + ".dockerignore.", exception);

    private BuildContextException Changed(string how) =>
        new($"'{_file.FullPath}' changed while it was sent: it had {_file.Length} bytes when the build context was gathered, and {how}. "
            + "Let what writes it finish first, or add it to .dockerignore.");
}
