using System.Globalization;
using System.Text;

namespace Cake.MultiStage.Engine.Grpc;

/// <summary>The text forms of gRPC over HTTP/2.</summary>
internal static class GrpcWire
{
    private const int LongestMessage = 4096;

    /// <summary>Writes a status message: UTF-8, with all but printable ASCII percent-encoded.</summary>
    public static string EncodeMessage(string message)
    {
        var text = new StringBuilder();
        Span<byte> octets = stackalloc byte[4];
        foreach (var rune in message.EnumerateRunes())
        {
            var start = text.Length;
            if (rune.Value is >= ' ' and <= '~' and not '%')
            {
                text.Append((char)rune.Value);
            }
            else
            {
                foreach (var octet in octets[..rune.EncodeToUtf8(octets)])
                {
                    text.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
                }
            }

            // peers take no trailers of any length
            if (text.Length > LongestMessage)
            {
                return text.ToString(0, start);
            }
        }

        return text.ToString();
    }

    /// <summary>Reads a timeout: up to eight digits and a unit.</summary>
    /// <exception cref="GrpcException">The text is none.</exception>
    public static TimeSpan ReadTimeout(string text)
    {
        if (text.Length is < 2 or > 9 || !int.TryParse(text.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out var amount))
        {
            throw Malformed(text);
        }

        return text[^1] switch
        {
            'H' => TimeSpan.FromHours(amount),
            'M' => TimeSpan.FromMinutes(amount),
            'S' => TimeSpan.FromSeconds(amount),
            'm' => TimeSpan.FromMilliseconds(amount),
            'u' => TimeSpan.FromMicroseconds(amount),
            'n' => TimeSpan.FromTicks((amount + 99L) / 100),
            _ => throw Malformed(text),
        };
    }

    /// <summary>Says whether a content type is one of gRPC.</summary>
    public static bool IsGrpc(string? contentType) =>
        contentType is not null
        && contentType.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase)
        && (contentType.Length == "application/grpc".Length || contentType["application/grpc".Length] is '+' or ';');

    private static GrpcException Malformed(string text) => new(GrpcStatusCode.Internal, $"the grpc-timeout {text} is none");
}
