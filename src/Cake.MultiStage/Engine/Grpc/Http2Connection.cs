namespace Cake.MultiStage.Engine.Grpc;

/// <summary>The life of one connection, from the preface to the last frame.</summary>
internal sealed class Http2Connection
{
    private readonly Stream _transport;
    private readonly GrpcServerLimits _limits;
    private readonly Http2Sender _sender;
    private readonly Http2FrameReader _reader;
    private readonly Http2Streams _streams;
    private readonly Http2Dispatcher _dispatcher;
    private readonly TimeProvider _time;

    /// <summary>Initializes a new instance of the <see cref="Http2Connection"/> class.</summary>
    /// <param name="transport">The duplex stream.</param>
    /// <param name="limits">What to take from the peer.</param>
    /// <param name="serve">Serves a request; ends when its handler has.</param>
    /// <param name="time">The clock.</param>
    public Http2Connection(Stream transport, GrpcServerLimits limits, Func<Http2Stream, Http2Request, Task> serve, TimeProvider time)
    {
        (_transport, _limits, _time) = (transport, limits, time);
        _sender = new Http2Sender(limits.MaxQueuedReplies);
        _reader = new Http2FrameReader(transport, limits.MaxFrameSize);
        _streams = new Http2Streams(limits, _sender, serve);
        _dispatcher = new Http2Dispatcher(limits, _sender, _streams,
            new Http2Nuisances(limits.NuisanceBurst, limits.NuisancesPerSecond, time));
    }

    /// <summary>Serves the connection until it ends, and closes it.</summary>
    public async Task<GrpcServerResult> RunAsync(CancellationToken cancellationToken)
    {
        using var abandon = new CancellationTokenSource();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _sender.Send(Http2Settings.Announce(_limits));
        if (_limits.ConnectionWindow > Http2Settings.DefaultWindow)
        {
            // the connection's window is not a setting (RFC 9113, 6.9.2)
            _sender.Send(Http2Inflow.Update(0, _limits.ConnectionWindow - Http2Settings.DefaultWindow));
        }

        // on threads of their own, for a transport may block instead of waiting
        var pump = Task.Run(() => _sender.PumpAsync(_transport, abandon.Token), CancellationToken.None);
        var reading = Task.Run(() => ReadUntilEndAsync(stop.Token, cancellationToken), CancellationToken.None);
        await Task.WhenAny(reading, pump, _streams.Drained, Task.Delay(Timeout.Infinite, stop.Token));
        await stop.CancelAsync();
        var result = await EndsWithinAsync(reading, _limits.FlushTimeout)
            ? await reading
            : new GrpcServerResult(cancellationToken.IsCancellationRequested ? GrpcEnd.Cancelled : GrpcEnd.TransportFailed,
                Http2ErrorCode.InternalError, "the transport does not stop reading");
        _sender.GoAway(_streams.Last, result.Code, result.Code == Http2ErrorCode.NoError ? "" : result.Detail);
        _streams.AbortAll();

        // nothing of what follows may wait for a peer or a handler without end
        var flushed = await EndsWithinAsync(pump, _limits.FlushTimeout);
        await abandon.CancelAsync();
        await EndsWithinAsync(pump, _limits.FlushTimeout);
        await EndsWithinAsync(Task.Run(async () => await _transport.DisposeAsync(), CancellationToken.None), _limits.FlushTimeout);
        await EndsWithinAsync(_streams.AllServed(), _limits.HandlerGrace);
        var detail = flushed || result.End == GrpcEnd.PeerClosed ? result.Detail : result.Detail + "; the last frames did not get out";
        return result with { Detail = detail, Calls = _streams.Served, Abandoned = _streams.Running };
    }

    private async Task<GrpcServerResult> ReadUntilEndAsync(CancellationToken stop, CancellationToken cancellationToken)
    {
        try
        {
            return await HandshakeAsync(stop) ? await ReadFramesAsync(stop) : Closed();
        }
        catch (Http2ConnectionException exception)
        {
            return new GrpcServerResult(GrpcEnd.PeerFault, exception.Code, exception.Message);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return cancellationToken.IsCancellationRequested
                ? new GrpcServerResult(GrpcEnd.Cancelled, Http2ErrorCode.NoError, "the server was told to stop")
                : _streams.IsDrained ? new GrpcServerResult(GrpcEnd.PeerWentAway, Http2ErrorCode.NoError, "the peer went away")
                : new GrpcServerResult(GrpcEnd.TransportFailed, Http2ErrorCode.InternalError, "the transport takes no more");
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // transports of all kinds have exceptions of all kinds, and none of them is a reason for the caller to fail
            return new GrpcServerResult(GrpcEnd.TransportFailed, Http2ErrorCode.InternalError,
                $"{exception.GetType().Name}: {exception.Message}");
        }
    }

    private async Task<bool> HandshakeAsync(CancellationToken stop)
    {
        using var late = new CancellationTokenSource(_limits.HandshakeTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
        try
        {
            if (!await _reader.ReadPrefaceAsync(either.Token) || await _reader.ReadAsync(either.Token) is not { } first)
            {
                return false;
            }

            // RFC 9113, 3.4
            if (first.Type != Http2FrameType.Settings || first.Has(Http2FrameFlags.Ack))
            {
                throw new Http2ConnectionException(Http2ErrorCode.ProtocolError, "the first frame is not SETTINGS");
            }

            _dispatcher.Take(first);
            return true;
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            throw new Http2ConnectionException(Http2ErrorCode.SettingsTimeout, "the peer did not begin in time");
        }
    }

    private async Task<GrpcServerResult> ReadFramesAsync(CancellationToken stop)
    {
        while (await _reader.ReadAsync(stop) is { } frame)
        {
            stop.ThrowIfCancellationRequested();
            _dispatcher.Take(frame);
        }

        return Closed();
    }

    private static GrpcServerResult Closed() => new(GrpcEnd.PeerClosed, Http2ErrorCode.NoError, "the peer closed the connection");

    private static async Task<bool> EndsWithinAsync(Task task, TimeSpan time)
    {
        // whatever the task ends with, it is over; looking at the exception is all that is due to it
        try
        {
            await task.ContinueWith(ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default).WaitAsync(time);
            return task.IsCompletedSuccessfully;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
