using Cake.MultiStage.Building;

namespace Cake.MultiStage.Registries;

/// <summary>Tells how far a blob is while it is read.</summary>
internal sealed class ReportingStream(Stream inner, string what, IBuildObserver observer) : ForwardStream
{
    private const long Step = 1 << 20;

    private long _read;
    private long _told;

    public override long Length => inner.Length;

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        _read += read;
        if (_read - _told >= Step || (read == 0 && _told < _read))
        {
            _told = _read;
            observer.On(new Transferred(what, _read, inner.Length));
        }

        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
