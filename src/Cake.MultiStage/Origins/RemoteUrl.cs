namespace Cake.MultiStage.Origins;

/// <summary>
/// Makes of a git remote the address that people can open: no credentials, https for ssh where the forge's web address is evident.
/// </summary>
internal static class RemoteUrl
{
    private const string AzureSsh = "ssh.dev.azure.com";

    /// <summary>Returns the address, or <see langword="null"/> where the remote is a folder or nothing a label could name.</summary>
    public static string? Clean(string? remote)
    {
        var text = remote?.Trim() ?? "";
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return text.Any(character => char.IsControl(character) || char.IsWhiteSpace(character)) ? null
            : text.Contains("://", StringComparison.Ordinal) ? FromUrl(text)
            // git reads host:path as ssh, unless a slash stands before the colon; one letter is a Windows drive.
            : colon > 1 && !text[..colon].Contains('/', StringComparison.Ordinal)
                && !text[colon..].StartsWith("::", StringComparison.Ordinal)
                ? FromSsh(text[..colon], port: -1, text[(colon + 1)..])
            : null;
    }

    private static string? FromUrl(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Host.Length == 0)
        {
            return null;
        }

        return url.Scheme switch
        {
            "http" or "https" or "git" => $"{url.Scheme}://{url.Authority}{WithoutSuffix(url.AbsolutePath)}",
            "ssh" or "git+ssh" or "ssh+git" => FromSsh($"{url.UserInfo.Split(':')[0]}@{url.Host}", url.Port, url.AbsolutePath),
            _ => null,
        };
    }

    private static string? FromSsh(string account, int port, string path)
    {
        var at = account.LastIndexOf('@');
        var (user, host) = (account[..Math.Max(at, 0)], account[(at + 1)..]);
        var repository = WithoutSuffix("/" + path.Trim('/'));
        if (host.Length == 0 || repository.Length == 1)
        {
            return null;
        }

        // git@ssh.dev.azure.com:v3/organization/project/repository
        if (host == AzureSsh && repository.Split('/') is [_, "v3", var organization, var project, var name])
        {
            return $"https://dev.azure.com/{organization}/{project}/_git/{name}";
        }

        // Forges let everyone in as "git"; any other account is one on somebody's server, which need not have a web address.
        var isForge = user == "git" && host.Contains('.', StringComparison.Ordinal) && port is (-1 or 22);
        return isForge ? $"https://{host}{repository}"
            : port is -1 or 22 ? $"ssh://{host}{repository}"
            : FormattableString.Invariant($"ssh://{host}:{port}{repository}");
    }

    private static string WithoutSuffix(string path)
    {
        var trimmed = path.TrimEnd('/');
        return trimmed.EndsWith(".git", StringComparison.Ordinal)
            && !trimmed.EndsWith("/.git", StringComparison.Ordinal) ? trimmed[..^4] : trimmed;
    }
}
