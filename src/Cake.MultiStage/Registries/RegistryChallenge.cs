using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Cake.MultiStage.Registries;

/// <summary>
/// How a registry wants to be asked, by its header <c>WWW-Authenticate</c> (RFC 9110, section 11.6.1; distribution's "Token Authentication
/// Specification").
/// </summary>
/// <param name="Realm">Where tokens are to be had; <see langword="null"/> where user and password are wanted.</param>
/// <param name="Service">What the token server calls the registry.</param>
/// <param name="Scope">What the token has to allow.</param>
internal sealed partial record RegistryChallenge(string? Realm, string? Service, string? Scope)
{
    /// <summary>Reads an answer's challenges: one for a token is preferred to one for a password.</summary>
    /// <returns>The challenge, or <see langword="null"/> where none is known to us.</returns>
    public static RegistryChallenge? Of(HttpHeaderValueCollection<AuthenticationHeaderValue> headers)
    {
        var bearer = headers.FirstOrDefault(header => Is(header, "Bearer") && Value(header, "realm") is { Length: > 0 });
        return bearer is not null ? new RegistryChallenge(Value(bearer, "realm"), Value(bearer, "service"), Value(bearer, "scope"))
            : headers.Any(header => Is(header, "Basic")) ? new RegistryChallenge(null, null, null)
            : null;
    }

    private static bool Is(AuthenticationHeaderValue header, string scheme) =>
        header.Scheme.Equals(scheme, StringComparison.OrdinalIgnoreCase);

    private static string? Value(AuthenticationHeaderValue header, string name) =>
        Parameters().Matches(header.Parameter ?? "")
            .FirstOrDefault(match => match.Groups["name"].Value.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } found
            ? found.Groups["quoted"] is { Success: true } quoted ? quoted.Value.Replace("\\\"", "\"", StringComparison.Ordinal)
                : found.Groups["plain"].Value
            : null;

    [GeneratedRegex(
        """(?:\A|[,\s])\s*(?<name>[A-Za-z_-]+)\s*=\s*(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<plain>[^\s",]+))""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Parameters();
}
