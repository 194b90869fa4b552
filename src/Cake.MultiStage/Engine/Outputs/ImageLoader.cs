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
        using var content = new StreamContent(archive);
        content.Headers.ContentType = new("application/x-tar");
        using var answer = await connection.SendAsync(HttpMethod.Post, "/images/load?quiet=1", content, What, cancellationToken);
        await foreach (var message in JsonLines.ReadAsync(answer, connection, What, cancellationToken))
        {
            if (JsonLines.ErrorOf(message) is { } error)
            {
                throw new EngineException(
                    $"{What} failed: the engine at {connection.Endpoint} can't take it: {LogText.Clean(error)}. An index of several "
                        + "platforms needs containerd's image store.", connection.Endpoint);
            }
        }

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
}
