namespace Cake.MultiStage.Building;

/// <summary>
/// Who builds: a builder of the Docker engine, or a BuildKit of its own, by its address. That one keeps no images, so that
/// <c>MultiStageBuildSettings.Outputs</c> has to say where they go.
/// </summary>
/// <example>
/// <code>
/// MultiStageBuild(MultiStageGo("./hello"), build =>
/// {
///     build.Builder = "docker-container://buildkitd";
///     build.Outputs.Add(BuildOutput.Push());
/// });
///
/// MultiStageBuild(MultiStageGo("./hello"), build =>
/// {
///     build.Builder = Builder.At("tcp://buildkit.example.com:1234") with { Certificates = "./certificates" };
///     build.Outputs.Add(BuildOutput.Archive("./artifacts/hello.tar"));
/// });
///
/// MultiStageBuild(MultiStageGo("./hello"), build => build.Builder = BuilderKind.Legacy);
/// </code>
/// </example>
public sealed record Builder
{
    private Builder()
    {
    }

    /// <summary>
    /// Gets the folder of <c>ca.pem</c>, <c>cert.pem</c> and <c>key.pem</c> for <c>tcp://</c>. Without one the connection is not encrypted.
    /// </summary>
    public string? Certificates { get; init; }

    /// <summary>
    /// Gets the platforms, such as <c>linux/arm64</c>, that are built here before anywhere else, where it is one of
    /// <c>MultiStageBuildSettings.Builders</c>. None by default: then each platform goes where it need not be emulated.
    /// </summary>
    public IReadOnlyList<string> Platforms { get; init; } = [];

    /// <summary>Gets the address of a Docker engine; <see langword="null"/> for the usual one, or a BuildKit of its own.</summary>
    internal string? Host { get; private init; }

    /// <summary>Gets the address of a BuildKit of its own; <see langword="null"/> for the engine's builder.</summary>
    internal string? Address { get; private init; }

    /// <summary>Gets the builder of the engine; <see langword="null"/> for a BuildKit of its own.</summary>
    internal BuilderKind? Kind { get; private init; }

    /// <summary>Takes a BuildKit of its own.</summary>
    /// <param name="address">
    /// Its address: <c>unix:///run/buildkit/buildkitd.sock</c>, <c>tcp://host:1234</c>, <c>docker-container://name</c>,
    /// <c>podman-container://name</c> or <c>kube-pod://name?namespace=builds</c>.
    /// </param>
    /// <returns>The builder.</returns>
    public static Builder At(string address)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(address);
        return new Builder { Address = address };
    }

    /// <summary>Takes a Docker engine, whose own builder builds.</summary>
    /// <param name="host">Its address, such as <c>ssh://me@build</c> or <c>tcp://build:2376</c>.</param>
    /// <returns>The builder.</returns>
    public static Builder Engine(string host)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(host);
        return new Builder { Host = host };
    }

    /// <summary>Takes a builder of the engine.</summary>
    /// <param name="kind">Which one; <see langword="null"/> for what the engine offers.</param>
    /// <returns>The builder.</returns>
    public static Builder? FromBuilderKind(BuilderKind? kind) => kind is null ? null : new Builder { Kind = kind };

#pragma warning disable CA2225 // At and FromBuilderKind say the same in words
    /// <summary>Takes a BuildKit of its own, as <see cref="At"/> does.</summary>
    /// <param name="address">Its address.</param>
    public static implicit operator Builder(string address) => At(address);

    /// <summary>Takes a builder of the engine.</summary>
    /// <param name="kind">Which one; <see langword="null"/> for what the engine offers.</param>
    public static implicit operator Builder?(BuilderKind? kind) => FromBuilderKind(kind);
#pragma warning restore CA2225
}
