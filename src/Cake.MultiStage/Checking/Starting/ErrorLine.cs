using System.Text.RegularExpressions;

namespace Cake.MultiStage.Checking.Starting;

/// <summary>Finds in what a program wrote the line that says what went wrong: the end of it is mostly the frames of a stack.</summary>
internal static partial class ErrorLine
{
    private const int MostLines = 2000;
    private const int Longest = 500;

    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    /// <summary>Gets it; <see langword="null"/> where no line looks like one.</summary>
    public static string? In(string output)
    {
        var lines = output.Split('\n').Take(MostLines).Select(line => line.TrimEnd('\r')).ToList();
        var found = Python(lines)
            ?? lines.Find(line => Certain().IsMatch(line))
            ?? lines.Find(line => Likely().IsMatch(line) && !Frame().IsMatch(line));
        if (found is null)
        {
            return null;
        }

        // Rust says where first, and what on the next line.
        var next = found.TrimEnd().EndsWith(':') && lines.IndexOf(found) + 1 is var after && after < lines.Count
            ? $"{found.Trim()} {lines[after].Trim()}"
            : found.Trim();
        return next.Length > Longest ? next[..Longest] + "…" : next;
    }

    /// <summary>Says whether a program of .NET ended because nothing caught an exception: it ends itself by a signal then.</summary>
    public static bool IsOfDotNet(string output) =>
        output.Contains("Unhandled exception.", StringComparison.Ordinal)
            || output.Contains("Process terminated.", StringComparison.Ordinal);

    /// <summary>Gets what Python says after its frames, which are indented.</summary>
    private static string? Python(List<string> lines)
    {
        var start = lines.FindIndex(line => line.StartsWith("Traceback (most recent call last):", StringComparison.Ordinal));
        return start < 0 ? null : lines.Skip(start + 1).FirstOrDefault(line => line.Length > 0 && !char.IsWhiteSpace(line[0]));
    }

    // .NET, Java, Go, Rust, Node.js and Ruby, in their own words.
    [GeneratedRegex(
        @"^(Unhandled exception|Process terminated|Exception in thread |panic: |fatal error: |thread '.*' (\(\d+\) )?panicked at"
            + @"|(Uncaught )?[A-Za-z.]*(Error|Exception): .|[^ ]+:\d+:in .*\((\w|::)+\)$)",
        Options)]
    private static partial Regex Certain();

    [GeneratedRegex(
        @"\b(error|fatal|failed|failure|cannot|can't|could not|unable to|not found|no such file|permission "
            + @"denied|refused|exception|invalid|missing)\b",
        Options | RegexOptions.IgnoreCase)]
    private static partial Regex Likely();

    [GeneratedRegex(@"^\s+(at|in|from|File) ", Options)]
    private static partial Regex Frame();
}
