using System.Text.RegularExpressions;

namespace Cake.MultiStage.Dockerfiles;

/// <summary>Knows by its name whether an argument or a variable is meant for a secret.</summary>
internal static partial class SecretName
{
    /// <summary>
    /// Says whether a name has a word in it that secrets are called by, and is not that of a public key, of a file that holds one, or of a
    /// version.
    /// </summary>
    public static bool IsLikely(string name) => HasWord(name) && !OfOther().IsMatch(name);

    /// <summary>Says the same, whatever the name ends in.</summary>
    public static bool HasWord(string name) => Likely().IsMatch(name) && !Public().IsMatch(name);

    /// <summary>Says whether a name ends in a word that leaves little doubt.</summary>
    public static bool IsCertain(string name) => Certain().IsMatch(name) && !Public().IsMatch(name);

    // BuildKit's own check (dockerfile2llb, SecretsUsedInArgOrEnv) goes by these words; projects abbreviate them, and write dashes.
    [GeneratedRegex("(_|-|^)(apikey|auth|credentials?|key|pass|password|pword|passwd|pwd|secret|token)(_|-|$)", Options)]
    private static partial Regex Likely();

    [GeneratedRegex("(_|-|^)(pass|password|pword|passwd|pwd|secret|token|api[_-]?key|(access|private|secret)[_-]key)$", Options)]
    private static partial Regex Certain();

    [GeneratedRegex("(_|-|^)public(_|-|$)", Options)]
    private static partial Regex Public();

    [GeneratedRegex("(_|-)(file|version)$", Options)]
    private static partial Regex OfOther();

    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
        | RegexOptions.ExplicitCapture;
}
