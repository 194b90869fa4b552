namespace Cake.MultiStage.Engine.Grpc;

/// <summary>
/// Counts what a peer can send at little cost of its own and an honest one sends seldom, such as resets of streams just
/// opened. An allowance that refills with time tells a busy peer from one that does nothing else (RFC 9113, 10.5).
/// </summary>
internal sealed class Http2Nuisances(int burst, int perSecond, TimeProvider time)
{
    private double _allowance = burst;
    private long _last = time.GetTimestamp();

    /// <summary>Counts one.</summary>
    /// <exception cref="Http2ConnectionException">There have been too many.</exception>
    public void Count()
    {
        var now = time.GetTimestamp();
        _allowance = Math.Min(burst, _allowance + (time.GetElapsedTime(_last, now).TotalSeconds * perSecond)) - 1;
        _last = now;
        if (_allowance < 0)
        {
            throw new Http2ConnectionException(Http2ErrorCode.EnhanceYourCalm,
                "the peer resets streams, or sends frames without use, too often");
        }
    }
}
