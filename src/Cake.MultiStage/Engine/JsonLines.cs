using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Cake.MultiStage.Engine;

/// <summary>Reads the engine's streams of JSON messages, one a line.</summary>
internal static class JsonLines
{
    /// <summary>The longest message that is read: one of BuildKit's is at most 16 MB, and a third more as base64.</summary>
    public const int Longest = 32 * 1024 * 1024;

    /// <exception cref="EngineException">The stream was cut off in mid-message, or holds no JSON.</exception>
    public static async IAsyncEnumerable<JsonElement> ReadAsync(
        HttpResponseMessage response, EngineConnection connection, string what,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var stream = await connection.GuardAsync(what, () => response.Content.ReadAsStreamAsync(cancellationToken));
        var lines = new BoundedLines(stream, Longest);
        while (await connection.GuardAsync(what, () => lines.ReadAsync(cancellationToken)) is { } line)
        {
            if (lines.IsTooLong)
            {
                throw new EngineException(
                    $"{what} failed: the engine at {connection.Endpoint} sent a message of more than {Longest} bytes, which no engine "
                        + "does. Set DOCKER_HOST to an engine.",
                    connection.Endpoint);
            }

            if (line.AsSpan().ContainsAnyExcept(" \t\r"u8))
            {
                yield return Parse(line, connection, what);
            }
        }
    }

    /// <summary>Gets the message of an error the engine reports in a stream, or <see langword="null"/> where it reports none.</summary>
    public static string? ErrorOf(JsonElement message) =>
        message.TryGetProperty("errorDetail", out var detail) && detail.ValueKind == JsonValueKind.Object
            && detail.TryGetProperty("message", out var text) ? text.GetString()
        : message.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String ? error.GetString()
        : null;

    private static JsonElement Parse(byte[] line, EngineConnection connection, string what)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : throw new JsonException($"expected an object, found '{document.RootElement.ValueKind}'");
        }
        catch (JsonException exception)
        {
            throw new EngineException($"{what} failed: the answer of the engine at {connection.Endpoint} broke off or is damaged: "
                + $"{exception.Message} The engine may have stopped; look at its log, then run the build again.", connection.Endpoint,
                exception);
        }
    }
}
