using System.Collections.Immutable;
using System.Globalization;

namespace Cake.MultiStage.Engine.Grpc;

/// <summary>A request's head.</summary>
internal sealed record Http2Request(string Method, string Path, ImmutableArray<HeaderField> Fields)
{
    private const string ForbiddenInValues = "\0\r\n";

    /// <summary>Gets the length the body is said to have.</summary>
    public long? ContentLength { get; private init; }

    /// <summary>Reads a request's head from its fields.</summary>
    /// <exception cref="Http2StreamException">The request is malformed (RFC 9113, 8.1.1).</exception>
    public static Http2Request Read(int streamId, ImmutableArray<HeaderField> fields)
    {
        var pseudo = fields.TakeWhile(field => field.Name.StartsWith(':')).ToImmutableArray();
        string? Pseudo(string name) => pseudo.Where(field => field.Name == name).Select(field => field.Value).FirstOrDefault();
        var known = pseudo.All(field => field.Name is ":method" or ":scheme" or ":path" or ":authority");
        var (method, scheme, path) = (Pseudo(":method"), Pseudo(":scheme"), Pseudo(":path"));

        // RFC 9113, 8.3.1; CONNECT, which has no path, is nothing a gRPC server takes
        if (!known
            || pseudo.DistinctBy(field => field.Name, StringComparer.Ordinal).Count() != pseudo.Length
            || method is null or ""
            || scheme is null or ""
            || path is null or "")
        {
            throw Malformed(streamId, "a request has wrong pseudo-header fields");
        }

        if (pseudo.Any(field => field.Value.AsSpan().ContainsAny(ForbiddenInValues)))
        {
            throw Malformed(streamId, "a request has a field that is not a field");
        }

        var regular = fields[pseudo.Length..];
        Check(streamId, regular);
        return new Http2Request(method, path, regular) { ContentLength = Length(streamId, regular) };
    }

    /// <summary>Checks fields that are no pseudo-header fields, such as those of trailers.</summary>
    /// <exception cref="Http2StreamException">One is malformed, or has no place in HTTP/2 (RFC 9113, 8.2.1 and 8.2.2).</exception>
    public static void Check(int streamId, ImmutableArray<HeaderField> fields)
    {
        foreach (var (name, value, _) in fields)
        {
            if (name.Length == 0 || !name.All(IsNameCharacter) || value.AsSpan().ContainsAny(ForbiddenInValues))
            {
                throw Malformed(streamId, "a request has a field that is not a field");
            }

            if (name is "connection" or "proxy-connection" or "keep-alive" or "transfer-encoding" or "upgrade"
                || (name == "te" && value != "trailers"))
            {
                throw Malformed(streamId, $"a request has the field {name}, which belongs to HTTP/1.1");
            }
        }
    }

    private static bool IsNameCharacter(char character) =>
        char.IsAsciiLetterLower(character)
            || char.IsAsciiDigit(character)
            || "!#$%&'*+-.^_`|~".Contains(character, StringComparison.Ordinal);

    private static long? Length(int streamId, ImmutableArray<HeaderField> fields)
    {
        var values = fields.Where(field => field.Name == "content-length")
            .Select(field => field.Value)
            .Distinct(StringComparer.Ordinal)
            .ToArray();
        return values switch
        {
            [] => null,
            [var value] when long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var length) => length,
            _ => throw Malformed(streamId, "a request has a content-length that is none"),
        };
    }

    private static Http2StreamException Malformed(int streamId, string message) => new(streamId, Http2ErrorCode.ProtocolError, message);
}
