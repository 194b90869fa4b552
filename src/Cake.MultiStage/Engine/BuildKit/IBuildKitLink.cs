using Grpc.Net.Client;

namespace Cake.MultiStage.Engine.BuildKit;

/// <summary>The way to a BuildKit's API: one connection for any number of calls, opened when it is first needed.</summary>
internal interface IBuildKitLink
{
    /// <summary>Gets or sets what the builder can do, once somebody has asked.</summary>
    BuilderFacts? Facts { get; set; }

    /// <summary>Gets the channel that calls are made on.</summary>
    /// <exception cref="EngineException">The builder can't be reached, or refuses.</exception>
    Task<GrpcChannel> ChannelAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Says whether a session has a connection of its own, in which files travel at up to twice the speed that they have inside a call.
    /// </summary>
    Task<bool> HasSessionsOfTheirOwnAsync(CancellationToken cancellationToken);

    /// <summary>Says whether the builder takes upgraded connections.</summary>
    Task<bool> IsUpgradedAsync(CancellationToken cancellationToken);
}
