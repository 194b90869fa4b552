using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cake.MultiStage.Building;
using Cake.MultiStage.Contexts;
using Cake.MultiStage.Engine.BuildKit;
using Cake.MultiStage.Engine.Exports;
using Cake.MultiStage.Engine.Grpc;
using Cake.MultiStage.Engine.Sessions;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>Builds by BuildKit's control API. Files, secrets and credentials are asked for in a session beside it.</summary>
/// <param name="connection">The builder.</param>
/// <param name="wanted">Takes what comes back: files of the stage that is built, in place of an image of it, or the image.</param>
internal sealed class BuildKitBuilder(IBuilderConnection connection, ISolveReceiver? wanted = null) : IImageBuilder
{
    private const string What = "The build";

    // What ends the session often ends the solve, too, which then tells why.
    private static readonly TimeSpan LastWord = TimeSpan.FromMilliseconds(250);

    // The year 9999, the last that a date can be of.
    private const long LatestEpoch = 253_402_300_799;

    public async Task<BuildResult> BuildAsync(BuildRequest request, BuildContext context, IBuildObserver observer,
        CancellationToken cancellationToken)
    {
        SessionNeeds.Check(request, observer);
        StepOrder.Check(request);
        var client = new BuildKitClient(connection);
        if (BuilderFacts.AreNeededFor(request))
        {
            var facts = await client.FactsAsync(cancellationToken);
            facts.Check(request, connection.Endpoint);
            request = facts.WithHostGateway(facts.WithPossibleCaches(request, connection.Endpoint, observer));
        }

        var dockerfile = request.Dockerfile.Render();
        var steps = new StepRecorder(observer, SecretArguments.MaskOf(request));
        var progress = new SolveProgress(steps, observer, request.Dockerfile.Stages[0].Name ?? "stage-0");
        var files = new FileSyncService(context, BuildRequest.DockerfileName, dockerfile.Text,
            new ContextProgress(observer, TimeProvider.System), await FoldersAsync(request, cancellationToken),
            request.Reproducible ? Epoch(request) : null);
        await using var agents = await SshAgents.OpenAsync(request.SshAgents, cancellationToken);
        var isOneSession = wanted is null || await connection.Link.IsUpgradedAsync(cancellationToken);
        IReadOnlyCollection<GrpcMethod> services =
        [
            SessionServices.Health(), SessionServices.Secrets(request.Secrets), SessionServices.Credentials(connection.Keyring),
            files.Method, .. new SshService(agents.Sockets).Methods, .. wanted is null ? [] : new[] { wanted.Method },
        ];
        await using var session = await BuildSession.OpenAsync(
            connection,
            request.NoCache || request.Reproducible ? Guid.NewGuid().ToString("N") : SharedKey(context),
            services,
            wanted is not null && isOneSession ? [FileSyncService.Path, StageReceiver.Path] : [FileSyncService.Path],
            cancellationToken);
        await using var taking = isOneSession ? null
            : await BuildSession.OpenAsync(connection, Guid.NewGuid().ToString("N"), services, [StageReceiver.Path], cancellationToken);
        using var running = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(session.Lost, taking?.Lost ?? CancellationToken.None);
        await using var end = lost.Token.UnsafeRegister(_ => running.CancelAfter(LastWord), state: null);
        var isImage = wanted is not StageReceiver;
        var order = isImage ? SolveOrder.Of(request, (taking ?? session).Id, session.Id)
            : SolveOrder.OfFiles(request, (taking ?? session).Id, session.Id);
        using var looking = CancellationTokenSource.CreateLinkedTokenSource(running.Token);
        var stages = Task.FromResult<IReadOnlyList<StageLook>>([]);
        try
        {
            Task<IReadOnlyList<StageLook>> LookAsync(IEnumerable<BuiltStage> these) =>
                connection is EngineConnection engine
                    ? new StageImages(engine, client).LookAsync(these, request, session.Id, looking.Token)
                    : Task.FromResult<IReadOnlyList<StageLook>>([]);
            IReadOnlyList<BuiltStage> others = [.. request.BuiltStages().SkipLast(1)];
            var isBeside = CanLookBeside(request, order);
            // Of several platforms each has stages of its own.
            var isLooked = request.StageSizes && isImage && request.Platforms.Count <= 1;
            if (isLooked && isBeside)
            {
                stages = LookAsync(others);
            }

            var answer = await client.SolveAsync(What, order, progress.Read, running.Token);
            progress.End();
            var id = isImage ? Told(answer, "containerimage.digest") : null;
            if ((isImage && id is null) || (wanted is not null && !await wanted.IsCompleteAsync(running.Token)))
            {
                throw new EngineException(
                    $"{What} failed: {connection.Kind} at {connection.Endpoint} ended its answer without "
                        + $"{(isImage ? "an image" : "the files")}. It may have stopped; look at its log, then run the build again.",
                    connection.Endpoint);
            }

            if (isLooked && !isBeside)
            {
                stages = LookAsync(AtHand(others, request, steps.Finished, observer));
            }

            return new BuildResult(id, steps.Finished)
            {
                Configuration = Told(answer, "containerimage.config.digest"),
                Findings = progress.Findings,
                Stages = Found(await stages, observer),
            };
        }
        catch (Exception exception) when ((files.ReadError ?? wanted?.Error) is not null && exception is SolveException or EngineException)
        {
            throw (files.ReadError ?? wanted?.Error)!;
        }
        catch (SolveException exception)
        {
            progress.End();
            if (StepOrder.Ungranted(exception.Message, connection) is { } ungranted)
            {
                throw ungranted;
            }

            var failed = steps.FailedAt(exception.Step);
            if (failed is null && lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw connection.Unreachable(What, new IOException($"the session of the build ended ({steps.Shown(exception.Message)})"));
            }

            throw BuildFailure.Of(dockerfile, failed?.Name, failed?.Output ?? [], failed?.Error ?? steps.Shown(exception.Message),
                exception.Line, exception.ExitCode);
        }
        catch (OperationCanceledException) when (running.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw files.ReadError ?? wanted?.Error
                ?? (Exception)connection.Unreachable(What, new IOException("the session of the build ended"));
        }
        finally
        {
            await looking.CancelAsync();
            await ((Task)stages).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static Digest? Told(IReadOnlyDictionary<string, string> answer, string key) =>
        answer.TryGetValue(key, out var text) && Digest.TryParse(text, out var digest) ? digest : null;

    /// <summary>
    /// Stages are looked at while the image is built, since both share their steps. Not so where the cache is passed over: a look that came
    /// first would find what the build before has left. Nor where a cache is exported, which would hold less than all, without a word; nor
    /// where one is read, which a look would fetch whole.
    /// </summary>
    private static bool CanLookBeside(BuildRequest request, SolveRequest order) =>
        !request.NoCache && order.Cache.Exports.Count == 0 && request.CacheFrom.Count == 0;

    /// <summary>Leaves out the stages that a cache outside the engine may have answered for, whose layers need not be here.</summary>
    private static IReadOnlyList<BuiltStage> AtHand(
        IReadOnlyList<BuiltStage> stages, BuildRequest request, IReadOnlyList<BuildStep> steps, IBuildObserver observer)
    {
        if (request.CacheFrom.Count == 0)
        {
            return stages;
        }

        var ran = steps.Where(step => !step.Cached && !step.Name.Contains("] FROM ", StringComparison.Ordinal)).Select(step => step.Stage)
            .OfType<string>()
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        List<string> away = [.. stages.Where(stage => !ran.Contains(stage.Name)).Select(stage => $"'{stage.Name}'")];
        if (away.Count > 0)
        {
            observer.On(new BuildNote(
                $"The size of {string.Join(", ", away)} isn't told: all of its steps come from a cache, and looking would fetch them."));
        }

        return [.. stages.Where(stage => ran.Contains(stage.Name))];
    }

    private static IReadOnlyList<BuiltStage> Found(IReadOnlyList<StageLook> looks, IBuildObserver observer)
    {
        foreach (var problem in looks.Select(look => look.Problem).OfType<string>())
        {
            observer.On(new BuildWarning(problem));
        }

        return [.. looks.Select(look => look.Stage)];
    }

    /// <exception cref="MultiStageException">The argument is not a time.</exception>
    private static DateTime Epoch(BuildRequest request)
    {
        var text = request.BuildArguments.GetValueOrDefault(BuildRequest.EpochArgument);
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= LatestEpoch
            ? DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime
            : throw new MultiStageException(
                $"{BuildRequest.EpochArgument} is '{text}', which is not a number of seconds since 1970. Give one, as in "
                    + $"build.BuildArguments[\"{BuildRequest.EpochArgument}\"] = \"1700000000\", or leave it out for the commit's time.");
    }

    private static async Task<Dictionary<string, BuildContext>> FoldersAsync(BuildRequest request, CancellationToken cancellationToken)
    {
        var folders = new Dictionary<string, BuildContext>(StringComparer.Ordinal);
        foreach (var (name, input) in request.Contexts)
        {
            if (input is FolderInput { Directory: var directory })
            {
                var ignore = await IgnoreFile.LoadAsync(directory, "Dockerfile", cancellationToken);
                folders[SolveOrder.FolderName(name)] = await BuildContext.CollectAsync(directory, ignore, ["."], cancellationToken);
            }
        }

        return folders;
    }

    /// <summary>
    /// Files of the same folder are looked for among those of the build before, by size and time; without the cache all are sent anew, as
    /// they are where all have the same time.
    /// </summary>
    private static string SharedKey(BuildContext context) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(context.Directory)));
}
