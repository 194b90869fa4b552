using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Cake.MultiStage.Engine.Containers;

/// <summary>
/// What a container writes, its standard output and standard error in one, as it comes: the beginning and the end of it, where it is long.
/// </summary>
/// <remarks>
/// The stream is the Engine API's of <c>POST /containers/{id}/attach</c> ("Stream format"): frames of a byte that names the stream, three
/// of zero, four of length (big-endian), and so many bytes.
/// </remarks>
internal sealed class ContainerOutput
{
    /// <summary>The bytes that are kept of the beginning, and of the end.</summary>
    public const int Kept = 64 * 1024;

    private const int HeaderLength = 8;

    private readonly Lock _lock = new();
    private readonly List<byte> _beginning = [];
    private readonly List<byte> _end = [];
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long? _firstAt;
    private long _length;

    /// <summary>Gets what completes when something was written, or never will be.</summary>
    public Task First => _first.Task;

    /// <summary>
    /// Gets the moment of the first output (<see cref="TimeProvider.GetTimestamp"/> of the system); <see langword="null"/> where there was
    /// none yet.
    /// </summary>
    public long? FirstAt
    {
        get
        {
            lock (_lock)
            {
                return _firstAt;
            }
        }
    }

    /// <summary>Reads to the end of the stream.</summary>
    public async Task ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var header = new byte[HeaderLength];
        var buffer = new byte[Kept];
        try
        {
            while (await stream.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false, cancellationToken) == HeaderLength)
            {
                for (var left = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4)); left > 0;)
                {
                    var length = await stream.ReadAtLeastAsync(buffer.AsMemory(0, (int)Math.Min(left, Kept)), 1, throwOnEndOfStream: true,
                        cancellationToken);
                    Add(buffer.AsSpan(0, length));
                    left -= (uint)length;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or HttpRequestException)
        {
            // The container's end may cut the stream; that the engine is gone is told by whoever asks it next.
            return;
        }
        finally
        {
            _first.TrySetResult();
        }
    }

    /// <summary>Returns what was written so far, in a text that any log takes.</summary>
    public override string ToString() => LogText.CleanLines(Written(), longest: int.MaxValue);

    private string Written()
    {
        lock (_lock)
        {
            byte[] beginning = [.. _beginning];
            byte[] end = [.. _end.TakeLast(Kept)];
            var left = _length - beginning.Length - end.Length;
            return left == 0
                ? Encoding.UTF8.GetString([.. beginning, .. end])
                : string.Create(CultureInfo.InvariantCulture,
                    $"{Encoding.UTF8.GetString(beginning)}\n… {left} bytes left out …\n{Encoding.UTF8.GetString(end)}");
        }
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            _firstAt ??= TimeProvider.System.GetTimestamp();
            _length += bytes.Length;
            var first = Math.Min(bytes.Length, Kept - _beginning.Count);
            _beginning.AddRange(bytes[..first]);
            _end.AddRange(bytes[first..]);
            if (_end.Count > 2 * Kept)
            {
                _end.RemoveRange(0, _end.Count - Kept);
            }
        }

        _first.TrySetResult();
    }
}
