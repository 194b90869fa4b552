namespace Cake.MultiStage.Engine.Outputs;

/// <summary>Loads an archive of an image into an engine.</summary>
internal sealed class ImageLoader(EngineConnection connection)
{
    private const string What = "Loading the image";

    private readonly EngineImages _images = new(connection);

    /// <summary>Loads it.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="names">The names it has: its tags, or the ids that stores give it.</param>
    /// <param name="cancellationToken">Stops loading.</param>
    /// <returns>The image in the engine.</returns>
    /// <exception cref="EngineException">The engine refuses, or does not have it afterwards.</exception>
    public async Task<EngineImage> LoadAsync(Stream archive, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        await LoadAllAsync(archive, cancellationToken);
        foreach (var name in names)
        {
            if (await _images.FindAsync(name, cancellationToken) is { } image)
            {
                return image;
            }
        }

        throw new EngineException(
            $"{What} failed: the engine at {connection.Endpoint} took it and does not have it. Something else may have deleted it; run the "
                + "build again.", connection.Endpoint);
    }

    /// <summary>Loads all images of an archive.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="cancellationToken">Stops loading.</param>
    /// <returns>The names by which the engine says it loaded them: tags, or ids of those without.</returns>
    /// <exception cref="EngineException">The engine refuses.</exception>
    public async Task<IReadOnlyList<string>> LoadAllAsync(Stream archive, CancellationToken cancellationToken)
    {
        using var content = new StreamContent(archive);
        content.Headers.ContentType = new("application/x-tar");
        using var answer = await connection.SendAsync(HttpMethod.Post, "/images/load?quiet=1", content, What, cancellationToken);
        List<string> names = [];
        await foreach (var message in JsonLines.ReadAsync(answer, connection, What, cancellationToken))
        {
            if (JsonLines.ErrorOf(message) is { } error)
            {
                throw new EngineException(
                    $"{What} failed: the engine at {connection.Endpoint} can't take it: {LogText.Clean(error)}. An index of several "
                        + "platforms needs containerd's image store.", connection.Endpoint);
            }

            if (message.TryGetProperty("stream", out var stream) && stream.GetString() is { } text)
            {
                names.AddRange(text.Split('\n').Select(Loaded).OfType<string>());
            }
        }

        return names;
    }

    // "Loaded image: app:1.0" and "Loaded image ID: sha256:…" (moby, daemon/images and image/tarexport).
    private static string? Loaded(string line) =>
        line.StartsWith("Loaded image", StringComparison.Ordinal) && line.IndexOf(": ", StringComparison.Ordinal) is var colon and > 0
            ? line[(colon + 2)..].Trim() : null;
}
