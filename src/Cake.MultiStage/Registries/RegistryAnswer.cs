using System.Net;
using System.Text;
using System.Text.Json;

namespace Cake.MultiStage.Registries;

/// <summary>Reads what registries answer, never more of it than is useful.</summary>
internal static class RegistryAnswer
{
    private const int LongestError = 64 << 10;

    /// <summary>Reads a body.</summary>
    /// <exception cref="RegistryException">It is longer than that.</exception>
    public static async Task<byte[]> BytesAsync(HttpContent content, int longest, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        return await BytesAsync(stream, longest, cancellationToken);
    }

    /// <summary>Reads a stream to its end.</summary>
    /// <exception cref="RegistryException">It is longer than that.</exception>
    public static async Task<byte[]> BytesAsync(Stream stream, int longest, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[16 << 10];
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            await bytes.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            if (bytes.Length > longest)
            {
                throw new RegistryException($"A document is longer than {longest} bytes, which no document of an image is.");
            }
        }

        return bytes.ToArray();
    }

    public static async Task<string> TextAsync(HttpContent content, int longest, CancellationToken cancellationToken) =>
        Encoding.UTF8.GetString(await BytesAsync(content, longest, cancellationToken));

    /// <summary>Says what a refusal is about.</summary>
    public static async Task<string> ErrorAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            return Error(answer.StatusCode, await TextAsync(answer.Content, LongestError, cancellationToken));
        }
        catch (Exception exception) when (exception is RegistryException or IOException or HttpRequestException)
        {
            return Error(answer.StatusCode, "");
        }
    }

    /// <summary>Takes the words out of an error document (distribution specification, "Error Codes").</summary>
    public static string Error(HttpStatusCode status, string body)
    {
        var number = $"{(int)status}";
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("errors", out var errors)
                && errors.ValueKind == JsonValueKind.Array)
            {
                var told = errors.EnumerateArray().Where(error => error.ValueKind == JsonValueKind.Object)
                    .Select(error => $"{Text(error, "code")}: {Text(error, "message")}".Trim(' ', ':')).Where(text => text.Length > 0);
                return $"{number} {string.Join("; ", told)}".TrimEnd();
            }
        }
        catch (JsonException)
        {
            // A proxy's page, or nothing.
        }

        var page = body.TrimStart();
        return page.Length is 0 or > 300 || page[0] == '<' ? $"{number} {status}" : $"{number} {page.Trim()}";
    }

    private static string Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
