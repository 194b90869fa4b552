using System.Text.Json;
using Cake.MultiStage.Building;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>
/// A build by <c>POST /build</c>, which the builders without BuildKit share: the build context is the request's body, and the answer tells
/// of the steps in a stream of JSON messages.
/// </summary>
internal sealed class BuildPost(EngineConnection connection)
{
    private const string What = "The build";

    /// <summary>Sends a build, and reads its answer to the end.</summary>
    /// <param name="request">What is built.</param>
    /// <param name="query">The path and query.</param>
    /// <param name="content">The build context.</param>
    /// <param name="output">Reads what the builder prints.</param>
    /// <param name="cancellationToken">Closes the connection, which stops the build.</param>
    /// <returns>The ids that the builder tells: at least one; the last is the image's.</returns>
    public async Task<IReadOnlyList<Digest>> SendAsync(BuildRequest request, string query, ContextContent content, StepOutputReader output,
        CancellationToken cancellationToken)
    {
        List<Digest> ids = [];
        var credentials = await RegistryConfigAsync(request, cancellationToken);
        try
        {
            using var response = await connection.SendAsync(HttpMethod.Post, query, content, What, cancellationToken,
                headers => headers.Add("X-Registry-Config", credentials));
            await foreach (var message in JsonLines.ReadAsync(response, connection, What, cancellationToken))
            {
                if (JsonLines.ErrorOf(message) is { } error)
                {
                    throw output.Failure(error);
                }

                if (message.TryGetProperty("stream", out var stream))
                {
                    output.Read(stream.GetString() ?? "");
                }
                else if (message.TryGetProperty("aux", out var aux)
                    && aux.ValueKind == JsonValueKind.Object
                    && aux.TryGetProperty("ID", out var identifier))
                {
                    ids.Add(Digest.Parse(identifier.GetString() ?? ""));
                }
            }
        }
        catch (EngineException) when (content.ReadError is not null)
        {
            throw content.ReadError;
        }
        catch (EngineException exception) when (exception.Refusal is { } reason && BuildFailure.IsInDockerfile(reason))
        {
            // A Dockerfile that can't be parsed is refused before the first step.
            throw BuildFailure.Of(output.Dockerfile, step: null, [], reason);
        }

        output.End();
        return ids.Count > 0 ? ids : throw new EngineException(
            $"{What} failed: the engine at {connection.Endpoint} ended its answer without an image. It may have stopped; look at its log, "
                + "then run the build again.", connection.Endpoint);
    }

    /// <summary>The credentials the build may need, as the Engine API takes them: by registry, in base64 that is safe in a URL.</summary>
    private async Task<string> RegistryConfigAsync(BuildRequest request, CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, SentCredentials>(StringComparer.Ordinal);
        foreach (var registry in request.Dockerfile.ImageBases(request.BuildArguments)
            .Select(text => ImageReference.Parse(text).Registry)
            .Distinct(StringComparer.Ordinal))
        {
            if (await connection.Keyring.FindAsync(registry, cancellationToken) is { } credentials)
            {
                known[registry == "docker.io" ? "https://index.docker.io/v1/" : registry] = new SentCredentials(
                    credentials.Username,
                    credentials.IsIdentityToken ? "" : credentials.Secret,
                    Server: null,
                    credentials.IsIdentityToken ? credentials.Secret : "");
            }
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(known, EngineJson.Default.IReadOnlyDictionaryStringSentCredentials);
        return Convert.ToBase64String(json).Replace('+', '-').Replace('/', '_');
    }
}
