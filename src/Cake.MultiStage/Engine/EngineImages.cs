using System.Text.Json;
using Cake.MultiStage.Building;
using Cake.MultiStage.Images;
using Cake.MultiStage.Registries;
using Docker.DotNet;
using Docker.DotNet.Models;
using Platform = Cake.MultiStage.Images.Platform;

namespace Cake.MultiStage.Engine;

/// <summary>The images an engine holds: find, pull, tag, delete, save.</summary>
internal sealed class EngineImages(EngineConnection connection)
{
    /// <summary>Gets an image by reference or id, or <see langword="null"/> where the engine has none.</summary>
    public async Task<EngineImage?> FindAsync(string reference, CancellationToken cancellationToken)
    {
        // What the platform chooses, as in FROM base-$TARGETARCH, is the name of no image, and engines refuse it.
        if (reference.Contains('$', StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            return await connection.AskAsync<EngineImage?>(
                $"Looking up image '{reference}'",
                async token =>
                {
                    try
                    {
                        return EngineImage.Of(await connection.Client.Images.InspectImageAsync(reference, token));
                    }
                    catch (DockerImageNotFoundException)
                    {
                        return null;
                    }
                },
                cancellationToken);
        }
        catch (EngineException exception)
            when (exception.InnerException is DockerApiException { StatusCode: System.Net.HttpStatusCode.NotFound })
        {
            return null;
        }
    }

    /// <summary>Lists the ids of the images that have a label, of this value if one is given, the newest first.</summary>
    public async Task<IReadOnlyList<Digest>> LabelledAsync(string label, string? value, CancellationToken cancellationToken)
    {
        var parameters = new ImagesListParameters
        {
            Filters = new Dictionary<string, IDictionary<string, bool>>(StringComparer.Ordinal)
            {
                ["label"] = new Dictionary<string, bool>(StringComparer.Ordinal) { [value is null ? label : $"{label}={value}"] = true },
            },
        };
        var found = await connection.AskAsync(
            $"Looking for images labelled '{label}'", token => connection.Client.Images.ListImagesAsync(parameters, token),
            cancellationToken);
        return [.. found.OrderByDescending(image => image.Created).Select(image => Digest.Parse(image.ID))];
    }

    /// <summary>
    /// Asks a registry, by way of the engine and without a pull, which manifest or index an image is; <see langword="null"/> where it
    /// doesn't tell.
    /// </summary>
    public async Task<Digest?> InRegistryAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        var wanted = reference.OrLatest();
        var what = $"Asking {wanted.Registry} for '{wanted}'";
        var credentials = Auth(await connection.Keyring.FindAsync(wanted.Registry, cancellationToken), wanted.Registry);
        try
        {
            return await connection.AskAsync(
                what,
                async token =>
                {
                    using var answer = await connection.SendAsync(
                        HttpMethod.Get, $"/distribution/{wanted}/json", content: null, what, token,
                        headers => headers.Add("X-Registry-Auth", Base64Url(credentials)));
                    await using var body = await answer.Content.ReadAsStreamAsync(token);
                    using var told = await JsonDocument.ParseAsync(body, cancellationToken: token);
                    return told.RootElement.TryGetProperty("Descriptor", out var descriptor)
                        && descriptor.TryGetProperty("digest", out var digest) && Digest.TryParse(digest.GetString(), out var found)
                            ? found : null;
                },
                cancellationToken);
        }
        catch (EngineException exception) when (exception.Status is not null)
        {
            return null;
        }
    }

    private static string Base64Url(AuthConfig? credentials) => Convert.ToBase64String(
        JsonSerializer.SerializeToUtf8Bytes(
            new SentCredentials(credentials?.Username, credentials?.Password, credentials?.ServerAddress, credentials?.IdentityToken),
            EngineJson.Default.SentCredentials)).Replace('+', '-').Replace('/', '_');

    /// <summary>Gets the ids of the images that have a name, the newest first.</summary>
    public async Task<IReadOnlyList<string>> NamedAsync(CancellationToken cancellationToken)
    {
        var images = await connection.AskAsync(
            "Listing images",
            token => connection.Client.Images.ListImagesAsync(new ImagesListParameters { All = false }, token),
            cancellationToken);
        return [.. images.Where(image => (image.RepoTags ?? []).Concat(image.RepoDigests ?? [])
                .Any(name => !name.Contains("<none>", StringComparison.Ordinal)))
            .OrderByDescending(image => image.Created).Select(image => image.ID)];
    }

    /// <summary>Makes what Docker.DotNet sends with credentials with a pull or a push.</summary>
    public static AuthConfig? Auth(RegistryCredentials? credentials, string registry) => credentials switch
    {
        null => null,
        { IsIdentityToken: true } => new AuthConfig { ServerAddress = registry, IdentityToken = credentials.Secret },
        _ => new AuthConfig { ServerAddress = registry, Username = credentials.Username, Password = credentials.Secret },
    };

