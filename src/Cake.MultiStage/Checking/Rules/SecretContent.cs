using System.Text;
using System.Text.RegularExpressions;
using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Checking.Rules;

/// <summary>Asks for the content of small files whose name is that of files with secrets, of .NET's runtime configurations, and of the lists of users and groups; knows secrets by their shape.</summary>
internal sealed partial class SecretContent : IContentSelector
{
    private const int Most = 64 * 1024;
    private const int MostOfUsers = 1024 * 1024;

    public int BytesOf(string path, long size, int mode)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        return path is "/etc/passwd" or "/etc/group" ? (int)Math.Min(size, MostOfUsers)
            : size <= Most && (FileName().IsMatch(name) || path.EndsWith("/.git/config", StringComparison.Ordinal) || path.EndsWith("/.kube/config", StringComparison.Ordinal) || name.EndsWith(".runtimeconfig.json", StringComparison.Ordinal)) ? (int)size : 0;
    }

    /// <summary>Says what kind of secret a text holds; null where it holds none.</summary>
    public static string? Kind(ReadOnlySpan<byte> content)
    {
        var text = Encoding.Latin1.GetString(content);
        return PrivateKey().IsMatch(text) ? "a private key"
            : Token().IsMatch(text) ? "an access token"
            : NpmToken().IsMatch(text) ? "a registry's token"
            : ClearTextPassword().IsMatch(text) ? "a password in clear text"
            : NetrcPassword().IsMatch(text) ? "a password"
            : DockerAuth().IsMatch(text) ? "a registry's login"
            : CloudKey().IsMatch(text) ? "a key of a cloud"
            : ClusterKey().IsMatch(text) ? "a login to a cluster"
            : PasswordElement().IsMatch(text) || IndexPassword().IsMatch(text) ? "a registry's password"
            : SecretName.HasPassword(text) ? "an address with a password"
            : DotEnvSecret().IsMatch(text) ? "a secret variable"
            : null;
    }

    /// <summary>Says whether a text that everyone can see holds an access token or a key.</summary>
    public static bool HasToken(string text) => Token().IsMatch(text) || PrivateKey().IsMatch(text);

    [GeneratedRegex(@"\A(\.env(\..*)?|\.npmrc|\.netrc|\.pypirc|\.git-credentials|nuget\.config|id_(rsa|dsa|ecdsa|ed25519)|.*\.(pem|key|p12|pfx)|credentials(\.json)?|.*credentials\.json|service-?account.*\.json|appsettings(\..*)?\.json|secrets\.json|kubeconfig|config\.json|\.dockercfg|settings\.xml|auth\.json)\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FileName();

    [GeneratedRegex("-----BEGIN ([A-Z]+ )*PRIVATE KEY-----", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PrivateKey();

    // GitHub's, GitLab's, npm's, Slack's, AWS's and Stripe's own forms.
    [GeneratedRegex(@"\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22,}|glpat-[A-Za-z0-9_-]{20}|npm_[A-Za-z0-9]{36}|xox[abpr]-[A-Za-z0-9-]{10,}|AKIA[0-9A-Z]{16}|[sr]k_live_[A-Za-z0-9]{24,}|hooks\.slack\.com/services/T[A-Z0-9]+/B[A-Z0-9]+/[A-Za-z0-9]{20,})\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Token();

    [GeneratedRegex(@":_(authToken|password)\s*=\s*[^\s$]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NpmToken();

    [GeneratedRegex("key=\"ClearTextPassword\"\\s+value=\"[^\"%]", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ClearTextPassword();

    [GeneratedRegex(@"^\s*machine\s+\S+\s+login\s+\S+\s+password\s+\S+", RegexOptions.CultureInvariant | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NetrcPassword();

    [GeneratedRegex("\"auth\"\\s*:\\s*\"[A-Za-z0-9+/=]{8,}\"", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DockerAuth();

    // Azure's storage and service bus, AWS's credentials file, Google's refresh tokens.
    [GeneratedRegex(@"(AccountKey|SharedAccessKey)=[A-Za-z0-9+/]{40,}={0,2}|aws_secret_access_key\s*=\s*[A-Za-z0-9/+]{40}|""refresh_token""\s*:\s*""1//[A-Za-z0-9_-]{20,}""", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CloudKey();

    // A kubeconfig's user.
    [GeneratedRegex(@"^\s*(-\s*)?(client-key-data:\s*[A-Za-z0-9+/=]{20,}|token:\s*[""']?[A-Za-z0-9._-]{20,})", RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ClusterKey();

    // Maven's settings.xml; what is in braces is encrypted.
    [GeneratedRegex(@"<(password|passphrase)>\s*[^\s<${]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PasswordElement();

    // Python's .pypirc.
    [GeneratedRegex(@"^\[[a-z]+\][^\[]*^password\s*[=:]\s*[^\s$%{]", RegexOptions.CultureInvariant | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex IndexPassword();

    [GeneratedRegex(@"^\s*(export\s+)?[A-Z0-9_]*(SECRET|PASSWORD|TOKEN|API_?KEY)[A-Z0-9_]*\s*=\s*['""]?[^\s'""$]{6,}", RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DotEnvSecret();
}
