using System.Net;
using Cake.MultiStage.Images;
using Cake.MultiStage.Registries;
using Cake.MultiStage.Tests.Kit;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Registries;

/// <summary>What goes over the wire to a registry, and to whom.</summary>
[CancelAfter(60_000), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RegistryClientTests : IDisposable
{
    private static readonly ImageReference App = ImageReference.Parse("a.example.com/team/app:1");
    private static readonly RegistryCredentials Robot = new("robot", "s3cret");
    private readonly FakeRegistry _registry = new();

    public void Dispose() => _registry.Dispose();

    [Test]
    public async Task A_manifest_is_read_by_its_tag_and_by_its_digest()
    {
        var image = _registry.Image("a.example.com/team/app", "1", "layer");
        using var client = _registry.Client();
        var byTag = await client.GetAsync(App, CancellationToken.None);
        var byDigest = await client.GetAsync(App.WithDigest(image.Digest), CancellationToken.None);
        Assert.That(byTag.Digest, Is.EqualTo(image.Digest).And.EqualTo(byDigest.Digest));
        Assert.That(byTag.Layers.Single().Size, Is.EqualTo("layer".Length));
        Assert.That(_registry.Requests[1], Does.EndWith($"/v2/team/app/manifests/{image.Digest}"));
    }

    [Test]
    public async Task Tags_are_listed_page_by_page_up_to_a_bound()
    {
        var isEndless = false;
        _registry.Before = request =>
        {
            var query = request.RequestUri!.Query;
            var answer = new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = new StringContent(query.Contains("last", StringComparison.Ordinal) ? """{"tags":["3","4"]}"""
                    : """{"name":"team/app","tags":["1","2"]}"""),
            };
            if (isEndless || !query.Contains("last", StringComparison.Ordinal))
            {
                answer.Headers.Add("Link", "<https://elsewhere.example.com/v2/other/tags/list?last=2&n=1000>; rel=\"next\"");
            }

            return answer;
        };
        using var client = _registry.Client();
        var tags = await client.TagsAsync(App, CancellationToken.None);
        Assert.That((string.Join(',', tags.Tags), tags.AreAll), Is.EqualTo(("1,2,3,4", true)));
        isEndless = true;
        Assert.That((await client.TagsAsync(App, CancellationToken.None)).AreAll, Is.False);
        _registry.Before = _ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("<html>") };
        Assert.That(() => client.TagsAsync(App, CancellationToken.None),
            Throws.InstanceOf<RegistryException>().With.Message.Contains("not a list of tags"));
        _registry.Before = _ => null;
        Assert.That(() => client.TagsAsync(App, CancellationToken.None), Throws.InstanceOf<RegistryException>());
    }

    [Test]
    public async Task Docker_Hub_is_asked_by_its_registrys_own_name()
    {
        using var client = _registry.Client();
        Assert.That(await client.FindAsync(ImageReference.Parse("debian"), CancellationToken.None), Is.Null);
        Assert.That(_registry.Requests, Is.EqualTo(["GET registry-1.docker.io/v2/library/debian/manifests/latest"]));
    }

    [Test]
    public async Task Without_a_challenge_no_credentials_are_sent()
    {
        _registry.Image("a.example.com/team/app", "1", "layer");
        using var client = _registry.Client(Robot);
        await client.GetAsync(App, CancellationToken.None);
        Assert.That(_registry.Requests, Has.None.Contains(" as "));
    }

    [Test]
    public async Task A_password_is_sent_where_one_is_asked_for()
    {
        _registry.Image("a.example.com/team/app", "1", "layer");
        _registry.Challenge = "Basic";
        using var client = _registry.Client(Robot);
        await client.GetAsync(App, CancellationToken.None);
        await client.GetAsync(App, CancellationToken.None);
        Assert.That(_registry.Requests.Select(request => request.Contains(" as Basic cm9ib3Q6czNjcmV0", StringComparison.Ordinal)),
            Is.EqualTo([false, true, true]));
    }

    [Test]
    public async Task A_token_is_asked_for_once_with_what_the_request_needs_and_the_registry_gets_it_instead_of_the_password()
    {
        _registry.Image("a.example.com/team/app", "1", "layer");
        _registry.Challenge = "Bearer";
        using var client = _registry.Client(Robot);
        await client.GetAsync(App, CancellationToken.None);
        await client.GetAsync(App, CancellationToken.None);
        Assert.That(_registry.Requests[1], Is.EqualTo(
            "GET auth.example.com/token?service=test&scope=repository%3Ateam%2Fapp%3Apull&scope=repository%3Ax%3Apull&account=robot"
                + " as Basic cm9ib3Q6czNjcmV0"));
        Assert.That(_registry.Requests[2..], Has.Count.EqualTo(2).And.All.EndWith(" as Bearer for-cm9ib3Q6czNjcmV0"));
    }

    [Test]
    public async Task An_identity_token_is_sent_in_a_form()
    {
        string? form = null;
        _registry.Image("a.example.com/team/app", "1", "layer");
        _registry.Challenge = "Bearer";
        _registry.Before = request =>
        {
            form = request.Method == HttpMethod.Post ? request.Content!.ReadAsStringAsync().Result : form;
            return null;
        };
        using var client = _registry.Client(new RegistryCredentials("", "refresh-me"));
        await client.GetAsync(App, CancellationToken.None);
        Assert.That(form, Does.Contain("grant_type=refresh_token").And.Contain("refresh_token=refresh-me").And.Contain("service=test"));
        Assert.That(_registry.Requests[1], Is.EqualTo("POST auth.example.com/token"));
    }

    [TestCase("http://auth.example.com/token")]
    [TestCase("/token")]
    [TestCase("http://127.0.0.1/token")]
    public void Credentials_are_never_sent_to_a_token_server_without_TLS(string realm)
    {
        _registry.Challenge = "Bearer";
        _registry.Before = request =>
        {
            if (request.RequestUri!.Host != "a.example.com")
            {
                throw new InvalidOperationException("It was asked.");
            }

            var refused = new HttpResponseMessage(HttpStatusCode.Unauthorized);
            refused.Headers.WwwAuthenticate.ParseAdd($"Bearer realm=\"{realm}\",service=\"test\"");
            return refused;
        };
        using var client = _registry.Client(Robot);
        Assert.That(() => client.GetAsync(App, CancellationToken.None),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("no address with TLS"));
    }

    [Test]
    public async Task Who_is_sent_elsewhere_for_a_blob_takes_no_credentials_along()
    {
        var blob = _registry.Blob("a.example.com/team/app", "content"u8.ToArray());
        _registry.Challenge = "Basic";
        _registry.Before = request => request.RequestUri!.Host == "storage.example.com"
            ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent("content"u8.ToArray()) }
            : request.Headers.Authorization is null ? null
            : new HttpResponseMessage(HttpStatusCode.TemporaryRedirect)
            {
                Headers = { Location = new Uri("https://storage.example.com/blob?signature=1") },
            };
        using var client = _registry.Client(Robot);
        Assert.That(await ReadAsync(client.Open(App, blob)), Is.EqualTo("content"));
        Assert.That(_registry.Requests[^1], Is.EqualTo("GET storage.example.com/blob?signature=1"));
    }

    [Test]
    public void Who_is_redirected_to_gets_no_credentials_however_it_asks()
    {
        var blob = _registry.Blob("a.example.com/team/app", "content"u8.ToArray());
        _registry.Challenge = "Basic";
        _registry.Before = request => request.RequestUri!.Host == "storage.example.com"
            ? new HttpResponseMessage(HttpStatusCode.Unauthorized)
            {
                Headers = { WwwAuthenticate = { new("Bearer", "realm=\"https://storage.example.com/token\"") } },
            }
            : request.Headers.Authorization is null ? null
            : new HttpResponseMessage(HttpStatusCode.TemporaryRedirect)
            {
                Headers = { Location = new Uri("https://storage.example.com/blob") },
            };
        using var client = _registry.Client(Robot);
        Assert.That(async () => await ReadAsync(client.Open(App, blob)), Throws.Exception);
        Assert.That(_registry.Requests, Has.None.Contains("storage.example.com/token"));
    }

    [TestCase("http://storage.example.com/blob")]
    [TestCase("file:///etc/passwd")]
    public void Nobody_is_sent_to_where_there_is_no_TLS(string location)
    {
        _registry.Before = _ => new HttpResponseMessage(HttpStatusCode.Found) { Headers = { Location = new Uri(location) } };
        using var client = _registry.Client(Robot);
        Assert.That(() => client.GetAsync(App, CancellationToken.None),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("is not followed"));
        Assert.That(_registry.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public void Sending_elsewhere_what_is_written_is_an_error()
    {
        _registry.Before = _ => new HttpResponseMessage(HttpStatusCode.TemporaryRedirect)
        {
            Headers = { Location = new Uri("https://evil.example.com/") },
        };
        using var client = _registry.Client(Robot);
        Assert.That(() => client.PutAsync(App, MediaTypes.Manifest, "{}"u8.ToArray(), CancellationToken.None),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("is not followed"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_blob_that_breaks_off_goes_on_where_it_was(bool ranges)
    {
        var content = string.Concat(Enumerable.Range(0, 100));
        var blob = _registry.Blob("a.example.com/team/app", System.Text.Encoding.UTF8.GetBytes(content));
        (_registry.BreaksAfter, _registry.KnowsRanges) = (ranges ? 70 : 150, ranges);
        using var client = _registry.Client();
        if (!ranges)
        {
            // Who always begins anew, and breaks at the same place, never comes further.
            Assert.That(() => ReadAsync(client.Open(App, blob)), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("150 of"));
            return;
        }

        Assert.That(await ReadAsync(client.Open(App, blob)), Is.EqualTo(content));
    }

    [Test]
    public void A_blob_that_is_not_what_its_digest_names_is_an_error()
    {
        var blob = _registry.Blob("a.example.com/team/app", "content"u8.ToArray());
        _registry.Before = _ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent("CONTENT"u8.ToArray()) };
        using var client = _registry.Client();
        Assert.That(() => ReadAsync(client.Open(App, blob)),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains("something else"));
    }

    [Test]
    public void A_manifest_that_is_not_what_its_digest_names_is_an_error()
    {
        var image = _registry.Image("a.example.com/team/app", "1", "layer");
        _registry.Before = _ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("{}") };
        using var client = _registry.Client();
        Assert.That(() => client.GetAsync(App.WithDigest(image.Digest), CancellationToken.None),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("has the digest"));
    }

    [Test]
    public async Task What_passes_is_tried_again_after_the_pause_that_the_registry_wants()
    {
        _registry.Image("a.example.com/team/app", "1", "layer");
        var answers = 0;
        _registry.Before = _ => ++answers > 2 ? null : new HttpResponseMessage(HttpStatusCode.TooManyRequests)
        {
            Headers = { RetryAfter = new(TimeSpan.FromSeconds(5 * answers)) },
        };
        var time = new ImpatientTime();
        using var client = _registry.Client(time: time);
        await client.GetAsync(App, CancellationToken.None);
        Assert.That(time.Waits, Is.EqualTo([TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10)]));
    }

    [Test]
    public void A_refusal_says_registry_user_and_the_registrys_own_words()
    {
        _registry.Before = _ => new HttpResponseMessage(HttpStatusCode.Forbidden)
        {
            Content = new StringContent("""{"errors":[{"code":"DENIED","message":"requested access is denied"}]}"""),
        };
        using var client = _registry.Client(Robot);
        Assert.That(() => client.GetAsync(App, CancellationToken.None), Throws.InstanceOf<MultiStageException>().With.Message.Contains(
            "Reading 'a.example.com/team/app:1' failed: a.example.com refuses").And.Message.Contains("DENIED: requested access is denied"));
    }

    [Test]
    public void An_endless_answer_is_cut()
    {
        _registry.Before = _ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(new byte[9 << 20]) };
        using var client = _registry.Client();
        Assert.That(() => client.GetAsync(App, CancellationToken.None),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("longer than"));
    }

    [TestCase("{")]
    [TestCase("[]")]
    [TestCase("""{"schemaVersion":1,"fsLayers":[]}""")]
    [TestCase("""{"config":{"digest":"sha256:x","size":1},"layers":[]}""")]
    [TestCase("""{"config":{"digest":7,"size":1},"layers":[]}""")]
    [TestCase("""{"manifests":7}""")]
    public void What_is_no_manifest_is_an_error(string json) => Assert.That(
        () => RegistryManifest.Read("", RegistryClient.DigestOf("x"u8), System.Text.Encoding.UTF8.GetBytes(json)),
        Throws.InstanceOf<MultiStageException>().With.Message.Contains("is not a manifest of an image"));

    private static async Task<string> ReadAsync(Stream stream)
    {
        await using (stream)
        {
            using var reader = new StreamReader(stream);
            return await reader.ReadToEndAsync();
        }
    }
}
