using System.Text.Json;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Registries;

/// <summary>Asks which platform an image in a registry is for, where no index says it.</summary>
internal static class ImagePlatform
{
    private const int LargestConfiguration = 8 << 20;

    /// <summary>Adds what an image's configuration says of the platform that it is for.</summary>
    public static async Task<RegistryDescriptor> DescribedAsync(
        RegistryClient client, ImageReference image, RegistryDescriptor described, RegistryDescriptor configuration,
        CancellationToken cancellationToken)
    {
        if (configuration.Size > LargestConfiguration)
        {
            throw new MultiStageException($"The configuration of '{image}' is {configuration.Size} bytes long, which none of an image is.");
        }

        try
        {
            await using var stream = client.Open(image, configuration);
            using var json = await JsonDocument.ParseAsync(stream, cancellationToken: cancellationToken);
            string? Text(string name) =>
                json.RootElement.TryGetProperty(name, out var value) && value.GetString() is { Length: > 0 } text ? text : null;
            return Text("os") is { } system && Text("architecture") is { } architecture
                ? described with
                {
                    Platform = new Platform(system, architecture, Text("variant")),
                    SystemVersion = Text("os.version"),
                    SystemFeatures = RegistryManifest.Texts(json.RootElement, "os.features"),
                }
                : throw new MultiStageException(
                    $"'{image}' doesn't say which platform it is for: its configuration has no os or no architecture.");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or InvalidDataException)
        {
            throw new MultiStageException($"The configuration of '{image}' can't be read: {exception.Message}", exception);
        }
    }
}
