using System.Globalization;
using System.Security.Cryptography;

namespace Cake.MultiStage.Engine.Leftovers;

/// <summary>
/// The mark of something that lives no longer than the process that made it: a container, an image made in passing, a temporary tag, a
/// half-written file. By it, the next run removes what a killed one could not.
/// </summary>
/// <param name="Host">Where the process runs: of two equal ones, each sees the other's processes.</param>
/// <param name="ProcessId">The process.</param>
/// <param name="Started">When it started, by whatever clock the host has for it: a number may be given again, at another time.</param>
/// <param name="Made">When the thing was made, in seconds since 1970.</param>
/// <param name="Number">What tells it from others of the same second.</param>
internal sealed record Leftover(string Host, int ProcessId, long Started, long Made, int Number)
{
    /// <summary>What the names of such things begin with; the mark follows.</summary>
    public const string Prefix = "cake-multistage-";

    /// <summary>The label that has the mark, on containers and on images.</summary>
    public const string Label = "org.cake-multistage.temporary";

    /// <summary>The repository of temporary tags, whose tag is the mark.</summary>
    public const string Repository = Prefix + "temporary";

    // Nothing of ours lives that long; the processes of another host can't be looked at.
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(1);

    /// <summary>Makes a new mark.</summary>
    public static Leftover New(HostProcesses processes, TimeProvider time) => new(
        processes.Host,
        Environment.ProcessId,
        processes.StartOf(Environment.ProcessId) ?? 0,
        time.GetUtcNow().ToUnixTimeSeconds(),
        RandomNumberGenerator.GetInt32(int.MaxValue));

    /// <summary>Reads a mark, with or without the prefix.</summary>
    public static Leftover? Parse(string? text)
    {
        var start = text?.IndexOf(Prefix, StringComparison.Ordinal) is { } index and >= 0 ? index + Prefix.Length : 0;
        return text?[start..].Split('-') is [var host, var id, var started, var made, var number]
            && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var processId)
            && long.TryParse(started, NumberStyles.None, CultureInfo.InvariantCulture, out var startedAt)
            && long.TryParse(made, NumberStyles.None, CultureInfo.InvariantCulture, out var madeAt)
            && int.TryParse(number, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var parsed)
                ? new Leftover(host, processId, startedAt, madeAt, parsed)
                : null;
    }

    /// <summary>Gets a value indicating whether the process that made it is gone.</summary>
    public bool IsGone(HostProcesses processes, TimeProvider time) => Host == processes.Host
        ? processes.StartOf(ProcessId) is not { } started || started != Started
        : time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(Made) > LongestLife;

    /// <summary>Gets the mark, which fits into tags, labels and names of containers and files.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Host}-{ProcessId}-{Started}-{Made}-{Number:x8}");
}
