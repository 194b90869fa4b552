using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Registries;

/// <summary>
/// Reads and writes images in registries (OCI distribution specification). A repository is named by a reference, whose tag and digest do
/// not count unless a manifest is asked for.
/// </summary>
internal sealed class RegistryClient(RegistryKeyring keyring, HttpMessageHandler handler, TimeProvider time) : IDisposable
{
    private const int LargestManifest = 8 << 20;

    private readonly HttpMessageInvoker _http = new(handler);
    private readonly Dictionary<string, RegistryConnection> _connections = new(StringComparer.Ordinal);

    public RegistryClient(RegistryKeyring keyring)
        : this(keyring, Handler(), TimeProvider.System)
    {
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Gets the manifest, or index, of a tag or digest; <see langword="null"/> where the registry has none.</summary>
    /// <exception cref="MultiStageException">The registry refuses, or what it sends is not what was asked for.</exception>
    public async Task<RegistryManifest?> FindAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        var wanted = reference.OrLatest();
        var request = Reading(wanted, $"manifests/{wanted.Digest?.ToString() ?? wanted.Tag}", $"Reading '{wanted}'") with
        {
            Accept = MediaTypes.OfManifests,
        };
        var connection = Connection(wanted);
        using var answer = await connection.SendAsync(request, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        var bytes = answer.IsSuccessStatusCode ? await RegistryAnswer.BytesAsync(answer.Content, LargestManifest, cancellationToken)
            : throw await connection.RefusedAsync(request, answer, cancellationToken);
        var told = answer.Headers.TryGetValues("Docker-Content-Digest", out var values) ? values.FirstOrDefault() : null;
        var expected = wanted.Digest ?? (Digest.TryParse(told, out var named) ? named : null);
        var digest = DigestOf(bytes, expected?.Algorithm);
        return expected is null || expected == digest
            ? RegistryManifest.Read(answer.Content.Headers.ContentType?.MediaType ?? "", digest, bytes)
            : throw new RegistryException($"{request.What} failed: what {wanted.Registry} sends has the digest {digest}, not {expected}. "
                + "Something between here and the registry changes it, or the registry is damaged.");
    }

    /// <summary>Gets a manifest, or index.</summary>
    /// <exception cref="MultiStageException">The registry has none, or refuses.</exception>
    public async Task<RegistryManifest> GetAsync(ImageReference reference, CancellationToken cancellationToken) =>
        await FindAsync(reference, cancellationToken)
            ?? throw new RegistryException($"The registry {reference.Registry} has no '{reference.OrLatest()}'. Check the name and the "
                + "tag; some registries say so too where the credentials don't allow to see it.", HttpStatusCode.NotFound);

    /// <summary>Opens a blob; its bytes are checked by its digest while they are read.</summary>
    public Stream Open(ImageReference repository, RegistryDescriptor blob) => new BlobStream(
        async (from, token) =>
        {
            var request = Reading(repository, $"blobs/{blob.Digest}", $"Reading {blob.Digest} of '{repository}'") with { From = from };
            var connection = Connection(repository);
            var answer = await connection.SendAsync(request, token);
            if (answer.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.PartialContent))
            {
                using (answer)
                {
                    throw await connection.RefusedAsync(request, answer, token);
                }
            }

            var stream = await answer.Content.ReadAsStreamAsync(token);
            // Who knows no ranges sends all of it again.
            await SkipAsync(stream, answer.StatusCode == HttpStatusCode.OK ? from : 0, token);
            return stream;
        },
        blob.Digest, blob.Size);

    /// <summary>
    /// Gets what refers to a manifest: signatures, SBOMs and the like; by the registry's list, or by the tag that stands for it where the
    /// registry keeps none (distribution specification, "Referrers Tag Schema").
    /// </summary>
    public async Task<IReadOnlyList<RegistryDescriptor>> ReferrersAsync(ImageReference repository, Digest subject,
        CancellationToken cancellationToken)
    {
        var request = Reading(repository, $"referrers/{subject}", $"Listing what refers to '{subject}'") with
        {
            Accept = [MediaTypes.Index],
        };
        var connection = Connection(repository);
        using var answer = await connection.SendAsync(request, cancellationToken);
        return answer.IsSuccessStatusCode && answer.Content.Headers.ContentType?.MediaType == MediaTypes.Index
            ? RegistryManifest.Read(MediaTypes.Index, subject,
                await RegistryAnswer.BytesAsync(answer.Content, LargestManifest, cancellationToken)).Manifests
            : answer.StatusCode == HttpStatusCode.Unauthorized ? throw await connection.RefusedAsync(request, answer, cancellationToken)
            : (await FindAsync(ReferrersTag(repository, subject), cancellationToken))?.Manifests ?? [];
    }

