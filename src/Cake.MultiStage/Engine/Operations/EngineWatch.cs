using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Engine.Operations;

/// <summary>
/// Pings an engine for as long as an operation uses it, and stops the operation when the engine has fallen silent: a build may
/// say nothing for an hour, but an engine that is there answers a ping. It notices a suspended daemon behind a socket and a dead
/// host behind TCP alike.
/// </summary>
/// <remarks>
/// HTTP/2's own pings don't serve here: grpc-go, which engines have, closes a connection that is pinged more often than every five
/// minutes ("too_many_pings", <c>keepalive.EnforcementPolicy</c>).
/// </remarks>
internal sealed class EngineWatch(IBuilderConnection connection, EngineLimits limits)
{
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        try
        {
            var lost = 0;
            for (string? cause = null; lost < limits.LostPings; lost = cause is null ? 0 : lost + 1)
            {
                await Task.Delay(limits.PingEvery, cancellationToken);
                cause = await LostAsync(cancellationToken);
                if (cause is not null)
                {
                    connection.Operation.Logger.LogDebug(
                        "{Ping}", $"A ping of {connection.Kind} at {connection.Endpoint} was lost: {cause}");
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // The operation is over, or is being stopped.
            return;
        }

        connection.Operation.Stop(left => new EngineException(
            $"{connection.Operation.Name} was given up: {connection.Kind} at {connection.Endpoint} has stopped answering; "
            + $"{limits.LostPings} pings in a row were lost. It may be stuck or suspended, or its host can't be reached any more. "
            + $"Look at its log, restart it, then run the build again. {left}".TrimEnd(),
            connection.Endpoint));
    }

    private async Task<string?> LostAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(limits.PingAnswer);
        try
        {
            await connection.PingAsync(limit.Token);
            return null;
        }
        catch (EngineException exception)
        {
            return exception.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return FormattableString.Invariant($"no answer within {limits.PingAnswer.TotalSeconds:0.##} s");
        }
    }
}
