using System.Globalization;
using System.Text.Json;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Engine.Pruning;

/// <summary>What an engine's images and its build cache take of its disk, by its own figures.</summary>
internal sealed class DiskUsage(EngineConnection connection)
{
    private const string What = "Asking for the engine's disk usage";

    /// <summary>Gets what all images take together, or <see langword="null"/> where the engine doesn't tell.</summary>
    public Task<long?> OfImagesAsync(CancellationToken cancellationToken) => AskAsync(
        usage => usage.TryGetProperty("LayersSize", out var size) && size.TryGetInt64(out var bytes) && bytes >= 0 ? bytes : (long?)null,
        cancellationToken);

    /// <summary>Gets what the build cache holds, or <see langword="null"/> where the engine doesn't tell.</summary>
    public Task<long?> OfBuildCacheAsync(CancellationToken cancellationToken) => AskAsync(
        usage => usage.TryGetProperty("BuildCache", out var records) && records.ValueKind == JsonValueKind.Array
            ? records.EnumerateArray().Sum(record => record.TryGetProperty("Size", out var size) ? size.GetInt64() : 0)
            : (long?)null,
        cancellationToken);

    /// <summary>Gets the bytes of images that no image shares, or <see langword="null"/> where the engine doesn't tell.</summary>
    public async Task<ByteSize?> OwnBytesAsync(IReadOnlyList<LabelledImage> images, CancellationToken cancellationToken)
    {
        if (images.Count == 0)
        {
            return null;
        }

        var ids = images.Select(image => image.Id.ToString()).ToHashSet(StringComparer.Ordinal);
        var bytes = await AskAsync(
            usage => usage.TryGetProperty("Images", out var all) && all.ValueKind == JsonValueKind.Array
                ? all.EnumerateArray().Where(image => ids.Contains(image.GetProperty("Id").GetString() ?? "")).Sum(Own)
                : (long?)null,
            cancellationToken);
        return bytes is null ? null : new ByteSize(bytes.Value);
    }

    /// <summary>Removes what is beyond bounds from the build cache: the engine's <c>POST /build/prune</c>.</summary>
    /// <param name="size">What it may hold, or <see langword="null"/>.</param>
    /// <param name="age">How long what it holds may be unused, or <see langword="null"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<ByteSize> PruneBuildCacheAsync(ByteSize? size, TimeSpan? age, CancellationToken cancellationToken)
    {
        const string Pruning = "Pruning the build cache";
        List<string> query = [];
        if (size is { } most)
        {
            // From API 1.48 on the first is the old name of the third; the second bounds what it may hold.
            var bytes = most.Bytes.ToString(CultureInfo.InvariantCulture);
            query.AddRange([$"keep-storage={bytes}", $"max-used-space={bytes}", $"reserved-space={bytes}"]);
        }

        if (age is { } old)
        {
            var filter = string.Create(CultureInfo.InvariantCulture, $$"""{"until":["{{(long)old.TotalSeconds}}s"]}""");
            query.Add("filters=" + Uri.EscapeDataString(filter));
        }

        using var answer = await connection.SendAsync(
            HttpMethod.Post, "/build/prune?" + string.Join('&', query), content: null, Pruning, cancellationToken);
        using var told = await ReadAsync(answer, Pruning, cancellationToken);
        var isTold = told.RootElement.TryGetProperty("SpaceReclaimed", out var space);
        return new ByteSize(isTold && space.TryGetInt64(out var freed) ? freed : 0);
    }

    private static long Own(JsonElement image)
    {
        long Of(string name) => image.TryGetProperty(name, out var value) && value.TryGetInt64(out var bytes) ? Math.Max(0, bytes) : 0;
        return Math.Max(0, Of("Size") - Of("SharedSize"));
    }

    private async Task<long?> AskAsync(Func<JsonElement, long?> read, CancellationToken cancellationToken)
    {
        using var answer = await connection.SendAsync(HttpMethod.Get, "/system/df", content: null, What, cancellationToken);
        using var usage = await ReadAsync(answer, What, cancellationToken);
        try
        {
            return read(usage.RootElement);
        }
        catch (Exception exception)
            when (exception is InvalidOperationException or KeyNotFoundException or FormatException or OverflowException)
        {
            // What is told in another form isn't told. Images may be removed by now, and their list is not to be lost by a sum.
            return null;
        }
    }

    private Task<JsonDocument> ReadAsync(HttpResponseMessage answer, string what, CancellationToken cancellationToken) =>
        connection.GuardAsync(what, async () =>
        {
            await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
            return await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
        });
}
