using System.Buffers.Binary;

namespace Cake.MultiStage.Engine.Grpc;

/// <summary>The window this side gives the peer.</summary>
internal sealed class Http2ReceiveWindow(int capacity)
{
    private readonly int _threshold = capacity / 2;
    private int _available = capacity;
    private int _owed;

    /// <summary>Takes octets that came in off the window.</summary>
    /// <returns>Whether the peer was allowed to send them.</returns>
    public bool Take(int count)
    {
        if (count > _available)
        {
            return false;
        }

        _available -= count;
        return true;
    }

    /// <summary>Gives octets back once they have been read.</summary>
    /// <returns>What to tell the peer: nothing until half the window is owed, so that updates stay few.</returns>
    public int Return(int count)
    {
        _owed += count;
        if (_owed < _threshold)
        {
            return 0;
        }

        var increment = _owed;
        _available += increment;
        _owed = 0;
        return increment;
    }
}

/// <summary>Flow control of what comes in, on the connection and its streams (RFC 9113, 5.2 and 6.9).</summary>
internal sealed class Http2Inflow(Http2Sender sender, int connectionCapacity)
{
    private readonly Lock _gate = new();
    private readonly Http2ReceiveWindow _connection = new(connectionCapacity);

    /// <summary>Takes a DATA frame off the connection's window.</summary>
    /// <exception cref="Http2ConnectionException">The peer has sent more than allowed.</exception>
    public void Take(int count)
    {
        lock (_gate)
        {
            if (!_connection.Take(count))
            {
                throw new Http2ConnectionException(Http2ErrorCode.FlowControlError, "the peer has sent more than the connection's window");
            }
        }
    }

    /// <summary>Takes a DATA frame off a stream's window.</summary>
    /// <returns>Whether the peer was allowed to send it.</returns>
    public bool Take(Http2ReceiveWindow stream, int count)
    {
        lock (_gate)
        {
            return stream.Take(count);
        }
    }

    /// <summary>Gives octets back to the connection and, where it still runs, to the stream.</summary>
    public void Return(int count, int streamId = 0, Http2ReceiveWindow? stream = null)
    {
        int forConnection, forStream;
        lock (_gate)
        {
            forConnection = _connection.Return(count);
            forStream = stream?.Return(count) ?? 0;
        }

        Tell(0, forConnection);
        Tell(streamId, forStream);
    }

    private void Tell(int streamId, int increment)
    {
        if (increment > 0)
        {
            sender.Send(Update(streamId, increment));
        }
    }

    /// <summary>Returns the frame that widens a window.</summary>
    public static byte[] Update(int streamId, int increment)
    {
        var payload = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(payload, increment);
        return new Http2Frame(Http2FrameType.WindowUpdate, Http2FrameFlags.None, streamId, payload).ToBytes();
    }
}
