using System.Diagnostics;
using System.Text.Json;

namespace Cake.MultiStage.Benchmarks;

/// <summary>What a benchmark found.</summary>
/// <param name="Name">What was compared.</param>
/// <param name="Ratio">Ours as a multiple of the other.</param>
/// <param name="Goal">The largest ratio wanted.</param>
internal sealed record Result(string Name, double Ratio, double Goal)
{
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>
    /// Compares two things by turns, so that both meet the same noise, and takes the median of the ratios. The first rounds warm up: the
    /// compiler here, the disk's cache there.
    /// </summary>
    public static async Task<Result> CompareAsync(string name, double goal, int warmUps, int rounds, Func<Task> ours, Func<Task> theirs)
    {
        var ratios = new List<double>();
        for (var round = -warmUps; round < rounds; round++)
        {
            var (mine, other) = (await SecondsAsync(ours), await SecondsAsync(theirs));
            Console.WriteLine(FormattableString.Invariant($"  {name}: {mine:0.00} s, {other:0.00} s"));
            if (round >= 0)
            {
                ratios.Add(mine / other);
            }
        }

        ratios.Sort();
        return new Result(name, Math.Round(ratios[ratios.Count / 2], 3), goal);
    }

    /// <summary>Runs a line of shell.</summary>
    public static async Task ShellAsync(string line)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", "set -o pipefail; " + line]))!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"'{line}' ended with {process.ExitCode}.");
        }
    }

    private static async Task<double> SecondsAsync(Func<Task> action)
    {
        var watch = Stopwatch.StartNew();
        await action();
        return watch.Elapsed.TotalSeconds;
    }
}
