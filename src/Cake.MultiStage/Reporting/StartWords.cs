using System.Globalization;
using Cake.MultiStage.Checking;

namespace Cake.MultiStage.Reporting;

/// <summary>How a container started, in words.</summary>
internal static class StartWords
{
    public static string Of(StartProof start)
    {
        var first = start.FirstOutput is { } output ? $"; first output after {Seconds(output)}" : "";
        return (start, start.WaitedFor) switch
        {
            ({ Refusal: { } refusal }, _) => $"it did not start: {refusal}",
            ({ ExitCode: null, Duration.Ticks: 0 }, _) => "it did not start",
            ({ Ready: { } ready }, { } waited) => $"{waited} after {Seconds(ready)}{first}",
            ({ ExitCode: { } code }, { } waited) => $"{Ended(code)} after {Seconds(start.Duration)}, before {waited}{first}",
            (_, { } waited) => $"no {waited} within {Seconds(start.Duration)}{first}",
            ({ ExitCode: { } code }, null) => $"{Ended(code)} after {Seconds(start.Duration)}{first}",
            _ => $"ran until it was stopped after {Seconds(start.Duration)}{first}",
        };
    }

    /// <summary>Returns the lines of the output without empty ones at its end.</summary>
    public static IReadOnlyList<string> OutputLines(string output) =>
        output.TrimEnd() is { Length: > 0 } text ? text.ReplaceLineEndings("\n").Split('\n') : [];

    private static string Ended(long code) => string.Create(CultureInfo.InvariantCulture, $"ended with exit code {code}");

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.00} s");
}
