using Docker.DotNet;
using Docker.DotNet.Handler.Abstractions;

namespace Cake.MultiStage.Engine;

/// <summary>
/// Makes an error of an answer that sends its client elsewhere: no engine gives one, and what a request carries, credentials to
/// registries above all, is for the host that the user named. Refusals, and the messages of pulls and pushes, have a limit.
/// </summary>
internal sealed class AnswerGuard(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        const long LongestRefusal = 1024 * 1024;
        var response = await base.SendAsync(request, cancellationToken);
        if ((int)response.StatusCode >= 400)
        {
            await response.Content.LoadIntoBufferAsync(LongestRefusal, cancellationToken);
        }
        else if (request.RequestUri?.AbsolutePath is { } path
            && (path.EndsWith("/push", StringComparison.Ordinal) || path.EndsWith("/images/create", StringComparison.Ordinal)))
        {
            response.Content = Bounded(response.Content, await response.Content.ReadAsStreamAsync(cancellationToken));
        }

        if ((int)response.StatusCode is < 300 or >= 400 || response.StatusCode == System.Net.HttpStatusCode.NotModified)
        {
            return response;
        }

        using (response)
        {
            var target = response.Headers.Location is { } location ? $"'{location}'" : "another address";
            throw new DockerApiException(
                response.StatusCode,
                $"it sends its clients on to {target}, which is not followed, for credentials must not reach another host. "
                + "Set DOCKER_HOST to the engine's own address.");
        }
    }

    private static StreamContent Bounded(HttpContent content, Stream stream)
    {
        var bounded = new StreamContent(new BoundedLineStream(stream, JsonLines.Longest));
        foreach (var (name, values) in content.Headers)
        {
            bounded.Headers.TryAddWithoutValidation(name, values);
        }

        return bounded;
    }

    /// <summary>Puts the guard around what a connection's credentials make of its handler.</summary>
    public sealed class Provider(IAuthProvider credentials) : IAuthProvider
    {
        public bool TlsEnabled => credentials.TlsEnabled;

        public HttpMessageHandler ConfigureHandler(HttpMessageHandler handler) => new AnswerGuard(credentials.ConfigureHandler(handler));
    }
}
