using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.Operations;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

/// <summary>
/// The operations that run in this process. The first Ctrl+C or SIGTERM stops them, so that they clean up; the second one, or a clean-up
/// that hangs, ends the process. When the process ends by itself, what nobody has awaited is told as an error.
/// </summary>
/// <remarks>
/// Signals and the end of the process belong to the process: nothing smaller can tell the second signal from the first, or hold the
/// operations that no script variable refers to. That is why aliases share the one of <see cref="OfProcess"/>.
/// </remarks>
internal sealed class RunningOperations
{
    /// <summary>The time from a signal to the end of the process, whatever still runs.</summary>
    public static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(9);

    // A signal to a process group reaches this process twice: straight, and passed on by 'dotnet'.
    private static readonly TimeSpan SameSignal = TimeSpan.FromMilliseconds(300);

    private const string Advice = "Write 'await' before the alias, in a task that is async: "
        + "Does(async () => await MultiStageBuildAsync(project)); or use the form without Async.";

    private readonly Lock _lock = new();
    private readonly List<Entry> _running = [];
    private readonly List<Entry> _failed = [];
    private readonly HashSet<Uri> _engines = [];
    private readonly IHostProcess _process;
    private readonly TimeProvider _time;
    private bool _listens;
    private long? _signalled;
#pragma warning disable IDE0052 // a timer that nobody holds is collected before its time
    private ITimer? _limit;
#pragma warning restore IDE0052

    public RunningOperations(IHostProcess process, TimeProvider time) => (_process, _time) = (process, time);

    /// <summary>Gets the operations of this process.</summary>
    public static RunningOperations OfProcess { get; } = new(new HostProcess(), TimeProvider.System);

    /// <summary>Gets the ways to the engines, which end with the process.</summary>
    public EngineRoutes Routes { get; } = new();

    /// <summary>Runs an operation and waits for its end.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="work">The work.</param>
    public T Run<T>(Operation operation, Func<Task<T>> work) => Start(operation, isAwaited: true, work).GetAwaiter().GetResult();

    /// <summary>Runs an operation that the script awaits, or forgets to.</summary>
    /// <inheritdoc cref="Run{T}"/>
    public Task<T> RunAsync<T>(Operation operation, Func<Task<T>> work) => Start(operation, isAwaited: false, work);

    /// <summary>Gets whether this process uses an engine for the first time.</summary>
    public bool IsFirstUse(Uri engine)
    {
        lock (_lock)
        {
            return _engines.Add(engine);
        }
    }

    /// <summary>Takes a signal.</summary>
    /// <param name="name">How it is called: <c>Ctrl+C</c>.</param>
    /// <param name="exitCode">What the process's exit code tells of it.</param>
    /// <returns>Whether the process goes on, to clean up.</returns>
    public bool Signal(string name, int exitCode)
    {
        List<Entry> stopped;
        lock (_lock)
        {
            if (_signalled is { } first)
            {
                return _time.GetElapsedTime(first) < SameSignal;
            }

            if (_running.Count == 0)
            {
                return false;
            }

            _signalled = _time.GetTimestamp();
            stopped = [.. _running];
            _limit = _time.CreateTimer(_ => End(exitCode), state: null, EndLimit, Timeout.InfiniteTimeSpan);
        }

        stopped.ForEach(entry => entry.Operation.Logger.LogWarning("{Text}", $"{name}: stopping. {name} once more ends at once."));
        stopped.ForEach(entry => entry.Operation.Stop(name));
        return true;
    }

    /// <summary>Tells what nobody has awaited, as the process ends, and closes what was kept open until then.</summary>
    public void Exiting()
    {
        TellForgotten();
        Routes.Dispose();
    }

    private void TellForgotten()
    {
        List<Entry> forgotten;
        lock (_lock)
        {
            if (_signalled is not null)
            {
                return;
            }

            forgotten = [.. _running.Where(entry => !entry.IsAwaited)];
        }

        foreach (var entry in forgotten)
        {
            Tell($"{entry.Operation.Name} still ran when the script ended, and was stopped: nobody awaited it. {Advice}");
            entry.Operation.Stop("the end of the script");
        }

        _ = Task.WaitAny([Task.WhenAll(forgotten.Select(entry => entry.Ended)), Task.Delay(EndLimit, _time)]);
        lock (_lock)
        {
            foreach (var entry in _failed.Where(entry => !forgotten.Contains(entry) && !TaskErrors.AreObserved(entry.Work)))
            {
                Tell($"{entry.Operation.Name} failed, and nobody awaited it: {entry.Error!.Message}\n{Advice}");
            }
        }
    }

    private Task<T> Start<T>(Operation operation, bool isAwaited, Func<Task<T>> work)
    {
        var entry = new Entry(operation, isAwaited);
        lock (_lock)
        {
            if (_signalled is not null)
            {
                operation.Dispose();
                throw new MultiStageException($"{operation.Name} was not begun: the run is being stopped.");
            }

            if (!_listens)
            {
                _listens = true;
                _process.Listen(this);
            }

            _running.Add(entry);
        }

        var running = RunAsync(entry, work);
        entry.Work = running;
        return running;
    }

    private async Task<T> RunAsync<T>(Entry entry, Func<Task<T>> work)
    {
        try
        {
            return await entry.Operation.RunAsync(work);
        }
        catch (Exception exception)
        {
            entry.Error = exception;
            throw;
        }
        finally
        {
            Remove(entry);
            entry.End();
        }
    }

    private void Remove(Entry entry)
    {
        lock (_lock)
        {
            _running.Remove(entry);
            if (entry is { IsAwaited: false, Error: not null })
            {
                _failed.Add(entry);
            }
        }
    }

    private void Tell(string error)
    {
        _process.Error(error);
        _process.Fail();
    }

    private void End(int exitCode)
    {
        string[] names;
        lock (_lock)
        {
            names = [.. _running.Select(entry => entry.Operation.Name)];
        }

        var limit = $"{EndLimit.TotalSeconds:0} s after the signal";
        _process.Error(names is []
            ? $"The script still ran {limit}; it is ended."
            : $"{string.Join(", ", names)} had not stopped {limit}; the process is ended.");
        _process.End(exitCode);
    }

    private sealed class Entry(Operation operation, bool isAwaited)
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Operation Operation => operation;

        public bool IsAwaited => isAwaited;

        public Exception? Error { get; set; }

        /// <summary>Gets or sets the task that the script has, or has dropped.</summary>
        public Task Work { get; set; } = Task.CompletedTask;

        public Task Ended => _ended.Task;

        public void End()
        {
            operation.Dispose();
            _ended.TrySetResult();
        }
    }
}
