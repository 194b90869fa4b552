using System.Globalization;
using Cake.Core.Diagnostics;

namespace Cake.MultiStage.EngineTests.Kit;

/// <summary>A log that keeps its lines.</summary>
internal sealed class RecordingLog : ICakeLog
{
    private readonly List<string> _lines = [];

    public Verbosity Verbosity { get; set; } = Verbosity.Diagnostic;

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    public void Write(Verbosity verbosity, LogLevel level, string format, params object[] args)
    {
        lock (_lines)
        {
            _lines.Add(string.Format(CultureInfo.InvariantCulture, format, args));
        }
    }
}
