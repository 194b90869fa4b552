using System.Security.Cryptography;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Registries;

/// <summary>
/// Reads a blob as it comes. Where the connection breaks it goes on from there; at the end the bytes are those that the digest names, or
/// it is an error.
/// </summary>
/// <param name="open">Opens the blob from a byte on.</param>
/// <param name="digest">The digest of the whole.</param>
/// <param name="size">The size of the whole, in bytes.</param>
internal sealed class BlobStream(Func<long, CancellationToken, Task<Stream>> open, Digest digest, long size) : ForwardStream
{
    private const int MostBreaks = 4;
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(60);

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(
        digest.Algorithm == "sha512" ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256);

    private Stream? _stream;
    private long _position;
    private int _breaks;

    public override long Length => size;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    /// <exception cref="InvalidDataException">The bytes are other ones than the digest names.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_position < size && buffer.Length > 0)
        {
            var read = await TryReadAsync(buffer[..(int)Math.Min(buffer.Length, size - _position)], cancellationToken);
            if (read > 0)
            {
                _breaks = 0;
                _hash.AppendData(buffer.Span[..read]);
                _position += read;
                return _position == size ? Checked(read) : read;
            }
        }

        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stream?.Dispose();
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task<int> TryReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LongestSilence);
        Exception? cause = null;
        try
        {
            _stream ??= await open(_position, cancellationToken);
            if (await _stream.ReadAsync(buffer, limit.Token) is > 0 and var read)
            {
                return read;
            }
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            cause = exception;
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            cause = exception;
        }

        if (_stream is not null)
        {
            await _stream.DisposeAsync();
            _stream = null;
        }

        return ++_breaks < MostBreaks ? 0
            : throw new InvalidDataException($"'{digest}' broke off {MostBreaks} times after {_position} of {size} bytes.", cause);
    }

    private int Checked(int read) => Convert.ToHexStringLower(_hash.GetHashAndReset()) == digest.Encoded ? read
        : throw new InvalidDataException($"What came as '{digest}' is something else: its digest is another.");
}
