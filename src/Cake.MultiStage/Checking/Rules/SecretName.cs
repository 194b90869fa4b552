using System.Text.RegularExpressions;

namespace Cake.MultiStage.Checking.Rules;

/// <summary>Knows by its name whether a variable is meant for a secret.</summary>
internal static partial class SecretName
{
    private static readonly HashSet<string> Switches = new(["true", "false", "none", "null", "yes", "no"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Says whether a name is one that Docker's build check SecretsUsedInArgOrEnv takes for a secret's.</summary>
    public static bool IsLikely(string name) => Likely().IsMatch(name) && !Public().IsMatch(name);

    /// <summary>
    /// Says whether a variable holds a secret: one with a name that leaves little doubt and a literal value, or a value with a password in
    /// it.
    /// </summary>
    public static bool HoldsSecret(string name, string value) => (Certain().IsMatch(name) && IsLiteral(value)) || HasPassword(value);

    /// <summary>Says whether a text is an address or a connection string with a password.</summary>
    public static bool HasPassword(string value) => Passwords.In(value).Any(password => password.IsMeant);

    // Not a path to where the secret is, nor a switch, nor a variable, nor what stands for a secret.
    private static bool IsLiteral(string value) =>
        value.Length >= 3 && value[0] is not ('/' or '$') && !value.AsSpan().ContainsAny(" \t\r\n") && !Switches.Contains(value)
        && !(value.Length == 3 && value.All(char.IsAsciiDigit)) && !Passwords.IsPlaceholder(value);

    [GeneratedRegex(
        "(_|^)(apikey|auth|credentials?|key|password|pword|passwd|secret|token)(_|$)",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Likely();

    [GeneratedRegex(
        "(_|^)public(_|$)",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Public();

    [GeneratedRegex(
        "(_|^)(password|passwd|secret|token|api_?key|access_key|private_key|secret_key)$",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Certain();
}
