using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;

namespace Cake.MultiStage.Engine.BuildKit;

/// <summary>BuildKit's own word that a solve failed, with what it knows of the place.</summary>
#pragma warning disable CA1064 // it never leaves the engine room, which makes an error of ours of it
internal sealed class SolveException : Exception
#pragma warning restore CA1064
{
    private const string DetailsKey = "grpc-status-details-bin";

    private SolveException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Gets the digest of the step that failed, or <see langword="null"/> where the engine doesn't say.</summary>
    public string? Step { get; private init; }

    /// <summary>Gets the first line of the Dockerfile that is at fault, from 1, or <see langword="null"/>.</summary>
    public int? Line { get; private init; }

    /// <summary>Gets the exit code of the program that failed, or <see langword="null"/>.</summary>
    public int? ExitCode { get; private init; }

    /// <summary>
    /// Reads an error of a call. Its details are messages of BuildKit's errdefs, in JSON although they travel as protobuf.
    /// </summary>
    public static SolveException Of(RpcException exception)
    {
        string? step = null;
        int? line = null;
        int? exitCode = null;
        foreach (var (kind, detail) in Details(exception.Trailers))
        {
            switch (kind)
            {
                case "Vertex":
                    step ??= Text(detail, "digest");
                    break;
                case "Source":
                    line ??= FirstLine(detail);
                    break;
                case "ExitMessage":
                    exitCode ??= Number(detail, "Code");
                    break;
                default:
                    break;
            }
        }

        return new SolveException(exception.Status.Detail, exception) { Step = step, Line = line, ExitCode = exitCode };
    }

    private static IEnumerable<(string Kind, JsonElement Detail)> Details(Metadata trailers)
    {
        if (trailers.Get(DetailsKey)?.ValueBytes is not { } bytes || Parsed(bytes) is not { } status)
        {
            yield break;
        }

        foreach (var detail in status.Details.Where(detail => detail.TypeUrl.EndsWith("+json", StringComparison.Ordinal)))
        {
            if (Json(detail.Value) is { ValueKind: JsonValueKind.Object } json)
            {
                yield return (detail.TypeUrl[(detail.TypeUrl.LastIndexOf('.') + 1)..^"+json".Length], json);
            }
        }
    }

    private static RpcStatus? Parsed(byte[] bytes)
    {
        try
        {
            return RpcStatus.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            // What failed is told by the message; only the place is lost.
            return null;
        }
    }

    private static JsonElement? Json(ByteString text)
    {
        try
        {
            using var document = JsonDocument.Parse(text.Memory);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static int? FirstLine(JsonElement source) =>
        source.TryGetProperty("ranges", out var ranges) && ranges.ValueKind == JsonValueKind.Array
            ? ranges.EnumerateArray()
                .Select(
                    range => range.ValueKind == JsonValueKind.Object && range.TryGetProperty("start", out var start)
                        ? Number(start, "line")
                        : null)
                .Min()
            : null;

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int? Number(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object
            && json.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt32(out var number) ? number : null;
}