    /// <summary>Pulls an image.</summary>
    /// <exception cref="MultiStageException">No registry serves it to this engine.</exception>
    public async Task PullAsync(ImageReference reference, Platform? platform, IBuildObserver observer, CancellationToken cancellationToken)
    {
        var wanted = reference.OrLatest();
        var progress = new PullProgress(wanted, observer);
        var parameters = new ImagesCreateParameters
        {
            FromImage = wanted.Repository,
            Tag = wanted.Digest?.ToString() ?? wanted.Tag,
            Platform = platform?.ToString(),
        };
        var credentials = await connection.Keyring.FindAsync(wanted.Registry, cancellationToken);
        string error;
        try
        {
            await connection.GuardAsync($"Pulling '{wanted}'", async () =>
            {
                await connection.Client.Images.CreateImageAsync(parameters, Auth(credentials, wanted.Registry), progress,
                    cancellationToken);
                return true;
            });
            if (progress.Error is null)
            {
                return;
            }

            error = progress.Error;
        }
        catch (EngineException exception) when (exception.InnerException is DockerApiException)
        {
            error = exception.Message;
        }

        throw new MultiStageException(
            $"The base image '{wanted}' is not in the engine at {connection.Endpoint}, and pulling it from {wanted.Registry} failed, "
                + $"{RegistryRefusal.Who(credentials, wanted.Registry, error)}: {error}\nCheck the name and the engine's way to the "
                + "registry, or "
                + "bring the image there with 'docker pull' or 'docker load'.");
    }

    public Task TagAsync(string image, ImageReference reference, CancellationToken cancellationToken)
    {
        var wanted = reference.AsTag();
        var parameters = new ImageTagParameters { RepositoryName = wanted.FamiliarName, Tag = wanted.Tag };
        return connection.AskAsync(
            $"Tagging '{image}' as '{wanted}'", token => connection.Client.Images.TagImageAsync(image, parameters, token),
            cancellationToken);
    }

    /// <summary>
    /// Takes a name away and, if it was the last, the image with it, as <c>docker rmi</c> does: with what lies below it and has no name.
    /// </summary>
    /// <exception cref="EngineException">Something uses it (409), or the engine refuses otherwise.</exception>
    public async Task RemoveAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await connection.AskAsync(
                $"Removing image '{name}'",
                token => connection.Client.Images.DeleteImageAsync(name, new ImageDeleteParameters { NoPrune = false }, token),
                cancellationToken);
        }
        catch (EngineException exception) when (exception.Status is System.Net.HttpStatusCode.NotFound)
        {
            // Somebody else has removed it.
            return;
        }
    }

    public Task DeleteAsync(Digest id, CancellationToken cancellationToken) => connection.AskAsync(
        $"Deleting image '{id}'",
        token => connection.Client.Images.DeleteImageAsync(id.ToString(), new ImageDeleteParameters { NoPrune = true }, token),
        cancellationToken);

    /// <summary>
    /// Takes away an image that was made in passing, unless someone has tagged it or made a container of it by now; also when the
    /// operation was stopped.
    /// </summary>
    public Task CleanUpAsync(Digest id) => connection.CleanUpAsync($"image {id.Abbreviated} ('docker rmi {id.Abbreviated}')", async token =>
    {
        if (await FindAsync(id.ToString(), token) is not { Tags: [] })
        {
            return;
        }

        try
        {
            await DeleteAsync(id, token);
        }
        catch (EngineException exception)
            when (exception.Status is System.Net.HttpStatusCode.Conflict or System.Net.HttpStatusCode.NotFound)
        {
            // Something else uses it by now, or has deleted it: it is no longer ours to delete.
            return;
        }
    });

    /// <summary>
    /// Takes away an image that was made in passing under a name of its own, if it came to be; also when the operation was stopped.
    /// </summary>
    public Task CleanUpAsync(ImageReference name) => connection.CleanUpAsync($"image {name} ('docker rmi {name}')", async token =>
    {
        try
        {
            await connection.AskAsync(
                $"Deleting image '{name}'",
                limit => connection.Client.Images.DeleteImageAsync(name.ToString(), new ImageDeleteParameters { NoPrune = true }, limit),
                token);
        }
        catch (EngineException exception) when (exception.Status is System.Net.HttpStatusCode.NotFound)
        {
            // What would have made it was stopped, or failed.
            return;
        }
    });

    /// <summary>Gets an image's configuration (OCI image specification) as far as the engine tells it, without reading the image.</summary>
    public async Task<byte[]> ConfigurationAsync(Digest id, CancellationToken cancellationToken)
    {
        var what = $"Looking up image '{id}'";
        var history = await connection.AskAsync(what, token => connection.Client.Images.GetImageHistoryAsync(id.ToString(), token),
            cancellationToken);
        return await connection.AskAsync(
            what,
            async token =>
            {
                using var answer = await connection.SendAsync(HttpMethod.Get, $"/images/{id}/json", content: null, what, token);
                await using var body = await answer.Content.ReadAsStreamAsync(token);
                using var image = await JsonDocument.ParseAsync(body, cancellationToken: token);
                return JsonSerializer.SerializeToUtf8Bytes(
                    new ToldConfiguration(
                        image.RootElement.GetProperty("Architecture"),
                        image.RootElement.GetProperty("Config"),
                        [.. history.Reverse().Select(step => new ToldStep(step.CreatedBy))]),
                    EngineJson.Default.ToldConfiguration);
            },
            cancellationToken);
    }

    /// <summary>Opens the stream of a saved image, as <c>docker save</c> writes it.</summary>
    public Task<Stream> SaveAsync(IReadOnlyList<Digest> ids, CancellationToken cancellationToken) =>
        connection.GuardAsync("Reading the image's layers",
            () => connection.Client.Images.SaveImagesAsync([.. ids.Select(id => id.ToString())], cancellationToken));

    private sealed class PullProgress(ImageReference reference, IBuildObserver observer) : IProgress<JSONMessage>
    {
        public string? Error { get; private set; }

        public void Report(JSONMessage value)
        {
            if (value.Error is { } error)
            {
                Error = error.Message;
            }
            else if (value is { ID: { Length: > 0 } layer, Status: { } status })
            {
                observer.On(new Transferred($"{reference} {layer} {status}", value.Progress?.Current ?? 0, value.Progress?.Total ?? 0));
            }
        }
    }
}
