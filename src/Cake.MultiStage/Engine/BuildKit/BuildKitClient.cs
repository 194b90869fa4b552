using Grpc.Core;

namespace Cake.MultiStage.Engine.BuildKit;

/// <summary>BuildKit's control API on its link.</summary>
internal sealed class BuildKitClient(IBuilderConnection connection)
{
    // What a step last said comes just before its end. Some engines never end the progress of a solve that they no longer know.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastWordsOfFailure = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan NoSuchJobDelay = TimeSpan.FromMilliseconds(50);

    /// <summary>Has something solved, and passes its progress on until both have ended.</summary>
    /// <param name="what">What is done, for errors.</param>
    /// <param name="request">What to solve.</param>
    /// <param name="onStatus">Is told of progress, one call at a time; <see langword="null"/> where nobody wants to know.</param>
    /// <param name="cancellationToken">Stops the solve, in the engine too.</param>
    /// <returns>What the exporter answers, such as <c>containerimage.digest</c>.</returns>
    /// <exception cref="SolveException">The engine says that it failed.</exception>
    /// <exception cref="EngineException">The engine went away.</exception>
    public async Task<IReadOnlyDictionary<string, string>> SolveAsync(string what, SolveRequest request, Action<StatusResponse>? onStatus,
        CancellationToken cancellationToken)
    {
        var control = new Control.ControlClient(await connection.Link.ChannelAsync(cancellationToken));
        using var endOfStatus = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var status = onStatus is null ? Task.CompletedTask : ReadStatusAsync(control, request.Ref, onStatus, endOfStatus.Token);
        var lastWords = LastWordsOfFailure;
        try
        {
            var response = await control.SolveAsync(request, cancellationToken: cancellationToken);
            lastWords = LastWords;
            return response.ExporterResponse;
        }
        catch (RpcException exception)
        {
            throw Translated(what, exception, cancellationToken);
        }
        finally
        {
            endOfStatus.CancelAfter(lastWords);
            await status;
        }
    }

    /// <summary>Finds out what the builder can do; it is asked once.</summary>
    /// <exception cref="EngineException">It went away, or has no BuildKit.</exception>
    public async Task<BuilderFacts> FactsAsync(CancellationToken cancellationToken) =>
        connection.Link.Facts ?? await FactsAnewAsync(cancellationToken);

    /// <summary>Finds out what the builder can do now. Until it has answered, others on the link go by what was known.</summary>
    /// <inheritdoc cref="FactsAsync"/>
    public async Task<BuilderFacts> FactsAnewAsync(CancellationToken cancellationToken)
    {
        var workers = await WorkersAsync(cancellationToken);
        return connection.Link.Facts = connection is EngineConnection engine
            ? BuilderFacts.Of(engine.EngineVersion, workers)
            : BuilderFacts.OfDaemon(await VersionAsync(cancellationToken), workers);
    }

    /// <summary>Lists its workers.</summary>
    /// <exception cref="EngineException">It went away, or has no BuildKit.</exception>
    public async Task<IReadOnlyList<WorkerRecord>> WorkersAsync(CancellationToken cancellationToken)
    {
        var control = new Control.ControlClient(await connection.Link.ChannelAsync(cancellationToken));
        try
        {
            return (await control.ListWorkersAsync(new ListWorkersRequest(), cancellationToken: cancellationToken)).Record;
        }
        catch (RpcException exception)
        {
            throw Translated("Asking BuildKit what it can do", exception, cancellationToken);
        }
    }

    /// <returns>The version, such as <c>v0.25.1</c>; empty where it is older than the question (0.11).</returns>
    private async Task<string> VersionAsync(CancellationToken cancellationToken)
    {
        var control = new Control.ControlClient(await connection.Link.ChannelAsync(cancellationToken));
        try
        {
            return (await control.InfoAsync(new InfoRequest(), cancellationToken: cancellationToken)).BuildkitVersion?.Version ?? "";
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.Unimplemented)
        {
            return "";
        }
        catch (RpcException exception)
        {
            throw Translated("Asking BuildKit for its version", exception, cancellationToken);
        }
    }

    private Exception Translated(string what, RpcException exception, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? new OperationCanceledException("The build was cancelled.", exception, cancellationToken)
        // An error that this side came upon has its cause with it; what the builder says has none.
        : IsNoBuildKit(exception) ? connection.Foreign(what, exception.Status.Detail, exception)
        : exception.Status.DebugException is { } cause
        ? Causes(cause).OfType<EngineException>().FirstOrDefault() ?? connection.Unreachable(what, cause)
        : SolveException.Of(exception);

    /// <summary>Says whether what answers has no such API, or speaks no HTTP/2 at all.</summary>
    private static bool IsNoBuildKit(RpcException exception) =>
        (exception.StatusCode == StatusCode.Unimplemented && exception.Status.DebugException is null)
        || Causes(exception.Status.DebugException)
            .OfType<HttpRequestException>()
            .Any(
                cause => cause.HttpRequestError is HttpRequestError.HttpProtocolError
                    or HttpRequestError.VersionNegotiationError
                    or HttpRequestError.InvalidResponse);

    private static IEnumerable<Exception> Causes(Exception? exception) =>
        exception is null ? [] : [exception, .. Causes(exception.InnerException)];

    private static async Task ReadStatusAsync(Control.ControlClient control, string reference, Action<StatusResponse> onStatus,
        CancellationToken cancellationToken)
    {
        try
        {
            while (!await TryReadStatusAsync(control, reference, onStatus, cancellationToken))
            {
                await Task.Delay(NoSuchJobDelay, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The solve has ended, and tells how.
            return;
        }
    }

    /// <returns>Whether there is nothing more to read; not so where the engine doesn't know the solve yet.</returns>
    private static async Task<bool> TryReadStatusAsync(Control.ControlClient control, string reference, Action<StatusResponse> onStatus,
        CancellationToken cancellationToken)
    {
        using var call = control.Status(new StatusRequest { Ref = reference }, cancellationToken: cancellationToken);
        try
        {
            await foreach (var message in call.ResponseStream.ReadAllAsync(cancellationToken))
            {
                onStatus(message);
            }

            return true;
        }
        catch (RpcException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Whatever else is wrong, the solve runs into it too.
            return !exception.Status.Detail.Contains("no such job", StringComparison.Ordinal);
        }
    }
}
