using System.Text.Json;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.BuildKit;
using Cake.MultiStage.Engine.Grpc;
using Cake.MultiStage.Engine.Sessions.Messages;

namespace Cake.MultiStage.Tests.Engine;

/// <summary>What answers BuildKit's control API as a test wants: progress for the first solve, and an outcome for each.</summary>
internal sealed class FakeBuildKit
{
    private readonly TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets the solves that were asked for.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<SolveRequest> Solves { get; } = [];

    /// <summary>Gets or sets the progress.</summary>
    public IReadOnlyList<StatusResponse> Progress { get; set; } = [];

    /// <summary>Gets or sets what a solve ends in, once its progress has been told.</summary>
    public Func<SolveRequest, GrpcCallContext, Task<SolveResponse>> Outcome { get; set; } = (_, _) => Task.FromResult(new SolveResponse());

    /// <summary>Gets or sets the labels of its worker.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets or sets its version.</summary>
    public string Version { get; set; } = "v0.25.1";

    /// <summary>Gets or sets the platforms that its worker runs, as processors of Linux.</summary>
    public IReadOnlyList<string> Processors { get; set; } = ["amd64", "386"];

    /// <summary>Gets the sessions that were opened inside calls, by their ids.</summary>
    public System.Collections.Concurrent.ConcurrentDictionary<string, FakeSession> Sessions { get; } = new(StringComparer.Ordinal);

    /// <summary>Waits for a session that a solve names, which may be on its way.</summary>
    public async Task<FakeSession> SessionAsync(string id)
    {
        for (var waited = 0; waited < 1000; waited++)
        {
            if (Sessions.TryGetValue(id, out var session))
            {
                return session;
            }

            await Task.Delay(10);
        }

        throw new GrpcException(GrpcStatusCode.Unavailable, $"no active session for {id}");
    }

    /// <summary>Gets how often it was asked for its workers.</summary>
    public int WorkersAsked { get; private set; }

    public IReadOnlyCollection<GrpcMethod> Methods =>
    [
        GrpcMethod.Unary<ListWorkersRequest, ListWorkersResponse>("/moby.buildkit.v1.Control/ListWorkers", (_, _) =>
        {
            WorkersAsked++;
            var worker = new WorkerRecord { Labels = { Labels.ToDictionary(StringComparer.Ordinal) } };
            worker.Platforms.AddRange(Processors.Select(name => new WorkerPlatform { OS = "linux", Architecture = name }));
            return Task.FromResult(new ListWorkersResponse { Record = { worker } });
        }),
        GrpcMethod.Unary<InfoRequest, InfoResponse>(
            "/moby.buildkit.v1.Control/Info",
            (_, _) => Task.FromResult(new InfoResponse { BuildkitVersion = new BuildkitVersion { Version = Version } })),
        GrpcMethod.Unary<SolveRequest, SolveResponse>("/moby.buildkit.v1.Control/Solve", SolveAsync),
        GrpcMethod.Duplex<StatusRequest, StatusResponse>("/moby.buildkit.v1.Control/Status", TellAsync),
        GrpcMethod.Duplex<BytesMessage, BytesMessage>("/moby.buildkit.v1.Control/Session", async call =>
        {
            await using var session = new FakeSession(call);
            Sessions[session.Id] = session;
            await session.Ended;
        }),
    ];

    /// <summary>Takes progress and outcome from a stream of <c>POST /build</c> as an engine sent it.</summary>
    public void Replays(string stream)
    {
        List<StatusResponse> progress = [];
        string? digest = null;
        string? error = null;
        foreach (var line in stream.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var document = JsonDocument.Parse(line);
            var message = document.RootElement;
            if (JsonLines.ErrorOf(message) is { } said)
            {
                error = said;
            }
            else if (message.TryGetProperty("aux", out var aux) && aux.ValueKind == JsonValueKind.String)
            {
                progress.Add(StatusResponse.Parser.ParseFrom(aux.GetBytesFromBase64()));
            }
            else if (aux.ValueKind == JsonValueKind.Object && aux.TryGetProperty("ID", out var id))
            {
                digest = id.GetString();
            }
        }

        Progress = progress;
        Outcome = (_, _) =>
        {
            var response = new SolveResponse();
            if (digest is not null)
            {
                response.ExporterResponse["containerimage.digest"] = digest;
            }

            return error is null ? Task.FromResult(response) : throw new GrpcException(GrpcStatusCode.Unknown, error);
        };
    }

    private async Task<SolveResponse> SolveAsync(SolveRequest request, GrpcCallContext call)
    {
        Solves.Enqueue(request);
        if (!request.Internal)
        {
            await _told.Task.WaitAsync(call.CancellationToken);
        }

        return await Outcome(request, call);
    }

    private async Task TellAsync(GrpcCall<StatusRequest, StatusResponse> call)
    {
        foreach (var message in Progress)
        {
            await call.WriteAsync(message);
        }

        _told.TrySetResult();
        // An engine ends the progress when its solve has ended; what a client doesn't read to the end it cancels.
        await Task.Delay(TimeSpan.FromMilliseconds(50), call.CancellationToken);
    }
}
