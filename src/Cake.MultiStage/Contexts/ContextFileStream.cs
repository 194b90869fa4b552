namespace Cake.MultiStage.Contexts;

/// <summary>
/// A file of the context as exactly the bytes that were promised of it: a file that shrank, grew or was written to meanwhile is an error
/// that names it, where the image would silently hold a mixture.
/// </summary>
internal sealed class ContextFileStream : Stream
{
    private readonly ContextFile _file;
    private readonly Action<long> _progress;
    private readonly FileStream _content;
    private readonly DateTime _written;
    private long _read;

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
            _content = new(file.FullPath, new FileStreamOptions { Share = FileShare.ReadWrite | FileShare.Delete,
                Options = FileOptions.Asynchronous | FileOptions.SequentialScan, BufferSize = 0 });
            _written = File.GetLastWriteTimeUtc(_content.SafeFileHandle);
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
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>A task that ends with the check.</returns>
    /// <exception cref="BuildContextException">It has.</exception>
    public async Task RequireEndAsync(CancellationToken cancellationToken)
    {
        if (await ReadContentAsync(new byte[1], cancellationToken) > 0)
        {
            throw Changed("it grew");
        }

        if (File.GetLastWriteTimeUtc(_content.SafeFileHandle) != _written)
        {
            throw Changed("it was written to");
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var wanted = (int)Math.Min(buffer.Length, Length - _read);
        if (wanted == 0)
        {
            await (buffer.Length > 0 ? RequireEndAsync(cancellationToken) : Task.CompletedTask);
            return 0;
        }

        var count = await ReadContentAsync(buffer[..wanted], cancellationToken);
        if (count == 0)
        {
            throw Changed($"it ends after {_read} bytes");
        }

        _read += count;
        _progress(_read);
        return count;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

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
    public override async ValueTask DisposeAsync()
    {
        await _content.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _content.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadContentAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await _content.ReadAsync(buffer, cancellationToken);
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
