using System.Collections.Immutable;

namespace Cake.MultiStage.Engine.Grpc;

/// <summary>A call's metadata: the request's fields, in their order. A key may occur several times.</summary>
internal sealed class GrpcMetadata(ImmutableArray<HeaderField> fields)
{
    /// <summary>Gets the keys and values as they came in.</summary>
    public IEnumerable<KeyValuePair<string, string>> Entries => fields.Select(entry => KeyValuePair.Create(entry.Name, entry.Value));

    /// <summary>Returns the first value of a key, or <see langword="null"/>.</summary>
    public string? First(string key) => All(key).FirstOrDefault();

    /// <summary>Returns all values of a key.</summary>
    public ImmutableArray<string> All(string key) =>
        [.. fields.Where(field => string.Equals(field.Name, key, StringComparison.OrdinalIgnoreCase)).Select(field => field.Value)];

    /// <summary>Returns all values of a binary key, whose name ends in <c>-bin</c>.</summary>
    /// <exception cref="GrpcException">A value is not valid base64.</exception>
    public ImmutableArray<ReadOnlyMemory<byte>> AllBinary(string key) =>
        key.EndsWith("-bin", StringComparison.OrdinalIgnoreCase)

            // an intermediary may have joined values with commas, which base64 has not
            ? [.. All(key).SelectMany(value => value.Split(',')).Select(value => Decode(key, value.Trim()))]
            : throw new ArgumentException("The key of a binary value ends in -bin.", nameof(key));

    private static ReadOnlyMemory<byte> Decode(string key, string value)
    {
        // senders leave the padding out, receivers take both
        var text = value.TrimEnd('=');
        try
        {
            return Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));
        }
        catch (FormatException)
        {
            throw new GrpcException(GrpcStatusCode.Internal, $"the metadata {key} is not valid base64");
        }
    }
}
