using System.Collections.Immutable;

namespace Cake.MultiStage.Engine.Grpc;

/// <summary>A call's metadata: the request's fields, in their order. A key may occur several times.</summary>
internal sealed class GrpcMetadata(ImmutableArray<HeaderField> fields)
{
    /// <summary>Returns the first value of a key, or <see langword="null"/>.</summary>
    public string? First(string key) => All(key).FirstOrDefault();

    /// <summary>Returns all values of a key.</summary>
    public ImmutableArray<string> All(string key) =>
        [.. fields.Where(field => string.Equals(field.Name, key, StringComparison.OrdinalIgnoreCase)).Select(field => field.Value)];
}
