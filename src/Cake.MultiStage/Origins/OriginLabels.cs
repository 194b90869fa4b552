using System.Globalization;

namespace Cake.MultiStage.Origins;

/// <summary>The labels that tell an image's origin, as the OCI image specification names them ("Pre-Defined Annotation Keys").</summary>
internal static class OriginLabels
{
    private const string Prefix = "org.opencontainers.image.";

    public static IReadOnlyDictionary<string, string> Of(string title, SourceOrigin? origin)
    {
        (string Name, string? Value)[] labels =
        [
            ("title", title),
            ("revision", origin?.Revision),
            ("source", origin?.Source),
            ("version", origin?.Tag ?? origin?.Branch),
            // Not the time of the build: the same commit makes the same image.
            ("created", origin?.Committed?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)),
        ];
        return labels.Where(label => label.Value is { Length: > 0 })
            .ToDictionary(label => Prefix + label.Name, label => label.Value!, StringComparer.Ordinal);
    }
}
