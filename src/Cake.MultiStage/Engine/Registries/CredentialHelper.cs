using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Cake.MultiStage.Engine.Registries;

/// <summary>
/// Asks a program <c>docker-credential-NAME</c> by docker/docker-credential-helpers' protocol: <c>get</c>, the server on
/// standard input, JSON on standard output.
/// </summary>
internal sealed class CredentialHelper(string name)
{
    private const string NotFound = "credentials not found in native keychain";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private string Program => "docker-credential-" + name;

    public async Task<RegistryLogin?> FindAsync(string server, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        using var process = Start();
        try
        {
            await AskAsync(process, server, limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            var output = (await process.StandardOutput.ReadToEndAsync(limit.Token)).Trim();
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0 ? Read(output, server)
                : output.Contains(NotFound, StringComparison.OrdinalIgnoreCase) ? null
                : throw new MultiStageException($"The credential helper '{Program}' failed for '{server}': {(output.Length > 0 ? output : (await errors).Trim())}");
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            throw new MultiStageException($"The credential helper '{Program}' gave no answer for '{server}' within {Limit.TotalSeconds:0} seconds.", exception);
        }
    }

    private static async Task AskAsync(Process process, string server, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.WriteLineAsync(server.AsMemory(), cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // A helper may answer, or fail, without having read the question; its answer and exit code say all there is.
        }
    }

    private static RegistryLogin? Read(string output, string server)
    {
        try
        {
            using var json = JsonDocument.Parse(output);
            var user = json.RootElement.GetProperty("Username").GetString() ?? "";
            var secret = json.RootElement.GetProperty("Secret").GetString() ?? "";
            // The protocol's name for an identity token.
            return secret.Length == 0 ? null : new RegistryLogin(user == "<token>" ? "" : user, secret);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new MultiStageException($"A credential helper's answer for '{server}' can't be read: {exception.Message}", exception);
        }
    }

    private Process Start()
    {
        try
        {
            return Process.Start(new ProcessStartInfo(Program, ["get"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            }) ?? throw new MultiStageException($"The credential helper '{Program}' did not start.");
        }
        catch (Win32Exception exception)
        {
            throw new MultiStageException($"Docker's config.json names the credential helper '{Program}', which can't be started: {exception.Message}. Install it, or take it out of credsStore or credHelpers.", exception);
        }
    }
}
