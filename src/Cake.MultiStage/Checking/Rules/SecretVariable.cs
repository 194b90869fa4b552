using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Checking.Rules;

/// <summary>Knows by its name and value whether a variable holds a secret.</summary>
internal static class SecretVariable
{
    private static readonly HashSet<string> Switches = new(["true", "false", "none", "null", "yes", "no"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Says whether a variable holds a secret: one with a name that leaves little doubt and a literal value, or a value with a password in
    /// it.
    /// </summary>
    public static bool HoldsSecret(string name, string value) => (SecretName.IsCertain(name) && IsLiteral(value)) || HasPassword(value);

    /// <summary>Says whether a text is an address or a connection string with a password.</summary>
    private static bool HasPassword(string value) => Passwords.In(value).Any(password => password.IsMeant);

    // Not a path to where the secret is, nor a switch, nor a variable, nor what stands for a secret.
    private static bool IsLiteral(string value) =>
        value.Length >= 3 && value[0] is not ('/' or '$') && !value.AsSpan().ContainsAny(" \t\r\n") && !Switches.Contains(value)
        && !(value.Length == 3 && value.All(char.IsAsciiDigit)) && !Passwords.IsPlaceholder(value);
}
