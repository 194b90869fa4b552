using System.Text.RegularExpressions;

namespace Cake.MultiStage.Checking.Rules;

/// <summary>Knows by its name whether a variable is meant for a secret.</summary>
internal static partial class SecretName
{
    /// <summary>Says whether a name is one that Docker's build check SecretsUsedInArgOrEnv takes for a secret's.</summary>
    public static bool IsLikely(string name) => Likely().IsMatch(name) && !Public().IsMatch(name);

    /// <summary>Says whether a variable holds a secret: one with a name that leaves little doubt and a literal value, or a value with a password in it.</summary>
    public static bool HoldsSecret(string name, string value) => (Certain().IsMatch(name) && Literal().IsMatch(value)) || HasPassword(value);

    /// <summary>Says whether a text is an address or a connection string with a password.</summary>
    public static bool HasPassword(string value) => PasswordInAddress().IsMatch(value) || PasswordInConnection().IsMatch(value);

    [GeneratedRegex("(_|^)(apikey|auth|credentials?|key|password|pword|passwd|secret|token)(_|$)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Likely();

    [GeneratedRegex("(_|^)public(_|$)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Public();

    [GeneratedRegex("(_|^)(password|passwd|secret|token|api_?key|access_key|private_key|secret_key)$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Certain();

    // Not a path to where the secret is, nor a switch, nor a variable.
    [GeneratedRegex(@"\A(?!(true|false|none|null|yes|no|\d{1,3})\z)[^\s/$]\S{2,}\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Literal();

    [GeneratedRegex(@"\b[a-z][a-z0-9+.-]*://[^\s/:@]*:[^\s/:@$%{<][^\s/:@]*@", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PasswordInAddress();

    [GeneratedRegex(@"(\A|[;""])\s*(password|pwd)\s*=\s*[^\s;$%{<]", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PasswordInConnection();
}
