using System.Diagnostics;
using System.Text.Json;

namespace Cake.MultiStage.Benchmarks;

/// <summary>What a benchmark found.</summary>
/// <param name="Name">What was compared.</param>
/// <param name="Ratio">Ours as a multiple of the other.</param>
/// <param name="Goal">The largest ratio wanted.</param>
internal sealed record Result(string Name, double Ratio, double Goal)
{
    /// <summary>Gets the seconds, or megabytes, that ours took: the median.</summary>
    public double? Ours { get; init; }

    /// <summary>Gets what the other took.</summary>
    public double? Theirs { get; init; }

    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>
    /// Compares two things by turns, so that both meet the same noise, and takes the median of the ratios. The first rounds warm up: the
    /// compiler here, the disk's cache there.
    /// </summary>
    public static async Task<Result> CompareAsync(string name, double goal, int warmUps, int rounds, Func<Task> ours, Func<Task> theirs)
    {
        List<double> ratios = [], mines = [], others = [];
        for (var round = -warmUps; round < rounds; round++)
        {
            var (mine, other) = (await SecondsAsync(ours), await SecondsAsync(theirs));
            Console.WriteLine(FormattableString.Invariant($"  {name}: {mine:0.00} s, {other:0.00} s"));
            if (round >= 0)
            {
                ratios.Add(mine / other);
                mines.Add(mine);
                others.Add(other);
            }
        }

        return new Result(name, Math.Round(Median(ratios), 3), goal)
        {
            Ours = Math.Round(Median(mines), 3),
            Theirs = Math.Round(Median(others), 3),
        };
    }

    /// <summary>Compares what something takes with a bound in seconds: the median of some rounds, after one that warms up.</summary>
    public static async Task<Result> BoundAsync(string name, double bound, int rounds, Func<Task> action)
    {
        await action();
        List<double> seconds = [];
        for (var round = 0; round < rounds; round++)
        {
            seconds.Add(await SecondsAsync(action));
        }

        return Of(name, Median(seconds), bound);
    }

    /// <summary>Compares an amount with the most that it may be.</summary>
    public static Result Of(string name, double amount, double bound)
    {
        Console.WriteLine(FormattableString.Invariant($"  {name}: {amount:0.00} of {bound:0.00}"));
        return new Result(name, Math.Round(amount / bound, 3), 1) { Ours = Math.Round(amount, 3), Theirs = bound };
    }

    public static double Median(IEnumerable<double> values) => values.Order().ToList() is var sorted ? sorted[sorted.Count / 2] : 0;

    /// <summary>The results as a table in Markdown.</summary>
    public static string Table(IEnumerable<Result> results) => string.Concat(
        results.Select(result => $"| {result.Name.Replace("|", "\\|", StringComparison.Ordinal)} " + FormattableString.Invariant(
            $"| {result.Ours:0.00} | {result.Theirs:0.00} | {result.Ratio:0.00} | {result.Goal:0.00} |\n"))
            .Prepend("| work | here | there | ratio | goal |\n|---|--:|--:|--:|--:|\n"));

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
