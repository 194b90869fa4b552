using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Cake.MultiStage.Engine.Grpc;

/// <summary>The streams of a connection. Opened and looked up by the reader, ended by whoever serves them.</summary>
internal sealed class Http2Streams(GrpcServerLimits limits, Http2Sender sender, Func<Http2Stream, Http2Request, Task> serve)
{
    // how many streams this side has ended are remembered, for frames the peer had sent before it knew (RFC 9113, 5.1)
    private const int Remembered = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, Http2Stream> _open = [];
    private readonly Queue<int> _endedHere = new();
    private readonly HashSet<Task> _running = [];
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _goingAway;

    /// <summary>Gets the account of what comes in.</summary>
    public Http2Inflow Inflow { get; } = new(sender, limits.ConnectionWindow);

    /// <summary>Gets the highest stream the peer has opened.</summary>
    public int Last { get; private set; }

    /// <summary>Gets the number of calls taken up.</summary>
    public int Served { get; private set; }

    /// <summary>Gets the number of calls whose handlers have not returned.</summary>
    public int Running
    {
        get
        {
            lock (_gate)
            {
                return _running.Count(task => !task.IsCompleted);
            }
        }
    }

    /// <summary>Gets a task that ends when the peer goes away and nothing is left to do for it.</summary>
    public Task Drained => _drained.Task;

    /// <summary>Gets a value indicating whether the peer goes away and nothing is left to do for it.</summary>
    public bool IsDrained
    {
        get
        {
            lock (_gate)
            {
                return _goingAway && _running.Count == 0;
            }
        }
    }

    /// <summary>Looks up a stream that has not ended.</summary>
    public bool TryGet(int id, [NotNullWhen(true)] out Http2Stream? stream)
    {
        lock (_gate)
        {
            return _open.TryGetValue(id, out stream);
        }
    }

    /// <summary>Says whether this side has ended a stream of late.</summary>
    public bool EndedHere(int id)
    {
        lock (_gate)
        {
            return _endedHere.Contains(id);
        }
    }

    /// <summary>Takes up a request.</summary>
    /// <exception cref="Http2StreamException">The request is malformed, or one too many.</exception>
    public void Open(int id, ImmutableArray<HeaderField> fields, bool ended)
    {
        Last = id;
        var request = Http2Request.Read(id, fields);
        Http2Stream stream;
        lock (_gate)
        {
            // a handler may take its time after its stream has ended, so those get as much room again: a peer that resets
            // as fast as it opens is refused, one that opens the next as soon as the last has ended is not
            if (_open.Count >= limits.MaxConcurrentStreams || _running.Count >= 2L * limits.MaxConcurrentStreams)
            {
                throw new Http2StreamException(id, Http2ErrorCode.RefusedStream, "there are too many calls");
            }

            stream = new Http2Stream(id, request.ContentLength, limits.StreamWindow, sender, Inflow, Ending);
            _open.Add(id, stream);
            Served++;
        }

        try
        {
            if (ended)
            {
                stream.ReceiveEnd();
            }
        }
        catch (Http2StreamException)
        {
            Forget(id, endedHere: true);
            stream.Abort();
            throw;
        }

        Run(stream, request);
    }

    /// <summary>Ends a stream at once.</summary>
    /// <param name="id">The stream.</param>
    /// <param name="endedHere">Whether this side ends it, so that the peer may not know yet.</param>
    public void Abort(int id, bool endedHere)
    {
        if (Forget(id, endedHere) is { } stream)
        {
            stream.Abort();
        }
    }

    /// <summary>Ends all streams at once.</summary>
    public void AbortAll()
    {
        ImmutableArray<int> ids;
        lock (_gate)
        {
            ids = [.. _open.Keys];
        }

        foreach (var id in ids)
        {
            Abort(id, endedHere: true);
        }
    }

    /// <summary>Takes note that the peer goes away: the connection is over with its last stream.</summary>
    public void Drain()
    {
        lock (_gate)
        {
            _goingAway = true;
        }

        TellIfDrained();
    }

    /// <summary>Returns a task that ends when all handlers have returned.</summary>
    public Task AllServed()
    {
        lock (_gate)
        {
            return Task.WhenAll(_running);
        }
    }

    private void Run(Http2Stream stream, Http2Request request)
    {
        // not on this thread, which reads the connection
        var running = Task.Run(() => serve(stream, request), CancellationToken.None);
        lock (_gate)
        {
            _running.Add(running);
        }

        _ = running.ContinueWith(
            task =>
            {
                lock (_gate)
                {
                    _running.Remove(task);
                }

                TellIfDrained();
            },
            CancellationToken.None,
            TaskContinuationOptions.None,
            TaskScheduler.Default);
    }

    private void Ending(Http2Stream stream)
    {
        lock (_gate)
        {
            if (_open.Remove(stream.Id) && !stream.RemoteEnded)
            {
                Remember(stream.Id);
            }
        }
    }

    private Http2Stream? Forget(int id, bool endedHere)
    {
        lock (_gate)
        {
            if (endedHere)
            {
                Remember(id);
            }

            return _open.Remove(id, out var stream) ? stream : null;
        }
    }

    private void Remember(int id)
    {
        _endedHere.Enqueue(id);
        if (_endedHere.Count > Remembered)
        {
            _endedHere.Dequeue();
        }
    }

    private void TellIfDrained()
    {
        if (IsDrained)
        {
            _drained.TrySetResult();
        }
    }
}
