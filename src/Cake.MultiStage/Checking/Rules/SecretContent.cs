using System.Text.RegularExpressions;
using System.Text;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Checking.Rules;

/// <summary>A secret that a text holds.</summary>
/// <param name="Kind">What it is, in words.</param>
/// <param name="Level">How much it matters.</param>
internal sealed record Secret(string Kind, FindingLevel Level);

/// <summary>Knows secrets by their shape. All patterns take time in proportion to the text: what is read may be made to hurt.</summary>
internal static partial class SecretContent
{
    private static readonly string[] SampleEndings = [".example", ".sample", ".template", ".dist", ".tmpl", ".example.json", ".sample.json",
        ".template.json"];

    private static readonly string[] DevelopmentNames = [".development.", ".development", ".dev.", ".local", ".local.", ".test.", ".test"];

    // Keys of packages' own tests are no secrets: everyone has them.
    private static readonly string[] PackageFolders = ["/node_modules/", "/site-packages/", "/dist-packages/", "/gems/"];
    private static readonly string[] TestFolders = ["/test/", "/tests/", "/testdata/", "/fixtures/", "/example/", "/examples/", "/spec/"];

    /// <summary>Says what kind of secret a file holds, and how much it matters; null where it holds none.</summary>
    public static Secret? Of(string path, ReadOnlySpan<byte> content)
    {
        var text = Encoding.Latin1.GetString(content);
        if (Strong(text) is { } kind)
        {
            var isOfTests = PackageFolders.Any(folder => path.Contains(folder, StringComparison.Ordinal))
                && TestFolders.Any(folder => path.Contains(folder, StringComparison.OrdinalIgnoreCase));
            return new Secret(kind, isOfTests ? FindingLevel.Note : FindingLevel.Error);
        }

        var name = PosixPath.NameOf(path);
        if (SampleEndings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }

        var isForDevelopment = DevelopmentNames.Any(
            part => part.EndsWith('.')
                ? name.Contains(part, StringComparison.OrdinalIgnoreCase)
                : name.EndsWith(part, StringComparison.OrdinalIgnoreCase));
        return Gravest("an address with a password", Passwords.In(text), isForDevelopment)
            ?? Gravest("a secret variable", Passwords.InVariables(text), isForDevelopment);
    }

    /// <summary>Says whether a text that everyone can see holds an access token or a key.</summary>
    public static bool HasToken(string text) => Token().IsMatch(text) || PrivateKey().IsMatch(text);

    private static string? Strong(string text) =>
        PrivateKey().IsMatch(text) ? "a private key"
        : Token().IsMatch(text) ? "an access token"
        : NpmToken().IsMatch(text) ? "a registry's token"
        : ClearTextPassword().IsMatch(text) ? "a password in clear text"
        : NetrcPassword().IsMatch(text) ? "a password"
        : DockerAuth().IsMatch(text) ? "registry credentials"
        : CloudKey().IsMatch(text) ? "a key of a cloud"
        : ClusterKey().IsMatch(text) ? "credentials of a cluster"
        : PasswordElement().IsMatch(text) || IndexPassword().IsMatch(text) ? "a registry's password"
        : null;

    /// <summary>
    /// Weighs passwords: one for the own machine is worth little, and in a file for development nothing; one that tools set up by
    /// themselves little.
    /// </summary>
    private static Secret? Gravest(string kind, IEnumerable<Password> passwords, bool isForDevelopment)
    {
        FindingLevel? gravest = null;
        foreach (var password in passwords.Where(password => password.IsMeant && !(password.IsLocal && isForDevelopment)))
        {
            var level = password.IsLocal || isForDevelopment || Passwords.IsDefault(password.Value)
                ? FindingLevel.Warning
                : FindingLevel.Error;
            gravest = gravest is { } known && known >= level ? known : level;
        }

        return gravest is { } found ? new Secret(kind, found) : null;
    }

    [GeneratedRegex(
        "-----BEGIN ([A-Z]+ )*PRIVATE KEY-----",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex PrivateKey();

    // GitHub's, GitLab's, npm's, Slack's, AWS's and Stripe's own forms.
    [GeneratedRegex(
        @"\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22,}|glpat-[A-Za-z0-9_-]{20}|npm_[A-Za-z0-9]{36}"
            + @"|xox[abpr]-[A-Za-z0-9-]{10,}|AKIA[0-9A-Z]{16}|[sr]k_live_[A-Za-z0-9]{24,}"
            + @"|hooks\.slack\.com/services/T[A-Z0-9]+/B[A-Z0-9]+/[A-Za-z0-9]{20,})\b",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Token();

    [GeneratedRegex(
        @":_(authToken|password)\s*=\s*[^\s$]",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex NpmToken();

    [GeneratedRegex(
        "key=\"ClearTextPassword\"\\s+value=\"[^\"%]",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex ClearTextPassword();

    [GeneratedRegex(
        @"^\s*machine\s+\S+\s+login\s+\S+\s+password\s+\S+",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex NetrcPassword();

    [GeneratedRegex("\"auth\"\\s*:\\s*\"[A-Za-z0-9+/=]{8,}\"", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex DockerAuth();

    // Azure's storage and service bus, AWS's credentials file, Google's refresh tokens.
    [GeneratedRegex(
        @"(AccountKey|SharedAccessKey)=[A-Za-z0-9+/]{40,}={0,2}|aws_secret_access_key\s*=\s*[A-Za-z0-9/+]{40}"
            + @"|""refresh_token""\s*:\s*""1//[A-Za-z0-9_-]{20,}""",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex CloudKey();

    // A kubeconfig's user.
    [GeneratedRegex(
        @"^\s*(-\s*)?(client-key-data:\s*[A-Za-z0-9+/=]{20,}|token:\s*[""']?[A-Za-z0-9._-]{20,})",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex ClusterKey();

    // Maven's settings.xml; what is in braces is encrypted.
    [GeneratedRegex(
        @"<(password|passphrase)>\s*[^\s<${][^<]*</(password|passphrase)>",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex PasswordElement();

    // Python's .pypirc.
    [GeneratedRegex(
        @"^\[[a-z]+\][^\[]*^password\s*[=:]\s*[^\s$%{]",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex IndexPassword();
}
