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

    /// <summary>Says whether the registry wants to know who asks: only then does a login help.</summary>
    public static bool WantsLogin(string error) => Words.Any(word => error.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>Says who asked, and what to do where a login is what lacks.</summary>
    public static string Who(RegistryLogin? login, string registry, string error) =>
        login is not null ? $"as {login}{(WantsLogin(error) ? ", who may not or whose password is another" : "")}"
        : WantsLogin(error) ? $"without a login; 'docker login {registry}' makes one"
        : "without a login";
}
