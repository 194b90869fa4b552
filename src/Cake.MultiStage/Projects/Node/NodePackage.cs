using System.Text.Json;
using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.Node;

/// <summary>What package.json says (npm's documentation, "package.json").</summary>
internal sealed partial record NodePackage(string? Name, string? Main, string? Bin, string? PackageManager, string? Engine, string? VoltaVersion, IReadOnlyDictionary<string, string> Scripts, IReadOnlySet<string> Dependencies, IReadOnlySet<string> DevelopmentDependencies, bool IsWorkspace, IReadOnlyList<string> LocalDependencies)
{
    /// <summary>Gets the file that the script <c>start</c> has node run.</summary>
    public string? StartFile => Scripts.TryGetValue("start", out var start) && NodeCommand().Match(start) is { Success: true } match ? match.Groups["file"].Value : null;

    /// <summary>Gets a value indicating whether anything is to be installed.</summary>
    public bool HasAnyDependencies => Dependencies.Count + DevelopmentDependencies.Count > 0;

    /// <exception cref="MultiStageException">The file is no JSON.</exception>
    public static NodePackage Read(ProjectFolder folder)
    {
        try
        {
            using var document = JsonDocument.Parse(folder.Read("package.json"), new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                throw new MultiStageException($"'package.json' in '{folder.Path}' is no JSON object.");
            }

            return new NodePackage(
                Text(root, "name"),
                Text(root, "main"),
                Text(root, "bin") ?? Map(root, "bin").Values.FirstOrDefault(),
                Text(root, "packageManager"),
                root.TryGetProperty("engines", out var engines) ? Text(engines, "node") : null,
                root.TryGetProperty("volta", out var volta) ? Text(volta, "node") : null,
                Map(root, "scripts"),
                Map(root, "dependencies").Keys.ToHashSet(StringComparer.Ordinal),
                Map(root, "devDependencies").Keys.ToHashSet(StringComparer.Ordinal),
                root.TryGetProperty("workspaces", out _),
                [.. Map(root, "dependencies").Values.Where(value => value.StartsWith("file:", StringComparison.Ordinal)).Select(value => value["file:".Length..].TrimStart('.', '/').TrimEnd('/')).Order(StringComparer.Ordinal)]);
        }
        catch (JsonException exception)
        {
            throw new MultiStageException($"'package.json' in '{folder.Path}' is no JSON: {exception.Message}", exception);
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static Dictionary<string, string> Map(JsonElement element, string name) =>
        element.TryGetProperty(name, out var map) && map.ValueKind == JsonValueKind.Object
            ? map.EnumerateObject().Where(one => one.Value.ValueKind == JsonValueKind.String).ToDictionary(one => one.Name, one => one.Value.GetString()!, StringComparer.Ordinal)
            : new Dictionary<string, string>(StringComparer.Ordinal);

    [GeneratedRegex(@"\Anode\s+(?:--[a-z][^\s]*\s+)*(?<file>[^\s-][^\s]*)\s*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NodeCommand();
}
