namespace Cake.MultiStage.Building;

/// <summary>Where a Docker engine or a BuildKit is, and how that was found out.</summary>
/// <param name="Address">
/// The address: <c>unix://</c>, <c>npipe://</c>, <c>tcp://</c>, <c>http://</c>, <c>https://</c> or <c>ssh://</c>; of a BuildKit also
/// <c>docker-container://</c>, <c>podman-container://</c> or <c>kube-pod://</c>.
/// </param>
/// <param name="Source">What named it, such as <c>DOCKER_HOST</c>.</param>
public sealed record EngineEndpoint(Uri Address, string Source)
{
    internal EngineEndpoint(Uri address, string source, EngineTls? tls)
        : this(address, source) => Tls = tls;

    /// <summary>Gets the TLS files, or <see langword="null"/> where the connection is not encrypted.</summary>
    internal EngineTls? Tls { get; init; }

    /// <summary>Returns the address and where it came from.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Address.OriginalString} (from {Source})";
}

/// <summary>The TLS files of an endpoint, in PEM form, as the Docker CLI lays them out.</summary>
/// <param name="CertificateAuthority">The file of the authority that signed the engine's certificate, or <see langword="null"/> for the
/// system's.</param>
/// <param name="Certificate">The client's certificate file, or <see langword="null"/>.</param>
/// <param name="Key">The client's key file, or <see langword="null"/>.</param>
/// <param name="Verify">Whether the engine's certificate is checked.</param>
internal sealed record EngineTls(string? CertificateAuthority, string? Certificate, string? Key, bool Verify);
