using System.Text.Json;

namespace Cake.MultiStage.Registries;

/// <summary>
/// Asks a program <c>docker-credential-NAME</c> by docker/docker-credential-helpers' protocol: <c>get</c>, the server on
/// standard input, JSON on standard output.
/// </summary>
internal sealed class CredentialHelper(string name)
{
    /// <summary>What the names of all helpers begin with.</summary>
    public const string Prefix = "docker-credential-";

    private const string NotFound = "credentials not found in native keychain";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    // Helpers open the user's key ring, or log in to a cloud as the user.
    private static readonly string[] Variables =
    [
        "DOCKER_*", "DBUS_*", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "GPG_*", "GNUPGHOME", "PASSWORD_STORE_*", "HTTP_PROXY",
            "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY",
        "http_proxy", "https_proxy", "no_proxy", "all_proxy", "SSL_CERT_*", "AWS_*", "AZURE_*", "ACR_*", "MSI_*", "IDENTITY_*", "GOOGLE_*",
            "CLOUDSDK_*", "GCR_*",
        "GITHUB_TOKEN", "GH_TOKEN", "GITLAB_TOKEN", "CI_JOB_TOKEN", "CI_REGISTRY*", "OCI_*", "ALIBABA_*",
    ];

    private string Program => Prefix + name;

    public async Task<RegistryCredentials?> FindAsync(string server, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await new HostProgram(Program, ["get"], Variables).RunAsync(server + "\n", Limit, cancellationToken);
            return answer.ExitCode == 0 ? Read(answer.Output, server)
                : answer.Output.Contains(NotFound, StringComparison.OrdinalIgnoreCase) ? null
                : throw new MultiStageException(
                    $"The credential helper '{Program}' failed for '{server}': "
                        + $"{(answer.Output.Length > 0 ? answer.Output : answer.Error)}");
        }
        catch (HostProgramException exception)
        {
            throw new MultiStageException($"Docker's config.json names the credential helper '{Program}', which was to be asked for the "
                + $"credentials for '{server}': {exception.Message}. Install it in a folder of PATH, or take it out of credsStore or "
                + "credHelpers.",
                exception);
        }
    }

    private static RegistryCredentials? Read(string output, string server)
    {
        try
        {
            using var json = JsonDocument.Parse(output);
            var user = json.RootElement.GetProperty("Username").GetString() ?? "";
            var secret = json.RootElement.GetProperty("Secret").GetString() ?? "";
            // The protocol's name for an identity token.
            return secret.Length == 0 ? null : new RegistryCredentials(user == "<token>" ? "" : user, secret);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new MultiStageException($"A credential helper's answer for '{server}' can't be read: {exception.Message}", exception);
        }
    }
}
