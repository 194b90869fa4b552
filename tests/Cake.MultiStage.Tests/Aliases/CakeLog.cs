using Cake.Core.Diagnostics;

namespace Cake.MultiStage.Tests.Aliases;

/// <summary>Cake's log, kept to be looked at.</summary>
internal sealed class CakeLog : ICakeLog
{
    public Verbosity Verbosity { get; set; } = Verbosity.Normal;

    public List<(Verbosity Verbosity, LogLevel Level, string Text)> Written { get; } = [];

    public void Write(Verbosity verbosity, LogLevel level, string format, params object[] args) =>
        Written.Add((verbosity, level, string.Format(System.Globalization.CultureInfo.InvariantCulture, format, args)));
}
