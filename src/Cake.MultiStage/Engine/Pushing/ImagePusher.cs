using Cake.MultiStage.Building;
using Cake.MultiStage.Images;
using Cake.MultiStage.Registries;
using Docker.DotNet.Models;

namespace Cake.MultiStage.Engine.Pushing;

/// <summary>Pushes references to their registries, and tries again what fails for a passing reason.</summary>
internal sealed class ImagePusher(EngineConnection connection, TimeProvider time)
{
    private const int Attempts = 4;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    // What the daemon says of faults that pass: of the network, and of a registry that is overloaded or restarted.
    private static readonly string[] Passing =
        ["timeout", "connection refused", "connection reset", "broken pipe", "EOF", "TLS handshake", "too many requests", "toomanyrequests",
            "500 Internal", "502 Bad", "503 Service", "504 Gateway", "received unexpected HTTP status: 5"];

    /// <exception cref="MultiStageException">A registry refused; the message says which, whose credentials, and which
    /// reference.</exception>
    public async Task<PushedImage> PushAsync(ImageReference reference, IBuildObserver observer, CancellationToken cancellationToken)
    {
        var credentials = await connection.Keyring.FindAsync(reference.Registry, cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            var (pushed, error) = await TryAsync(reference, credentials, observer, cancellationToken);
            if (pushed is not null)
            {
                return pushed;
            }

            if (attempt == Attempts || !Passing.Any(text => error.Contains(text, StringComparison.OrdinalIgnoreCase)))
            {
                var who = RegistryRefusal.Who(credentials, reference.Registry, error);
                throw new MultiStageException($"Pushing '{reference}' to {reference.Registry} failed, {who}: "
                    + $"{error}{(attempt == 1 ? "" : $" (tried {attempt} times)")}");
            }

            var pause = FirstPause * Math.Pow(2, attempt - 1);
            observer.On(new BuildWarning($"Pushing '{reference}' failed: {error} Trying again in {pause.TotalSeconds:0} s."));
            await Task.Delay(pause, time, cancellationToken);
        }
    }

    private async Task<(PushedImage? Pushed, string Error)> TryAsync(
        ImageReference reference, RegistryCredentials? credentials, IBuildObserver observer, CancellationToken cancellationToken)
    {
        var progress = new PushProgress(reference, observer);
        try
        {
            await connection.GuardAsync($"Pushing '{reference}'", async () =>
            {
                await connection.Client.Images.PushImageAsync(
                    reference.FamiliarName, new ImagePushParameters { Tag = reference.Tag }, EngineImages.Auth(credentials,
                        reference.Registry),
                    progress, cancellationToken);
                return true;
            });
        }
        catch (EngineException exception) when (exception.InnerException is Docker.DotNet.DockerApiException)
        {
            return (null, exception.Message);
        }

        return progress is { Error: null, Pushed: { } pushed } ? (pushed, "")
            : (null, progress.Error ?? "the registry took it, but the engine named no digest");
    }
}
