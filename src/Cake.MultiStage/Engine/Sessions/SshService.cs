using Cake.MultiStage.Engine.Grpc;
using Cake.MultiStage.Engine.Sessions.Messages;
using Google.Protobuf;

namespace Cake.MultiStage.Engine.Sessions;

/// <summary>Joins a step's ssh client with an agent on this host, octet for octet.</summary>
/// <param name="agents">The agents' sockets by the ids that <c>--mount=type=ssh</c> names.</param>
internal sealed class SshService(IReadOnlyDictionary<string, string> agents)
{
    private const int ChunkSize = 32 * 1024;

    // What the daemon asks for where a mount names no id.
    private const string DefaultId = "default";

    public IReadOnlyList<GrpcMethod> Methods =>
    [
        GrpcMethod.Unary<CheckAgentRequest, CheckAgentResponse>("/moby.sshforward.v1.SSH/CheckAgent", (request, _) =>
        {
            SocketOf(request.ID);
            return Task.FromResult(new CheckAgentResponse());
        }),
        GrpcMethod.Duplex<BytesMessage, BytesMessage>("/moby.sshforward.v1.SSH/ForwardAgent", ForwardAsync),
    ];

    private async Task ForwardAsync(GrpcCall<BytesMessage, BytesMessage> call)
    {
        await using var agent = await ConnectAsync(SocketOf(call.Metadata.First("buildkit.ssh.id") ?? ""), call.CancellationToken);
        await JoinAsync(call, agent);
    }

    private static async Task JoinAsync(GrpcCall<BytesMessage, BytesMessage> call, Stream agent)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(call.CancellationToken);
        var answers = AnswersAsync(call, agent, end.Token);
        try
        {
            await foreach (var message in call.Requests)
            {
                await agent.WriteAsync(message.Data.Memory, call.CancellationToken);
            }
        }
        finally
        {
            // The client has hung up; what the agent still had to say is of no use to anyone.
            await end.CancelAsync();
            await answers;
        }
    }

    private static async Task AnswersAsync(GrpcCall<BytesMessage, BytesMessage> call, Stream agent, CancellationToken cancellationToken)
    {
        var buffer = new byte[ChunkSize];
        try
        {
            while (await agent.ReadAsync(buffer, cancellationToken) is var count and > 0)
            {
                await call.WriteAsync(new BytesMessage { Data = ByteString.CopyFrom(buffer.AsSpan(0, count)) });
            }
        }
        catch (OperationCanceledException) when (!call.CancellationToken.IsCancellationRequested)
        {
            return;
        }
    }

    private static async Task<Stream> ConnectAsync(string socket, CancellationToken cancellationToken)
    {
        try
        {
            return await LocalSocket.ConnectAsync(socket, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or TimeoutException or System.Net.Sockets.SocketException)
        {
            throw new GrpcException(GrpcStatusCode.Unavailable, $"no ssh agent answers at '{socket}': {exception.Message}");
        }
    }

    private string SocketOf(string id) => agents.TryGetValue(id.Length == 0 ? DefaultId : id, out var socket)
        ? socket
        : throw new GrpcException(GrpcStatusCode.NotFound, $"the build was given no ssh agent '{(id.Length == 0 ? DefaultId : id)}'");
}