    /// <summary>Lists the tags of a repository, up to a bound.</summary>
    /// <exception cref="MultiStageException">The registry has no such repository, refuses, or can't be reached.</exception>
    public async Task<RegistryTags> TagsAsync(ImageReference repository, CancellationToken cancellationToken)
    {
        List<string> tags = [];
        var connection = Connection(repository);
        var request = Reading(repository, FormattableString.Invariant($"tags/list?n={RegistryTags.OnPage}"),
            $"Listing the tags of '{repository.Repository}'");
        for (var page = 0; page < RegistryTags.MostPages; page++)
        {
            using var answer = await connection.SendAsync(request, cancellationToken);
            if (!answer.IsSuccessStatusCode)
            {
                throw await connection.RefusedAsync(request, answer, cancellationToken);
            }

            var bytes = await RegistryAnswer.BytesAsync(answer.Content, LargestManifest, cancellationToken);
            tags.AddRange(RegistryTags.Read(repository, bytes));
            // Where the next page is says the registry (RFC 5988); only what is asked for there is taken, not whom to ask.
            if (Next(answer) is not { } next)
            {
                return new RegistryTags(tags, AreAll: true);
            }

            request = request with { Target = Target(repository, "tags/list" + next) };
        }

        return new RegistryTags(tags, AreAll: false);
    }

    private static string? Next(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Link", out var links)
            && links.FirstOrDefault(link => link.Contains("rel=\"next\"", StringComparison.Ordinal)) is { } link
            && link.IndexOf('?', StringComparison.Ordinal) is >= 0 and var start
            && link.IndexOf('>', start) is >= 0 and var end
            ? link[start..end]
            : null;

    /// <summary>
    /// Lists repositories of a registry, a page of them; nothing where it doesn't tell, as most that are open to everyone
    /// (distribution API, "Listing Repositories").
    /// </summary>
    public async Task<IReadOnlyList<ImageReference>> RepositoriesAsync(ImageReference beside, CancellationToken cancellationToken)
    {
        var request = new RegistryRequest(HttpMethod.Get, FormattableString.Invariant($"v2/_catalog?n={RegistryTags.Repositories}"),
            $"Listing the repositories of '{beside.Registry}'", "registry:catalog:*");
        try
        {
            using var answer = await Connection(beside).SendAsync(request, cancellationToken);
            return answer.IsSuccessStatusCode
                ? RegistryTags.ReadRepositories(beside, await RegistryAnswer.BytesAsync(answer.Content, LargestManifest, cancellationToken))
                : [];
        }
        catch (MultiStageException)
        {
            return [];
        }
    }

    /// <summary>Says whether a repository can be read and holds a blob.</summary>
    public async Task<bool> HoldsAsync(ImageReference repository, Digest digest, CancellationToken cancellationToken)
    {
        var request = Reading(repository, $"blobs/{digest}", $"Looking up {digest} in '{repository}'") with { Method = HttpMethod.Head };
        using var answer = await Connection(repository).SendAsync(request, cancellationToken);
        return answer.IsSuccessStatusCode;
    }

    /// <summary>Says whether a repository that is written to holds a blob.</summary>
    public async Task<bool> HasBlobAsync(ImageReference repository, Digest digest, CancellationToken cancellationToken)
    {
        var request = new RegistryRequest(HttpMethod.Head, Target(repository, $"blobs/{digest}"), $"Looking up {digest} in '{repository}'",
            Writing(repository));
        var connection = Connection(repository);
        using var answer = await connection.SendAsync(request, cancellationToken);
        return answer.IsSuccessStatusCode || (answer.StatusCode == HttpStatusCode.NotFound ? false
            : throw await connection.RefusedAsync(request, answer, cancellationToken));
    }

    /// <summary>Sends a blob, or has the registry take it over from another of its repositories.</summary>
    /// <param name="repository">Where to.</param>
    /// <param name="blob">The blob.</param>
    /// <param name="open">Opens its bytes, once for every attempt.</param>
    /// <param name="from">A repository of the same registry that has it.</param>
    /// <param name="cancellationToken">Stops sending.</param>
    /// <returns>Whether it was sent; otherwise it was taken over.</returns>
    public async Task<bool> UploadAsync(ImageReference repository, RegistryDescriptor blob, Func<Stream> open, ImageReference? from,
        CancellationToken cancellationToken)
    {
        var what = $"Sending {blob.Digest} to '{repository}'";
        var connection = Connection(repository);
        var mount = from is null ? "" : $"?mount={blob.Digest}&from={from.Path}";
        var begin = new RegistryRequest(HttpMethod.Post, Target(repository, $"blobs/uploads/{mount}"), what, Writing(repository, from))
        {
            Content = _ => Task.FromResult<HttpContent>(new ByteArrayContent([])),
        };
        using var begun = await connection.SendAsync(begin, cancellationToken);
        if (begun.StatusCode == HttpStatusCode.Created)
        {
            return false;
        }

        var location = begun.StatusCode == HttpStatusCode.Accepted && begun.Headers.Location is { } given ? given.OriginalString
            : throw await connection.RefusedAsync(begin, begun, cancellationToken);
        var and = location.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        var end = begin with
        {
            Method = HttpMethod.Put,
            Target = $"{location}{and}digest={Uri.EscapeDataString(blob.Digest.ToString())}",
            Content = _ => Task.FromResult<HttpContent>(new StreamContent(open())
            {
                Headers = { ContentLength = blob.Size, ContentType = new MediaTypeHeaderValue("application/octet-stream") },
            }),
        };
        using var ended = await connection.SendAsync(end, cancellationToken);
        return ended.IsSuccessStatusCode ? true : throw await connection.RefusedAsync(end, ended, cancellationToken);
    }

    /// <summary>Puts a manifest, or index, under a tag or its digest.</summary>
    /// <returns>Whether the registry says that it lists the manifest with those that refer to its subject.</returns>
    public async Task<bool> PutAsync(ImageReference reference, string mediaType, ReadOnlyMemory<byte> bytes,
        CancellationToken cancellationToken)
    {
        var request = new RegistryRequest(
            HttpMethod.Put, Target(reference, $"manifests/{reference.Tag ?? reference.Digest!.ToString()}"), $"Pushing '{reference}'",
            Writing(reference))
        {
            Content = _ => Task.FromResult<HttpContent>(
                new ReadOnlyMemoryContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } }),
        };
        var connection = Connection(reference);
        using var answer = await connection.SendAsync(request, cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            throw await connection.RefusedAsync(request, answer, cancellationToken);
        }

