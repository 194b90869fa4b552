using System.Text.RegularExpressions;
using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Checking;

/// <summary>
/// Asks for the content of what rules look into: small files whose name is that of files with secrets, settings of runtimes and servers,
/// and the lists of users and groups.
/// </summary>
internal sealed partial class CheckedContent : IContentSelector
{
    private const int Most = 64 * 1024;
    private const int MostOfUsers = 1024 * 1024;

    public int BytesOf(string path, long size, int mode) =>
        path is "/etc/passwd" or "/etc/group" ? (int)Math.Min(size, MostOfUsers)
        : size <= Most && IsLookedInto(path) ? (int)size
        : 0;

    private static bool IsLookedInto(string path)
    {
        var name = path.AsSpan(path.LastIndexOf('/') + 1);
        return FileName().IsMatch(name)
            || path.EndsWith("/.git/config", StringComparison.Ordinal)
            || path.EndsWith("/.kube/config", StringComparison.Ordinal)
            || name.EndsWith(".runtimeconfig.json", StringComparison.Ordinal)
            || (path.StartsWith("/etc/", StringComparison.Ordinal)
                && (name.EndsWith(".conf", StringComparison.Ordinal) || name is "Caddyfile"));
    }

    [GeneratedRegex(
        @"\A(\.env(\..*)?|\.npmrc|\.netrc|\.pypirc|\.git-credentials|nuget\.config|id_(rsa|dsa|ecdsa|ed25519)|.*\.(pem|key|p12|pfx)"
            + @"|credentials(\.json)?|.*credentials\.json|service-?account.*\.json|appsettings(\..*)?\.json|secrets\.json|kubeconfig"
            + @"|config\.json|\.dockercfg|settings\.xml|auth\.json)\z",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex FileName();
}
