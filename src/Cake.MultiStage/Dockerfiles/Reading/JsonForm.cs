using System.Text.Json;

namespace Cake.MultiStage.Dockerfiles.Reading;

/// <summary>The form of a JSON array. What is no such array is in the other form, as BuildKit has it.</summary>
internal static class JsonForm
{
    /// <summary>Reads the array's texts; <see langword="null"/> where the text is in the other form.</summary>
    /// <exception cref="FormatException">It is an array with something else than texts in it, which Docker refuses.</exception>
    public static IReadOnlyList<string>? Strict(string text)
    {
        if (!text.StartsWith('['))
        {
            return null;
        }

        try
        {
            using var array = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 256 });
            return [.. array.RootElement.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? Text(item)
                : throw new FormatException("a JSON array here holds texts only: put every argument between double quotes"))];
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Reads the array's texts; <see langword="null"/> where the text is anything else.</summary>
    public static IReadOnlyList<string>? Read(string text)
    {
        try
        {
            return Strict(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static string Text(JsonElement item)
    {
        try
        {
            return item.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            throw new FormatException("the JSON array has half a surrogate pair, which no text can hold: take it out", exception);
        }
    }
}
