using System.Text.Json;

namespace Cake.MultiStage.Measuring.Packages;

/// <summary>Reads the <c>package.json</c> of an installed package (npm documentation, "package.json").</summary>
internal static class NodeManifest
{
    /// <summary>
    /// Says whether a folder is that of an installed package: <c>node_modules/name</c> or <c>node_modules/@scope/name</c>.
    /// </summary>
    public static bool IsInstalled(ReadOnlySpan<char> folder)
    {
        var parent = ParentOf(folder);
        return parent.EndsWith("/node_modules", StringComparison.Ordinal)
            || (NameOf(parent) is ['@', ..] && ParentOf(parent).EndsWith("/node_modules", StringComparison.Ordinal));
    }

    public static IEnumerable<ContainedPackage?> Read(ReadOnlyMemory<byte> content)
    {
        using var document = JsonDocument.Parse(content, new JsonDocumentOptions { AllowTrailingCommas = true });
        var root = document.RootElement;
        return Text(root, "version") is { } version
            ? [ContainedPackage.Of(ContainedPackage.Npm, Text(root, "name"), version, [.. Licenses(root)])]
            : [];
    }

    private static IEnumerable<string?> Licenses(JsonElement root)
    {
        // Before SPDX expressions it was an object, or a list of them.
        foreach (var member in new[] { "license", "licenses" })
        {
            if (root.TryGetProperty(member, out var license))
            {
                foreach (var one in license.ValueKind == JsonValueKind.Array ? [.. license.EnumerateArray()] : (JsonElement[])[license])
                {
                    yield return one.ValueKind == JsonValueKind.String ? one.GetString()
                        : one.ValueKind == JsonValueKind.Object ? Text(one, "type") ?? Text(one, "name") : null;
                }
            }
        }
    }

    private static string? Text(JsonElement element, string member) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(member, out var value)
            && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static ReadOnlySpan<char> ParentOf(ReadOnlySpan<char> path) => path[..Math.Max(path.LastIndexOf('/'), 0)];

    private static ReadOnlySpan<char> NameOf(ReadOnlySpan<char> path) => path[(path.LastIndexOf('/') + 1)..];
}
