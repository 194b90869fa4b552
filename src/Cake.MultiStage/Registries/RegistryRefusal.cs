namespace Cake.MultiStage.Registries;

/// <summary>What a registry's refusal is about, by its words as engines pass them on.</summary>
internal static class RegistryRefusal
{
    // distribution's error codes UNAUTHORIZED and DENIED, and what moby and containerd make of a 401 or 403.
    private static readonly string[] Words =
    [
        "unauthorized", "authentication required", "no basic auth credentials", "authorization failed", "insufficient_scope",
            "insufficient scope",
        "access denied", "denied:", "is denied", "401", "403", "may require 'docker login'",
    ];

    /// <summary>Says whether the registry wants to know who asks: only then do credentials help.</summary>
    public static bool WantsCredentials(string error) => Words.Any(word => error.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>Says who asked, and what to do where credentials are what lacks.</summary>
    public static string Who(RegistryCredentials? credentials, string registry, string error) =>
        credentials is not null ? $"as {credentials}{(WantsCredentials(error) ? ", who may not or whose password is another" : "")}"
        : WantsCredentials(error) ? $"without credentials; 'docker login {registry}' provides them"
        : "without credentials";
}
