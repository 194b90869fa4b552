namespace Cake.MultiStage.Registries;

/// <summary>What is asked of a registry, as often as it takes.</summary>
/// <param name="Method">The method.</param>
/// <param name="Target">The address, relative to the registry's own.</param>
/// <param name="What">What it is for, as errors begin: <c>Reading 'app:1.0'</c>.</param>
/// <param name="Access">The scopes that a token for it has to have, parted by blanks.</param>
internal sealed record RegistryRequest(HttpMethod Method, string Target, string What, string Access)
{
    public IReadOnlyList<string> Accept { get; init; } = [];

    /// <summary>Gets the first byte that is asked for.</summary>
    public long From { get; init; }

    /// <summary>Makes the body, anew for every attempt.</summary>
    public Func<CancellationToken, Task<HttpContent>>? Content { get; init; }
}
