using System.Globalization;

namespace Cake.MultiStage.Building;

/// <summary>A limit of <c>setrlimit</c>, as <c>docker build --ulimit</c> takes it.</summary>
/// <param name="Name">What is limited: <c>nofile</c>.</param>
/// <param name="Soft">What holds at first; -1 for no limit.</param>
/// <param name="Hard">What a process can raise it to; -1 for no limit.</param>
internal sealed record ResourceLimit(string Name, long Soft, long Hard)
{
    private const string Known =
        "core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack";

    /// <summary>Gets the values as they are written: <c>1024:2048</c>.</summary>
    public string Range => string.Create(CultureInfo.InvariantCulture, $"{Soft}:{Hard}");

    /// <summary>Reads a limit (docker/go-units, <c>ParseUlimit</c>).</summary>
    /// <param name="name">What is limited.</param>
    /// <param name="text"><c>1024</c>, or <c>1024:2048</c> for the soft and the hard one.</param>
    /// <exception cref="MultiStageException">It is not one.</exception>
    public static ResourceLimit Parse(string name, string text)
    {
        if (!Known.Split(' ').Contains(name, StringComparer.Ordinal))
        {
            throw new MultiStageException(
                $"'{LogText.Clean(name)}' in Ulimits is no limit of processes. Known are "
                    + $"{Known.Replace(" ", ", ", StringComparison.Ordinal)}.");
        }

        var parts = (text ?? "").Split(':');
        var values = parts.Select(part => long.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            && value >= -1 ? value : (long?)null).ToList();
        return values is [{ } soft, ..] && values.Count <= 2 && values[^1] is { } hard && (hard == -1 || (soft != -1 && soft <= hard))
            ? new ResourceLimit(name, soft, hard)
            : throw new MultiStageException(
                $"'{LogText.Clean(text ?? "")}' is not a valid limit of {name}: expected a number, or a soft and a hard one that is not "
                    + $"less, as in build.Ulimits[\"{name}\"] = \"1024:2048\"; -1 is no limit.");
    }
}
