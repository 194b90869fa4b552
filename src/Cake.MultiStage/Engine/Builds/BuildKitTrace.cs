using Cake.MultiStage.Building;
using Cake.MultiStage.Engine.BuildKit;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>Decodes BuildKit's progress: vertices are sent again as they progress, keyed by their digest.</summary>
internal sealed class BuildKitTrace(StepRecorder steps, IBuildObserver observer)
{
    private readonly HashSet<string> _fetching = new(StringComparer.Ordinal);

    public void Read(ReadOnlySpan<byte> statusResponse)
    {
        var status = StatusResponse.Parser.ParseFrom(statusResponse);
        foreach (var vertex in status.Vertexes)
        {
            steps.Name(vertex.Digest, StepName.FromBuildKit(vertex.Name));
            if (vertex.Started is not null)
            {
                steps.Start(vertex.Digest);
            }
        }

        foreach (var log in status.Logs)
        {
            steps.Write(log.Vertex, log.Msg.Span, isError: log.Stream == 2);
        }

        foreach (var part in status.Statuses)
        {
            if (part.Current > 0)
            {
                _fetching.Add(part.Vertex);
            }

            observer.On(new Transferred(steps.Shown(part.Name.Length > 0 ? part.Name : part.ID), part.Current, part.Total));
        }

        foreach (var warning in status.Warnings)
        {
            observer.On(new BuildWarning(steps.Shown(warning.Short.ToStringUtf8())));
        }

        // Output that came in the same message belongs before the end of its step.
        foreach (var vertex in status.Vertexes)
        {
            if (vertex.Completed is not null)
            {
                var cached = vertex.Cached || IsBaseAtHand(vertex);
                var duration = vertex.Started is null || cached ? TimeSpan.Zero : vertex.Completed.ToDateTime() - vertex.Started.ToDateTime();
                steps.Finish(vertex.Digest, cached, duration, vertex.Error.Length > 0 ? vertex.Error : null);
            }
        }
    }

    /// <summary>BuildKit never calls a base image cached that the engine itself holds, though nothing is fetched for it.</summary>
    private bool IsBaseAtHand(Vertex vertex) =>
        vertex.Error.Length == 0 && !_fetching.Contains(vertex.Digest) && StepName.FromBuildKit(vertex.Name) is { IsInstruction: true } name && name.Instruction.StartsWith("FROM ", StringComparison.Ordinal);
}
