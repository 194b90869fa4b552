using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Cake.MultiStage.Building;
using Cake.MultiStage.Contexts;
using Cake.MultiStage.Engine.Sessions;
using Cake.MultiStage.Images;
using Google.Protobuf;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>Builds by BuildKit, carried by <c>POST /build?version=2</c>.</summary>
internal sealed class BuildKitBuilder(EngineConnection connection) : IImageBuilder
{
    private const string What = "The build";
    private static readonly TimeSpan CancelLimit = TimeSpan.FromSeconds(5);

    public async Task<BuildResult> BuildAsync(BuildRequest request, BuildContext context, IBuildObserver observer, CancellationToken cancellationToken)
    {
        SessionNeeds.Check(request, observer);
        var dockerfile = request.Dockerfile.Render();
        var steps = new StepRecorder(observer, SecretArguments.MaskOf(request));
        var trace = new BuildKitTrace(steps, observer);
        var buildId = Guid.NewGuid().ToString("N");
        var files = new FileSyncService(context, BuildRequest.DockerfileName, dockerfile.Text, new ContextProgress(observer));
        Digest? id = null;
        try
        {
            await using var agents = await SshAgents.OpenAsync(request.SshAgents, cancellationToken);
            await using var session = await BuildSession.OpenAsync(
                new OfferedSessionTransport(connection),
                request.NoCache ? buildId : SharedKey(context),
                [SessionServices.Health(), SessionServices.Secrets(request.Secrets), SessionServices.Credentials(connection.Logins), files.Method, .. new SshService(agents.Sockets).Methods],
                connection.Logger,
                cancellationToken);
            using var response = await connection.SendAsync(HttpMethod.Post, BuildQuery.Of(request, BuilderKind.BuildKit, buildId, session.Id), content: null, What, cancellationToken);
            await foreach (var message in JsonLines.ReadAsync(response, connection, What, cancellationToken))
            {
                if (JsonLines.ErrorOf(message) is { } error)
                {
                    var failed = steps.Failed;
                    throw BuildFailure.Of(dockerfile, failed?.Name, failed?.Output ?? [], failed?.Error ?? steps.Shown(error));
                }

                var aux = message.TryGetProperty("aux", out var value) ? value : default;
                switch (message.TryGetProperty("id", out var kind) ? kind.GetString() : null)
                {
                    case "moby.buildkit.trace" when aux.ValueKind == JsonValueKind.String:
                        ReadTrace(trace, aux);
                        break;
                    case "moby.image.id" when aux.ValueKind == JsonValueKind.Object && aux.TryGetProperty("ID", out var identifier):
                        id = Digest.Parse(identifier.GetString() ?? "");
                        break;
                    default:
                        break;
                }
            }
        }
        catch (MultiStageException) when (files.ReadError is not null)
        {
            throw files.ReadError;
        }
        catch (OperationCanceledException)
        {
            await CancelAsync(buildId);
            throw;
        }

        return id is null
            ? throw new EngineException($"{What} failed: the engine at {connection.Endpoint} ended its answer without an image. It may have stopped; look at its log, then run the build again.", connection.Endpoint)
            : new BuildResult(id, steps.Finished);
    }

    /// <summary>Files of the same folder are looked for among those of the build before, by size and time; without the cache all are sent anew.</summary>
    private static string SharedKey(BuildContext context) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(context.Directory)));

    private void ReadTrace(BuildKitTrace trace, JsonElement aux)
    {
        try
        {
            trace.Read(aux.GetBytesFromBase64());
        }
        catch (Exception exception) when (exception is FormatException or InvalidProtocolBufferException)
        {
            throw new EngineException($"{What} failed: the progress that the engine at {connection.Endpoint} sent is damaged: {exception.Message}", connection.Endpoint, exception);
        }
    }

    private async Task CancelAsync(string buildId)
    {
        using var limit = new CancellationTokenSource(CancelLimit);
        try
        {
            using var response = await connection.SendAsync(HttpMethod.Post, "/build/cancel?id=" + buildId, content: null, "Cancelling the build", limit.Token);
        }
        catch (Exception exception) when (exception is EngineException or OperationCanceledException)
        {
            // Closing the connection stops the build too; the user is waiting for the cancellation, not for this.
            Debug.WriteLine(exception.Message);
        }
    }
}

/// <summary>Tells the observer how much of the build context has been sent.</summary>
internal sealed class ContextProgress(IBuildObserver observer) : IProgress<long>
{
    public void Report(long value) => observer.On(new Transferred("build context", value, 0));
}
