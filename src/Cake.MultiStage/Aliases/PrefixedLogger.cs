using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

/// <summary>Tells of each line which of many builds it is of.</summary>
internal sealed class PrefixedLogger(ILogger inner, string prefix) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        inner.Log(logLevel, eventId, state, exception,
            (told, error) => prefix + formatter(told, error).Replace("\n", "\n" + prefix, StringComparison.Ordinal));
}
