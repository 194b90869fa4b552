namespace Cake.MultiStage.Engine.Sessions;

/// <summary>Gets the duplex stream over which the daemon calls the services of a session.</summary>
internal interface ISessionTransport
{
    /// <summary>Opens the stream.</summary>
    /// <param name="id">The session's id, which the build names.</param>
    /// <param name="sharedKey">What the daemon keeps the session's files under.</param>
    /// <param name="cancellationToken">Stops opening.</param>
    /// <returns>The stream, which ends when it is disposed of.</returns>
    /// <exception cref="EngineException">The engine refuses, or is gone.</exception>
    Task<Stream> OpenAsync(string id, string sharedKey, CancellationToken cancellationToken);
}
