using Cake.Core.Diagnostics;
using Microsoft.Extensions.Logging;
using CakeLevel = Cake.Core.Diagnostics.LogLevel;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Cake.MultiStage.Aliases;

/// <summary>Cake's log as the logger the rooms take. Debug goes to Cake's verbose level, trace to its diagnostic one.</summary>
internal sealed class CakeLogger(ICakeLog log) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && Verbosity(logLevel) <= log.Verbosity;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?,
        string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            // As an argument, so that braces in the text are no placeholders; and fit for a log, for most texts quote others.
            log.Write(Verbosity(logLevel), Level(logLevel), "{0}", LogText.CleanLines(formatter(state, exception)));
        }
    }

    private static Verbosity Verbosity(LogLevel level) => level switch
    {
        LogLevel.Trace => Core.Diagnostics.Verbosity.Diagnostic,
        LogLevel.Debug => Core.Diagnostics.Verbosity.Verbose,
        LogLevel.Information => Core.Diagnostics.Verbosity.Normal,
        LogLevel.Warning => Core.Diagnostics.Verbosity.Minimal,
        _ => Core.Diagnostics.Verbosity.Quiet,
    };

    private static CakeLevel Level(LogLevel level) => level switch
    {
        LogLevel.Trace => CakeLevel.Debug,
        LogLevel.Debug => CakeLevel.Verbose,
        LogLevel.Information => CakeLevel.Information,
        LogLevel.Warning => CakeLevel.Warning,
        _ => CakeLevel.Error,
    };
}
