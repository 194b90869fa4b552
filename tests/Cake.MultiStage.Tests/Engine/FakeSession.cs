using System.Net;
using System.Net.Http.Headers;
using Cake.MultiStage.Engine.Grpc;
using Cake.MultiStage.Engine.Sessions.Messages;
using Cake.MultiStage.Tests.Grpc;
using Google.Protobuf;

namespace Cake.MultiStage.Tests.Engine;

/// <summary>A session inside a call, seen from the builder: it calls what the client offers.</summary>
internal sealed class FakeSession : IAsyncDisposable
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HttpClient _client;

    public FakeSession(GrpcCall<BytesMessage, BytesMessage> call)
    {
        Id = call.Metadata.First("x-docker-expose-session-uuid")!;
        Announced = call.Metadata.All("x-docker-expose-session-grpc-method");
        call.CancellationToken.Register(() => _ended.TrySetResult());
        var stream = new CallStream(call, _ended);
        _client = new HttpClient(
            new SocketsHttpHandler { ConnectCallback = (_, _) => ValueTask.FromResult<Stream>(stream) }, disposeHandler: true);
    }

    public string Id { get; }

    /// <summary>Gets the methods that it says it has.</summary>
    public IReadOnlyList<string> Announced { get; }

    public Task Ended => _ended.Task;

    /// <summary>Calls a method with messages of octets.</summary>
    /// <returns>The status.</returns>
    public async Task<string?> CallAsync(string path, IEnumerable<byte[]> chunks, params (string Key, string Value)[] metadata)
    {
        byte[] body = [.. chunks.SelectMany(
            chunk => GrpcTestClient.Frame(new BytesMessage { Data = ByteString.CopyFrom(chunk) }.ToByteArray()))];
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://localhost" + path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.ParseAdd("trailers");
        Array.ForEach(metadata, pair => request.Headers.TryAddWithoutValidation(pair.Key, pair.Value));
        using var response = await _client.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        return GrpcTestClient.Trailer(response, "grpc-status");
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The call's octets.</summary>
    private sealed class CallStream(GrpcCall<BytesMessage, BytesMessage> call, TaskCompletionSource ended) : Stream
    {
#pragma warning disable CA2213 // a read may still wait in it; it ends with the call
        private readonly IAsyncEnumerator<BytesMessage> _requests = call.Requests.GetAsyncEnumerator();
#pragma warning restore CA2213
        private ReadOnlyMemory<byte> _left;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (_left.IsEmpty)
            {
                if (!await _requests.MoveNextAsync())
                {
                    ended.TrySetResult();
                    return 0;
                }

                _left = _requests.Current.Data.Memory;
            }

            var count = Math.Min(buffer.Length, _left.Length);
            _left[..count].CopyTo(buffer);
            _left = _left[count..];
            return count;
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            await call.WriteAsync(new BytesMessage { Data = ByteString.CopyFrom(buffer.Span) });

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