        return answer.Headers.Contains("OCI-Subject");
    }

    /// <summary>Puts a manifest that refers to another, and sees to it that it is found from there.</summary>
    /// <param name="repository">The repository of both.</param>
    /// <param name="subject">The digest of the other.</param>
    /// <param name="manifest">The manifest.</param>
    /// <param name="artifactType">What it is: the type that lists of referrers name.</param>
    /// <param name="cancellationToken">Stops sending.</param>
    public async Task PutReferrerAsync(ImageReference repository, Digest subject, RegistryManifest manifest, string artifactType,
        CancellationToken cancellationToken)
    {
        if (await PutAsync(repository.WithoutTag().WithDigest(manifest.Digest), manifest.MediaType, manifest.Bytes, cancellationToken))
        {
            return;
        }

        // The registry keeps no list: the specification has its clients keep one, under a tag.
        var tag = ReferrersTag(repository, subject);
        var known = (await FindAsync(tag, cancellationToken))?.Manifests ?? [];
        if (known.All(other => other.Digest != manifest.Digest))
        {
            var added = new RegistryDescriptor(manifest.MediaType, manifest.Digest, manifest.Bytes.Length) { ArtifactType = artifactType };
            await PutAsync(tag, MediaTypes.Index, RegistryManifest.Index([.. known, added]), cancellationToken);
        }
    }

    /// <summary>Makes the reference of the tag under which a registry without a list of referrers keeps it.</summary>
    private static ImageReference ReferrersTag(ImageReference repository, Digest subject) =>
        repository.WithTag($"{subject.Algorithm}-{(subject.Encoded.Length <= 64 ? subject.Encoded : subject.Encoded[..64])}");

    /// <summary>Computes a digest.</summary>
    public static Digest DigestOf(ReadOnlySpan<byte> bytes, string? algorithm = null) => Digest.Parse(
        algorithm == "sha512" ? $"sha512:{Convert.ToHexStringLower(SHA512.HashData(bytes))}"
            : $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}");

    private static SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectTimeout = TimeSpan.FromSeconds(20),
    };

    private static RegistryRequest Reading(ImageReference repository, string target, string what) =>
        new(HttpMethod.Get, Target(repository, target), what, $"repository:{repository.Path}:pull");

    private static string Writing(ImageReference repository, ImageReference? from = null) =>
        $"repository:{repository.Path}:pull,push{(from is null ? "" : $" repository:{from.Path}:pull")}";

    private static string Target(ImageReference repository, string target) => $"v2/{repository.Path}/{target}";

    private RegistryConnection Connection(ImageReference repository)
    {
        if (!_connections.TryGetValue(repository.Registry, out var connection))
        {
            _connections[repository.Registry] = connection = new RegistryConnection(repository.Registry, keyring, _http, time);
        }

        return connection;
    }

    private static async Task SkipAsync(Stream stream, long count, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 << 10];
        while (count > 0)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, count)), cancellationToken);
            count = read > 0 ? count - read : throw new IOException("The blob broke off.");
        }
    }
}
