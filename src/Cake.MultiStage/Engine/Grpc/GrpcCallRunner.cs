using System.Collections.Frozen;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Engine.Grpc;

/// <summary>Serves calls: finds the method, runs its handler and tells the caller how it ended.</summary>
internal sealed class GrpcCallRunner(FrozenDictionary<string, GrpcMethod> methods, int maxMessageSize, TimeProvider time, ILogger logger)
{
    private const double LongestTimer = 0xFFFFFFFE;

    /// <summary>Serves a call, and returns when its handler has.</summary>
    public async Task RunAsync(Http2Stream stream, Http2Request request)
    {
        try
        {
            var metadata = new GrpcMetadata(request.Fields);
            if (request.Method != "POST" || !GrpcWire.IsGrpc(metadata.First("content-type")))
            {
                // who does not speak gRPC gets an answer of plain HTTP, as gRPC over HTTP/2 demands
                await stream.FinishAsync([], [new HeaderField(":status", request.Method == "POST" ? "415" : "405")]);
                return;
            }

            await RunAsync(stream, request.Path, metadata);
        }
        catch (OperationCanceledException)
        {
            // the connection ended before the status was out; there is nobody left to tell
        }
        finally
        {
            await stream.Body.CompleteAsync();
        }
    }

    private async Task RunAsync(Http2Stream stream, string path, GrpcMetadata metadata)
    {
        TimeSpan? timeout;
        GrpcMethod? method;
        try
        {
            timeout = metadata.First("grpc-timeout") is { } text ? GrpcWire.ReadTimeout(text) : null;
            method = methods.GetValueOrDefault(path) ?? throw new GrpcException(GrpcStatusCode.Unimplemented, $"there is no method {path}");
        }
        catch (GrpcException exception)
        {
            await FinishAsync(stream, exception.Status, exception.Message);
            return;
        }

        using var deadline = timeout is { TotalMilliseconds: <= LongestTimer }
            ? new CancellationTokenSource(timeout.Value, time)
            : new CancellationTokenSource();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stream.Aborted, deadline.Token);
        var context = new GrpcCallContext(path, metadata, timeout is { } span ? Later(span) : null, ended.Token);
        var handler = Task.Run(() => InvokeAsync(method, stream, context), CancellationToken.None);
        try
        {
            // a handler that does not heed its token must not keep the caller beyond the deadline
            await Task.WhenAny(handler, Task.Delay(Timeout.Infinite, ended.Token));
            var (status, message) = handler.IsCompleted ? await StatusOfAsync(handler, path, deadline.Token) : Ended(deadline.Token);
            await FinishAsync(stream, status, message);
        }
        finally
        {
            await ended.CancelAsync();
            await handler.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
    }

    private async Task InvokeAsync(GrpcMethod method, Http2Stream stream, GrpcCallContext context)
    {
        using var exchange = new GrpcExchange(stream, context, maxMessageSize);
        await method.InvokeAsync(exchange);
    }

    private async Task<(GrpcStatusCode Status, string Message)> StatusOfAsync(Task handler, string path, CancellationToken deadline)
    {
        try
        {
            await handler;
            return (GrpcStatusCode.Ok, "");
        }
        catch (GrpcException exception)
        {
            return (exception.Status, exception.Message);
        }
        catch (OperationCanceledException)
        {
            return Ended(deadline);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // what went wrong is for this side's log; the caller gets no more than its kind
            logger.LogWarning(exception, "The handler of {Path} failed", path);
            return (GrpcStatusCode.Unknown, $"the handler failed: {exception.GetType().Name}");
        }
    }

    private static (GrpcStatusCode Status, string Message) Ended(CancellationToken deadline) =>
        deadline.IsCancellationRequested
            ? (GrpcStatusCode.DeadlineExceeded, "the deadline has passed")
            : (GrpcStatusCode.Cancelled, "the call was cancelled");

    private static Task FinishAsync(Http2Stream stream, GrpcStatusCode status, string message)
    {
        HeaderField code = new("grpc-status", ((int)status).ToString(System.Globalization.CultureInfo.InvariantCulture));
        return stream.FinishAsync(GrpcExchange.Head,
            message.Length == 0 ? [code] : [code, new HeaderField("grpc-message", GrpcWire.EncodeMessage(message), HeaderIndexing.None)]);
    }

    private DateTimeOffset Later(TimeSpan span)
    {
        var now = time.GetUtcNow();
        return span < DateTimeOffset.MaxValue - now ? now + span : DateTimeOffset.MaxValue;
    }
}
