using System.Net;
using System.Net.Http.Headers;
using Cake.MultiStage.Building;

namespace Cake.MultiStage.Engine.Sessions;

/// <summary>
/// The stream of <c>moby.buildkit.v1.Control/Session</c>, a gRPC call straight on the engine's socket: what engines offer
/// in the place of <c>POST /session</c>, which API 1.53 deprecates.
/// </summary>
internal sealed class GrpcSessionTransport(EngineConnection connection) : ISessionTransport
{
    /// <summary>The call's path.</summary>
    public const string Path = "/moby.buildkit.v1.Control/Session";

    private const string What = "Opening a build session by gRPC";

    public async Task<Stream> OpenAsync(string id, string sharedKey, CancellationToken cancellationToken)
    {
        var outgoing = new DuplexContent();
        outgoing.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        HttpResponseMessage? response = null;
        try
        {
            response = await connection.SendGrpcAsync(
                Path,
                outgoing,
                What,
                headers =>
                {
                    headers.TE.ParseAdd("trailers");
                    foreach (var (name, value) in SessionHeaders.Of(id, sharedKey))
                    {
                        headers.Add(name, value);
                    }
                },
                cancellationToken);
            // A call that is refused has its status where others have their first headers.
            if (response.StatusCode != HttpStatusCode.OK || response.Headers.Contains("grpc-status"))
            {
                throw new EngineException($"{What} failed: the engine {connection.EngineVersion} at {connection.Endpoint} has neither '/session' nor '{Path}': it answered {Reason(response)}. Builds without a session can be done by BuilderKind.Classic.", connection.Endpoint);
            }

            return new GrpcByteStream(response, await response.Content.ReadAsStreamAsync(cancellationToken), await outgoing.StreamAsync(cancellationToken), outgoing);
        }
        catch
        {
            response?.Dispose();
            outgoing.Dispose();
            throw;
        }
    }

    private static string Reason(HttpResponseMessage response) =>
        response.StatusCode != HttpStatusCode.OK ? $"{(int)response.StatusCode}"
        : $"gRPC status {string.Concat(response.Headers.GetValues("grpc-status"))}{(response.Headers.TryGetValues("grpc-message", out var message) ? $" ({string.Concat(message)})" : "")}";

    /// <summary>A request's body that is written for as long as the call lasts.</summary>
    private sealed class DuplexContent : HttpContent
    {
        private readonly TaskCompletionSource<Stream> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<Stream> StreamAsync(CancellationToken cancellationToken) => _stream.Task.WaitAsync(cancellationToken);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            // The request's headers wait for the first octet of the body otherwise, and the engine speaks first.
            await stream.FlushAsync(cancellationToken);
            _stream.TrySetResult(stream);
            await _end.Task.WaitAsync(cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            _end.TrySetResult();
            base.Dispose(disposing);
        }
    }
}
