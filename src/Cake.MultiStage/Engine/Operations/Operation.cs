using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Engine.Operations;

/// <summary>
/// One thing that a script asks for, such as a build or a push, from its first request to its last clean-up: what it is
/// called, the token that stops it, and the reason to tell when it was stopped. Everything that talks to an engine belongs to one.
/// </summary>
internal sealed class Operation : IDisposable
{
    /// <summary>How long removing containers, images and sessions may take in all, once the operation was stopped.</summary>
    public static readonly TimeSpan CleanUpLimit = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenSource _ending;
    private readonly CancellationTokenRegistration _registration;
    private readonly List<string> _left = [];
    private Func<string, MultiStageException>? _reason;
    private bool _disposed;
    private bool _isEndingLimited;

    /// <summary>Begins an operation.</summary>
    /// <param name="name">What is done, as messages begin: <c>Pushing 'shop/web:1.0'</c>.</param>
    /// <param name="logger">The log.</param>
    /// <param name="cancellationToken">The caller's own token.</param>
    /// <param name="time">The clock; the system's by default.</param>
    public Operation(string name, ILogger logger, CancellationToken cancellationToken, TimeProvider? time = null)
    {
        Name = name;
        Logger = logger;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _ending = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time ?? TimeProvider.System);
        _registration = _stop.Token.UnsafeRegister(_ => LimitEnding(), state: null);
        Token = _stop.Token;
        Ending = _ending.Token;
    }

    public string Name { get; }

    /// <summary>Gets what holds after a stop, for its message: <c>No tag was moved.</c></summary>
    public string AfterStop { get; init; } = "";

    public ILogger Logger { get; }

    /// <summary>Gets the token of the work itself: cancelled by the caller, by Ctrl+C, or when the engine has fallen silent.</summary>
    public CancellationToken Token { get; }

    /// <summary>
    /// Gets the token of what has to be finished after a stop, too. It is cancelled when the time for the clean-up is over.
    /// </summary>
    public CancellationToken Ending { get; }

    /// <summary>Gets what a clean-up could not remove: <c>container 'x'</c> and the like.</summary>
    public IReadOnlyList<string> Left
    {
        get
        {
            lock (_lock)
            {
                return [.. _left];
            }
        }
    }

    /// <summary>Stops the work for the user.</summary>
    /// <param name="cause">What did it: <c>Ctrl+C</c>.</param>
    public void Stop(string cause) => Stop(left => new MultiStageException(
        string.Join(' ', new[] { $"{Name} was stopped by {cause}.", AfterStop, left }.Where(part => part.Length > 0))));

    /// <summary>Stops the work. The first reason is the one that is told.</summary>
    /// <param name="reason">Makes the error to throw, of what the clean-up left: a sentence, or nothing.</param>
    public void Stop(Func<string, MultiStageException> reason)
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _reason ??= reason;

            // What waits for the token goes on elsewhere: whoever stops, such as the thread of a signal, is not held up.
            _ = _stop.CancelAsync();
        }
    }

    /// <summary>Runs the work to its end, and tells the reason where it was stopped.</summary>
    /// <exception cref="OperationCanceledException">The caller's own token was cancelled.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception exception) when (exception is OperationCanceledException or EngineException && Reason() is { } reason)
        {
            // What a request says of a connection that the stop has closed is no news.
            throw reason(LeftText());
        }
        finally
        {
            if (_reason is null && Left.Count > 0)
            {
                Logger.LogWarning("{Left}", $"{Name}: {LeftText()}");
            }
        }
    }

    /// <summary>Removes something that must not stay behind, whether the work was stopped or not.</summary>
    /// <param name="what">What stays behind otherwise, and how to remove it by hand.</param>
    /// <param name="limit">How long it may take where the operation was not stopped.</param>
    /// <param name="action">Removes it.</param>
    public async Task CleanUpAsync(string what, TimeSpan limit, Func<CancellationToken, Task> action)
    {
        if (Token.IsCancellationRequested)
        {
            LimitEnding();
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Ending);
        ending.CancelAfter(limit);
        try
        {
            await action(ending.Token).WaitAsync(ending.Token);
        }
        catch (Exception exception) when (exception is EngineException or OperationCanceledException)
        {
            lock (_lock)
            {
                _left.Add(what);
            }

            Logger.LogDebug("{Left}", $"{what} was not removed: {exception.Message}");
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
        }

        _registration.Dispose();
        _stop.Dispose();
        _ending.Dispose();
    }

    private void LimitEnding()
    {
        lock (_lock)
        {
            if (!_isEndingLimited && !_disposed)
            {
                _isEndingLimited = true;
                _ending.CancelAfter(CleanUpLimit);
            }
        }
    }

    private Func<string, MultiStageException>? Reason()
    {
        lock (_lock)
        {
            return _reason;
        }
    }

    private string LeftText() =>
        Left is [] ? "" : $"Not removed in time: {string.Join(", ", Left)}. The next run removes it once this process has ended.";
}
