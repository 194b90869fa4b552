using System.Text.Json;

namespace Cake.MultiStage.Checking.Rules;

/// <summary>A framework that a .NET program asks for.</summary>
/// <param name="Name">Its name, such as <c>Microsoft.AspNetCore.App</c>.</param>
/// <param name="Version">The least version.</param>
/// <param name="RollForward">Which others will do (.NET documentation, "rollForward").</param>
internal sealed record DotNetFramework(string Name, string Version, string RollForward);

/// <summary>What a <c>runtimeconfig.json</c> says (.NET documentation, "runtimeconfig.json").</summary>
internal sealed record RuntimeConfiguration
{
    private const string DefaultRollForward = "Minor";

    public static RuntimeConfiguration None { get; } = new();

    /// <summary>Gets the frameworks it names; none where it can't be read, or the program brings its runtime with it.</summary>
    public IReadOnlyList<DotNetFramework> Frameworks { get; init; } = [];

    /// <summary>Gets a value indicating whether cultures are switched off; <see langword="null"/> where it does not say.</summary>
    public bool? Invariant { get; init; }

    /// <summary>Gets a value indicating whether ICU's libraries come with the program.</summary>
    public bool HasOwnIcu { get; init; }

    public static RuntimeConfiguration Read(ReadOnlyMemory<byte> content)
    {
        if (content.IsEmpty)
        {
            return None;
        }

        try
        {
            using var document = JsonDocument.Parse(content);
            var options = Member(document.RootElement, "runtimeOptions");
            var rollForward = Text(options, "rollForward") ?? DefaultRollForward;
            IEnumerable<JsonElement> named = Member(options, "frameworks") is { ValueKind: JsonValueKind.Array } several
                ? several.EnumerateArray()
                : Member(options, "framework") is { ValueKind: JsonValueKind.Object } one ? [one] : [];
            var properties = Member(options, "configProperties");
            return new RuntimeConfiguration
            {
                Frameworks = [.. named
                    .Where(framework => Text(framework, "name") is not null)
                    .Select(
                        framework => new DotNetFramework(Text(framework, "name")!, Text(framework, "version") ?? "",
                            Text(framework, "rollForward") ?? rollForward))],
                Invariant = Member(properties, "System.Globalization.Invariant") switch
                {
                    { ValueKind: JsonValueKind.True } => true,
                    { ValueKind: JsonValueKind.False } => false,
                    _ =>
                        Text(properties, "System.Globalization.Invariant") is { } text
                            ? text.Equals("true", StringComparison.OrdinalIgnoreCase)
                            : null,
                },
                HasOwnIcu = Text(properties, "System.Globalization.AppLocalIcu") is { Length: > 0 },
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return None;
        }
    }

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    private static string? Text(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
}
