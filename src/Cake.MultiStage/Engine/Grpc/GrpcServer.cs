using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cake.MultiStage.Engine.Grpc;

/// <summary>Why a connection ended.</summary>
internal enum GrpcEnd
{
    /// <summary>The peer closed the connection.</summary>
    PeerClosed,

    /// <summary>The peer said that it goes away, and its last call ended.</summary>
    PeerWentAway,

    /// <summary>The peer broke the protocol, or was too slow with its first words.</summary>
    PeerFault,

    /// <summary>This side was told to stop.</summary>
    Cancelled,

    /// <summary>The transport failed.</summary>
    TransportFailed,
}

/// <summary>How a connection ended.</summary>
/// <param name="End">Why.</param>
/// <param name="Code">The code the peer was told.</param>
/// <param name="Detail">More about it, for a log.</param>
/// <param name="Calls">How many calls there were.</param>
/// <param name="Abandoned">How many handlers had not returned although they were cancelled.</param>
internal sealed record GrpcServerResult(GrpcEnd End, Http2ErrorCode Code, string Detail, int Calls = 0, int Abandoned = 0);

/// <summary>A gRPC server over one duplex stream, which speaks HTTP/2 with prior knowledge (RFC 9113, 3.3).</summary>
/// <remarks>A server has no state of its own, so it may serve any number of connections at a time.</remarks>
internal sealed class GrpcServer
{
    private readonly GrpcServerLimits _limits;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly GrpcCallRunner _runner;

    /// <summary>Initializes a new instance of the <see cref="GrpcServer"/> class.</summary>
    /// <param name="methods">The methods, each with a path of its own.</param>
    /// <param name="limits">What to take from a peer.</param>
    /// <param name="logger">Where to tell of failed handlers and faulty peers.</param>
    /// <param name="time">The clock of deadlines and limits.</param>
    public GrpcServer(IReadOnlyCollection<GrpcMethod> methods, GrpcServerLimits limits, ILogger? logger = null, TimeProvider? time = null)
    {
        _limits = limits.Checked();
        _logger = logger ?? NullLogger.Instance;
        _time = time ?? TimeProvider.System;
        _runner = new GrpcCallRunner(methods.ToDictionary(method => method.Path, StringComparer.Ordinal)
            .ToFrozenDictionary(StringComparer.Ordinal), limits.MaxMessageSize, _time, _logger);
    }

    /// <summary>Serves a connection until it ends, and closes it. Faults of the peer are in the result, not thrown.</summary>
    /// <param name="transport">The duplex stream. It is disposed of in the end.</param>
    /// <param name="cancellationToken">Ends the connection and cancels its calls.</param>
    /// <returns>How the connection ended.</returns>
    public async Task<GrpcServerResult> RunAsync(Stream transport, CancellationToken cancellationToken)
    {
        var connection = new Http2Connection(transport, _limits, _runner.RunAsync, _time);
        var result = await connection.RunAsync(cancellationToken);
        _logger.LogDebug("A gRPC connection ended after {Calls} calls: {End}, {Code}, {Detail}", result.Calls, result.End, result.Code,
            result.Detail);
        return result;
    }
}
