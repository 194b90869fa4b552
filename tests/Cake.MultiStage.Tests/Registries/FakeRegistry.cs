using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Cake.MultiStage.Registries;

namespace Cake.MultiStage.Tests.Registries;

/// <summary>Registries in memory, a host each, with the manners that real ones have; notes what it is asked.</summary>
internal sealed class FakeRegistry : HttpMessageHandler
{
    private static readonly string[] Hosts = ["a.example.com", "b.example.com"];

    private readonly Dictionary<string, byte[]> _content = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);

    /// <summary>Gets the requests: method, address, and <c>as X</c> where they carry an authorization.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>Gets or sets how it asks who is there: <c>Basic</c>, <c>Bearer</c>, or not at all.</summary>
    public string? Challenge { get; set; }

    public string Realm { get; set; } = "https://auth.example.com/token";

    /// <summary>Gets or sets what answers before the registry does.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage?> Before { get; set; } = _ => null;

    public bool ListsReferrers { get; set; } = true;

    public bool Mounts { get; set; } = true;

    /// <summary>Gets or sets after how many bytes of a blob the connection breaks.</summary>
    public int? BreaksAfter { get; set; }

    public bool KnowsRanges { get; set; } = true;

    public RegistryClient Client(RegistryCredentials? login = null, TimeProvider? time = null)
    {
        var given = Hosts.Where(_ => login is not null).ToDictionary(host => host, _ => login!, StringComparer.Ordinal);
        return new RegistryClient(new RegistryKeyring(null, given), this, time ?? TimeProvider.System);
    }

    public byte[]? Find(string key) => _content.GetValueOrDefault(key);

    public IEnumerable<string> Keys => _content.Keys;

    /// <summary>Lays down a blob.</summary>
    public RegistryDescriptor Blob(string repository, byte[] bytes, string type = "application/octet-stream")
    {
        var digest = RegistryClient.DigestOf(bytes);
        _content[$"{repository}/blobs/{digest}"] = bytes;
        return new RegistryDescriptor(type, digest, bytes.Length);
    }

    /// <summary>Lays down a manifest, under its digest and a tag.</summary>
    public RegistryManifest Manifest(string repository, string? tag, string json, string type = MediaTypes.Manifest)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        var digest = RegistryClient.DigestOf(bytes);
        foreach (var name in new[] { tag, digest.ToString() }.OfType<string>())
        {
            _content[$"{repository}/manifests/{name}"] = bytes;
            _types[$"{repository}/manifests/{name}"] = type;
        }

        return RegistryManifest.Read(type, digest, bytes);
    }

    /// <summary>Lays down an image of one layer.</summary>
    public RegistryManifest Image(string repository, string? tag, string layer, string subject = "")
    {
        var config = Blob(repository, Encoding.UTF8.GetBytes($$"""{"of":"{{layer}}"}"""));
        var packed = Blob(repository, Encoding.UTF8.GetBytes(layer));
        return Manifest(repository, tag, $$"""
            {"schemaVersion":2,"mediaType":"{{MediaTypes.Manifest}}",{{subject}}
            "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{config.Digest}}","size":{{config.Size}}},
            "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"{{packed.Digest}}","size":{{packed.Size}}}]}
            """);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var (address, by) = (request.RequestUri!, request.Headers.Authorization);
        Requests.Add($"{request.Method} {address.Host}{address.PathAndQuery}{(by is null ? "" : $" as {by}")}");
        if (Before(request) is { } answer)
        {
            return answer;
        }

        if (address.Host == new Uri(Realm).Host)
        {
            return Text(HttpStatusCode.OK, $$"""{"token":"for-{{by?.Parameter ?? "anyone"}}"}""");
        }

        if (Challenge is not null && by is null)
        {
            var refused = Text(HttpStatusCode.Unauthorized, """{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}""");
            refused.Headers.WwwAuthenticate.ParseAdd(
                Challenge == "Basic" ? "Basic realm=\"test\"" : $"Bearer realm=\"{Realm}\",service=\"test\",scope=\"repository:x:pull\"");
            return refused;
        }

        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        return Answer(request, $"{address.Host}{address.AbsolutePath["/v2".Length..]}", body);
    }

    private HttpResponseMessage Answer(HttpRequestMessage request, string key, byte[] body)
    {
        if (request.Method == HttpMethod.Post)
        {
            var query = System.Web.HttpUtility.ParseQueryString(request.RequestUri!.Query);
            var blob = _content.GetValueOrDefault($"{request.RequestUri.Host}/{query["from"]}/blobs/{query["mount"]}");
            if (Mounts && blob is not null)
            {
                _content[key.Replace("/blobs/uploads/", $"/blobs/{query["mount"]}", StringComparison.Ordinal)] = blob;
                return new HttpResponseMessage(HttpStatusCode.Created);
            }

            return new HttpResponseMessage(HttpStatusCode.Accepted)
            {
                Headers = { Location = new Uri(request.RequestUri.AbsolutePath + "session?_state=1", UriKind.Relative) },
            };
        }

        if (request.Method == HttpMethod.Put && key.EndsWith("/blobs/uploads/session", StringComparison.Ordinal))
        {
            var digest = System.Web.HttpUtility.ParseQueryString(request.RequestUri!.Query)["digest"];
            _content[key.Replace("uploads/session", digest, StringComparison.Ordinal)] = body;
            return new HttpResponseMessage(HttpStatusCode.Created);
        }

        if (request.Method == HttpMethod.Put)
        {
            (_content[key], _types[key]) = (body, request.Content!.Headers.ContentType!.MediaType!);
            _content[key[..(key.LastIndexOf('/') + 1)] + RegistryClient.DigestOf(body)] = body;
            _types[key[..(key.LastIndexOf('/') + 1)] + RegistryClient.DigestOf(body)] = request.Content!.Headers.ContentType!.MediaType!;
            var put = new HttpResponseMessage(HttpStatusCode.Created);
            if (ListsReferrers && Encoding.UTF8.GetString(body).Contains("\"subject\"", StringComparison.Ordinal))
            {
                put.Headers.Add("OCI-Subject", "yes");
            }

            return put;
        }

        if (ListsReferrers && key.Contains("/referrers/", StringComparison.Ordinal))
        {
            return Referrers(key);
        }

        return _content.GetValueOrDefault(key) is { } found ? Found(request, key, found)
            : Text(HttpStatusCode.NotFound, """{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}""");
    }

    private HttpResponseMessage Referrers(string key)
    {
        var (repository, subject) = (key[..key.IndexOf("/referrers/", StringComparison.Ordinal)], key[(key.LastIndexOf('/') + 1)..]);
        var referring = _content.Where(entry => entry.Key.StartsWith(repository + "/manifests/sha256:", StringComparison.Ordinal)
            && Encoding.UTF8.GetString(entry.Value) is var text
            && text.Contains("\"subject\"", StringComparison.Ordinal)
            && text.Contains(subject, StringComparison.Ordinal));
        return new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new ByteArrayContent(RegistryManifest.Index([.. referring.Select(
                entry => new RegistryDescriptor(MediaTypes.Manifest, RegistryClient.DigestOf(entry.Value), entry.Value.Length)
                {
                    ArtifactType = JsonElement.Parse(entry.Value).TryGetProperty("artifactType", out var type) ? type.GetString() : null,
                })]))
            {
                Headers = { ContentType = new MediaTypeHeaderValue(MediaTypes.Index) },
            },
        };
    }

    private HttpResponseMessage Found(HttpRequestMessage request, string key, byte[] bytes)
    {
        var from = KnowsRanges ? (int)(request.Headers.Range?.Ranges.Single().From ?? 0) : 0;
        var isBroken = BreaksAfter is { } limit && key.Contains("/blobs/", StringComparison.Ordinal) && from + limit < bytes.Length;
        var answer = new HttpResponseMessage(from > 0 ? HttpStatusCode.PartialContent : HttpStatusCode.OK)
        {
            Content = new StreamContent(isBroken ? new BreakingStream(bytes[from..], BreaksAfter!.Value)
                : new MemoryStream(bytes[from..])),
        };
        if (_types.GetValueOrDefault(key) is { } type)
        {
            answer.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
            answer.Headers.Add("Docker-Content-Digest", RegistryClient.DigestOf(bytes).ToString());
        }

        return answer;
    }

    private static HttpResponseMessage Text(HttpStatusCode status, string text) => new(status) { Content = new StringContent(text) };

    private sealed class BreakingStream(byte[] bytes, int limit) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position >= limit
                ? throw new IOException(string.Create(CultureInfo.InvariantCulture, $"broken after {limit}"))
                : base.ReadAsync(buffer[..(int)Math.Min(buffer.Length, limit - Position)], cancellationToken);
    }
}
