using System.Net;
using System.Text.Json;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Registries;

/// <summary>The tags that a registry lists for a repository (OCI distribution specification, "Listing Tags").</summary>
/// <param name="Tags">The tags, in the registry's order.</param>
/// <param name="AreAll">Whether there are no more: very many are not asked for to the end.</param>
internal sealed record RegistryTags(IReadOnlyList<string> Tags, bool AreAll)
{
    /// <summary>The most pages that are asked for, and the tags of a page.</summary>
    public const int MostPages = 20, OnPage = 1000;

    /// <summary>The most repositories of a registry that are listed.</summary>
    public const int Repositories = 100;

    /// <summary>Reads a list of repositories; what is no list names none.</summary>
    public static IReadOnlyList<ImageReference> ReadRepositories(ImageReference beside, byte[] page)
    {
        try
        {
            using var json = JsonDocument.Parse(page);
            return json.RootElement.GetProperty("repositories") is { ValueKind: JsonValueKind.Array } list
                ? [.. list.EnumerateArray().Take(Repositories)
                    .Select(name => ImageReference.TryParse($"{beside.Registry}/{name.GetString()}", out var known) ? known : null)
                    .OfType<ImageReference>()]
                : [];
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return [];
        }
    }

    /// <summary>Reads a page.</summary>
    /// <exception cref="MultiStageException">It is no list of tags.</exception>
    public static IReadOnlyList<string> Read(ImageReference repository, byte[] page)
    {
        try
        {
            using var json = JsonDocument.Parse(page);
            // Registries write null for a repository without tags.
            return json.RootElement.GetProperty("tags") is { ValueKind: JsonValueKind.Array } list
                ? [.. list.EnumerateArray().Select(tag => tag.GetString()).OfType<string>()]
                : [];
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new RegistryException($"Listing the tags of '{repository}' failed: what {repository.Registry} sends is not a list of "
                + "tags.", HttpStatusCode.OK, exception);
        }
    }
}
