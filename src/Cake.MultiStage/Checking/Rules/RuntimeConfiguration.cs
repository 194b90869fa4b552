using System.Text.Json;

namespace Cake.MultiStage.Checking.Rules;

/// <summary>What a <c>runtimeconfig.json</c> says (.NET documentation, "runtimeconfig.json").</summary>
internal static class RuntimeConfiguration
{
    /// <summary>Gets the frameworks it names; none where there is no such file, or it can't be read.</summary>
    public static IReadOnlyList<(string Name, string Version)> Frameworks(ReadOnlyMemory<byte> content)
    {
        if (content.IsEmpty)
        {
            return [];
        }

        try
        {
            using var document = JsonDocument.Parse(content);
            return !document.RootElement.TryGetProperty("runtimeOptions", out var options) ? []
                : options.TryGetProperty("frameworks", out var several) ? [.. several.EnumerateArray().Select(Framework)]
                : options.TryGetProperty("framework", out var one) ? [Framework(one)]
                : [];
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return [];
        }
    }

    private static (string Name, string Version) Framework(JsonElement element) => (element.GetProperty("name").GetString() ?? "", element.GetProperty("version").GetString() ?? "");
}
