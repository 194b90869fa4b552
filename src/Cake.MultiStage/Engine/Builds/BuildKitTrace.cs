using Cake.MultiStage.Engine.BuildKit;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>Decodes BuildKit's progress: vertices are sent again as they progress, keyed by their digest.</summary>
internal sealed class BuildKitTrace(StepRecorder steps, IBuildObserver observer)
{
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
            steps.Write(log.Vertex, log.Msg.Span);
        }

        foreach (var part in status.Statuses)
        {
            observer.On(new Transferred(part.Name.Length > 0 ? part.Name : part.ID, part.Current, part.Total));
        }

        foreach (var warning in status.Warnings)
        {
            observer.On(new BuildWarning(warning.Short.ToStringUtf8()));
        }

        // Output that came in the same message belongs before the end of its step.
        foreach (var vertex in status.Vertexes)
        {
            if (vertex.Completed is not null)
            {
                var duration = vertex.Started is null || vertex.Cached ? TimeSpan.Zero : vertex.Completed.ToDateTime() - vertex.Started.ToDateTime();
                steps.Finish(vertex.Digest, vertex.Cached, duration, vertex.Error.Length > 0 ? vertex.Error : null);
            }
        }
    }
}
