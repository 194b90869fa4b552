using System.Net.Http.Headers;
using Cake.MultiStage.Building;
using Cake.MultiStage.Engine.BuildKit;
using Cake.MultiStage.Engine.Operations;
using Cake.MultiStage.Images;
using Cake.MultiStage.Registries;

namespace Cake.MultiStage.Engine;

/// <summary>One operation's use of a BuildKit: the one within a Docker engine, or one of its own.</summary>
internal interface IBuilderConnection
{
    /// <summary>Gets what it is called in messages: <c>the Docker engine</c>, <c>BuildKit</c>.</summary>
    string Kind { get; }

    /// <summary>Gets its own version, or that of its engine.</summary>
    string Version { get; }

    /// <summary>Gets where it is.</summary>
    EngineEndpoint Endpoint { get; }

    /// <summary>Gets the way to its API.</summary>
    IBuildKitLink Link { get; }

    /// <summary>Gets what the connection is for. It is stopped when what it reaches falls silent.</summary>
    Operation Operation { get; }

    /// <summary>Gets the credentials to registries that go along with builds and pushes.</summary>
    RegistryKeyring Keyring { get; }

    /// <summary>Gets the platform that it builds for where none is asked for.</summary>
    Platform Platform { get; }

    /// <summary>Gets the ways that outlive the connection, or <see langword="null"/> where it has one of its own.</summary>
    EngineRoutes? Routes { get; }

    /// <summary>Opens a duplex stream beside the link.</summary>
    /// <inheritdoc cref="EngineRoute.UpgradeAsync"/>
    Task<Stream> UpgradeAsync(string path, string what, CancellationToken cancellationToken,
        Action<HttpRequestHeaders>? headers = null, IEnumerable<KeyValuePair<string, string>>? more = null);

    /// <summary>Makes the error for a connection that could not be made or was cut off.</summary>
    EngineException Unreachable(string what, Exception exception);

    /// <summary>Makes the error for what answers and has no such API.</summary>
    /// <param name="what">What is done.</param>
    /// <param name="said">What it said.</param>
    /// <param name="exception">The cause.</param>
    EngineException Foreign(string what, string said, Exception exception);

    /// <summary>Sees whether it answers.</summary>
    Task PingAsync(CancellationToken cancellationToken);
}
