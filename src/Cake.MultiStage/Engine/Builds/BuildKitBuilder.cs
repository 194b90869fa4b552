using System.Security.Cryptography;
using System.Text;
using Cake.MultiStage.Building;
using Cake.MultiStage.Contexts;
using Cake.MultiStage.Engine.BuildKit;
using Cake.MultiStage.Engine.Sessions;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>Builds by BuildKit's control API. Files, secrets and logins are asked for in a session beside it.</summary>
internal sealed class BuildKitBuilder(EngineConnection connection) : IImageBuilder
{
    private const string What = "The build";

    public async Task<BuildResult> BuildAsync(BuildRequest request, BuildContext context, IBuildObserver observer, CancellationToken cancellationToken)
    {
        SessionNeeds.Check(request, observer);
        var dockerfile = request.Dockerfile.Render();
        var steps = new StepRecorder(observer, SecretArguments.MaskOf(request));
        var progress = new SolveProgress(steps, observer, request.Dockerfile.Stages[0].Name ?? "stage-0");
        var files = new FileSyncService(context, BuildRequest.DockerfileName, dockerfile.Text, new ContextProgress(observer, TimeProvider.System));
        await using var agents = await SshAgents.OpenAsync(request.SshAgents, cancellationToken);
        await using var session = await BuildSession.OpenAsync(
            connection,
            request.NoCache ? Guid.NewGuid().ToString("N") : SharedKey(context),
            [SessionServices.Health(), SessionServices.Secrets(request.Secrets), SessionServices.Credentials(connection.Logins), files.Method, .. new SshService(agents.Sockets).Methods],
            cancellationToken);
        using var running = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, session.Lost);
        var client = new BuildKitClient(connection);
        try
        {
            var answer = await client.SolveAsync(What, SolveOrder.Of(request, session.Id), progress.Read, running.Token);
            progress.End();
            var id = answer.TryGetValue("containerimage.digest", out var digest)
                ? Digest.Parse(digest)
                : throw new EngineException($"{What} failed: the engine at {connection.Endpoint} ended its answer without an image. It may have stopped; look at its log, then run the build again.", connection.Endpoint);
            return new BuildResult(id, steps.Finished)
            {
                Findings = progress.Findings,
                Stages = request.StageSizes ? await new StageImages(connection, client).LookAsync(request, session.Id, observer, running.Token) : [],
            };
        }
        catch (Exception exception) when (files.ReadError is not null && exception is SolveException or EngineException)
        {
            throw files.ReadError;
        }
        catch (SolveException exception)
        {
            progress.End();
            var failed = steps.FailedAt(exception.Step);
            throw BuildFailure.Of(dockerfile, failed?.Name, failed?.Output ?? [], failed?.Error ?? steps.Shown(exception.Message), exception.Line, exception.ExitCode);
        }
        catch (OperationCanceledException) when (session.Lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw files.ReadError ?? (Exception)connection.Unreachable(What, new IOException("the session of the build ended"));
        }
    }

    /// <summary>Files of the same folder are looked for among those of the build before, by size and time; without the cache all are sent anew.</summary>
    private static string SharedKey(BuildContext context) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(context.Directory)));
}
