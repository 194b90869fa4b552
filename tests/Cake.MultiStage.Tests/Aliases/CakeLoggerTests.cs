using Cake.Core.Diagnostics;
using Cake.MultiStage.Aliases;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using CakeLevel = Cake.Core.Diagnostics.LogLevel;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Cake.MultiStage.Tests.Aliases;

public sealed class CakeLoggerTests
{
    [TestCase(LogLevel.Trace, Verbosity.Diagnostic, CakeLevel.Debug)]
    [TestCase(LogLevel.Debug, Verbosity.Verbose, CakeLevel.Verbose)]
    [TestCase(LogLevel.Information, Verbosity.Normal, CakeLevel.Information)]
    [TestCase(LogLevel.Warning, Verbosity.Minimal, CakeLevel.Warning)]
    [TestCase(LogLevel.Error, Verbosity.Quiet, CakeLevel.Error)]
    [TestCase(LogLevel.Critical, Verbosity.Quiet, CakeLevel.Error)]
    public void A_level_goes_to_the_one_of_Cake_that_means_the_same(LogLevel level, Verbosity verbosity, CakeLevel cakes)
    {
        var log = new CakeLog { Verbosity = Verbosity.Diagnostic };
        new CakeLogger(log).Log(level, "a {Value} in {{braces}}", "{0}");
        Assert.That(log.Written, Is.EqualTo(new[] { (verbosity, cakes, "a {0} in {braces}") }));
    }

    [TestCase(Verbosity.Quiet, LogLevel.Error)]
    [TestCase(Verbosity.Minimal, LogLevel.Warning)]
    [TestCase(Verbosity.Normal, LogLevel.Information)]
    [TestCase(Verbosity.Verbose, LogLevel.Debug)]
    [TestCase(Verbosity.Diagnostic, LogLevel.Trace)]
    public void What_Cake_would_not_show_is_not_written(Verbosity verbosity, LogLevel lowest)
    {
        var log = new CakeLog { Verbosity = verbosity };
        var logger = new CakeLogger(log);
        Assert.That(Enum.GetValues<LogLevel>().Where(logger.IsEnabled),
            Is.EqualTo(Enum.GetValues<LogLevel>().Where(level => level >= lowest && level != LogLevel.None)));
        foreach (var level in Enum.GetValues<LogLevel>().Where(level => level < lowest || level == LogLevel.None))
        {
            logger.Log(level, "not shown");
        }

        Assert.That(log.Written, Is.Empty);
    }
}
