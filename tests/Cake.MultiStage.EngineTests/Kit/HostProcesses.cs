using System.Diagnostics;
using System.Globalization;

namespace Cake.MultiStage.EngineTests.Kit;

/// <summary>The processes of this host, those in the engine's containers among them.</summary>
internal static class HostProcesses
{
    /// <summary>Makes a duration of about a minute that no other <c>sleep</c> has, to be found again by.</summary>
    public static string UniqueSleep() => string.Create(CultureInfo.InvariantCulture, $"61.{Random.Shared.Next(100_000_000, 999_999_999)}");

    /// <summary>Waits until a <c>sleep</c> of that duration runs.</summary>
    public static Task SleepStartsAsync(string duration, TimeSpan limit) =>
        UntilAsync(() => Sleeps(duration), limit, $"sleep {duration} to start");

    /// <summary>Waits until no <c>sleep</c> of that duration runs any more.</summary>
    public static Task SleepStopsAsync(string duration, TimeSpan limit) =>
        UntilAsync(() => !Sleeps(duration), limit, $"sleep {duration} to stop");

    public static async Task UntilAsync(Func<bool> condition, TimeSpan limit, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started) > limit)
            {
                throw new TimeoutException($"Waited {limit.TotalSeconds:0} s in vain for {what}.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    private static bool Sleeps(string duration) => Directory.EnumerateDirectories("/proc").Any(folder =>
        int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out _)
        && CommandLine(folder).Contains($"sleep\0{duration}\0", StringComparison.Ordinal));

    private static string CommandLine(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline"));
        }
        catch (IOException)
        {
            return "";
        }
        catch (UnauthorizedAccessException)
        {
            return "";
        }
    }
}
