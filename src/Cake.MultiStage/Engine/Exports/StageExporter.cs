using System.Diagnostics;
using System.Net;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Engine.Builds;
using Cake.MultiStage.Engine.Leftovers;
using Cake.MultiStage.Images;
using Docker.DotNet;

namespace Cake.MultiStage.Engine.Exports;

/// <summary>What to bring to the host.</summary>
/// <param name="Build">The build, whose target is the stage.</param>
/// <param name="Paths">The paths in the stage; none for everything, where the stage is made from scratch.</param>
/// <param name="Destination">The absolute path of the folder on the host.</param>
internal sealed record ExportRequest(BuildRequest Build, IReadOnlyList<string> Paths, string Destination)
{
    public string Stage => Build.Target ?? Build.Dockerfile.FinalStage.Name ?? "final";
}

/// <summary>
/// Brings files of a stage to the host. BuildKit sends them itself, and nothing is left in the engine. The legacy builder can't: there the
/// stage is built without a tag, and the engine makes archives of the paths of a container that is never started.
/// </summary>
internal sealed class StageExporter(IBuilderConnection connection)
{
    private readonly ImageBuildService _builds = new(connection);

    public async Task<ExportResult> ExportAsync(ExportRequest request, IBuildObserver observer, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var paths = Paths(request);
        using var destination = DestinationFolder.Open(request.Destination);
        var files = new UnpackedFiles(destination);
        if (_builds.KindFor(request.Build) == BuilderKind.BuildKit)
        {
            var receiver = new StageReceiver(request.Stage, paths, files, Warn);
            await _builds.ExportAsync(request.Build, receiver, observer, cancellationToken);
        }
        else
        {
            await ExportByContainerAsync(
                (EngineConnection)connection, request, paths, new ArchiveUnpacker(files, Warn), observer, cancellationToken);
        }

        destination.Take(files.Entries);
        return new ExportResult(
            request.Stage,
            request.Destination,
            [.. files.Entries.Where(entry => entry.Kind != EntryKind.Directory)
                .Select(entry => new ExportedFile(entry.Path, new ByteSize(entry.Size), entry.Mode, entry.LinkTarget))],
            Stopwatch.GetElapsedTime(started));

        void Warn(string text) => observer.On(new BuildWarning(text));
    }

    /// <summary>Gets what is exported.</summary>
    /// <exception cref="MultiStageException">It is not named, and all there is would be too much.</exception>
    public static IReadOnlyList<StagePath> Paths(ExportRequest request)
    {
        if (request.Paths.Count > 0)
        {
            return [.. request.Paths.Select(StagePath.Parse).Distinct()];
        }

        var build = request.Build;
        var start = build.Dockerfile.ExpandBase(StageChain.Of(build.Dockerfile, build.Target, build.BuildArguments)[^1],
            build.BuildArguments);
        return start == "scratch"
            ? [StagePath.Parse("/")]
            : throw new MultiStageException(
                $"Stage '{request.Stage}' starts from '{start}', all of whose files would be exported. Name what you want, as in "
                    + "export.Paths.Add(\"/out\").");
    }

    private async Task ExportByContainerAsync(
        EngineConnection engine, ExportRequest request, IReadOnlyList<StagePath> paths, ArchiveUnpacker unpacker, IBuildObserver observer,
        CancellationToken cancellationToken)
    {
        // With a label of its own the image is this export's alone: nobody else has it, or takes it away. Each further label would be an
        // image more, which stays: the legacy builder makes one of each (moby, builder/dockerfile).
        var mark = Leftover.New(new HostProcesses(), TimeProvider.System).ToString();
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { [Leftover.Label] = mark };
        var image = await _builds.BuildAsync(request.Build with { Labels = labels, StageSizes = false }, observer, cancellationToken);
        try
        {
            await UnpackAsync(engine, image.Id, request.Stage, paths, unpacker, cancellationToken);
        }
        finally
        {
            await new EngineImages(engine).CleanUpAsync(image.Id);
        }
    }

    private static async Task UnpackAsync(
        EngineConnection engine, Digest image, string stage, IReadOnlyList<StagePath> paths, ArchiveUnpacker unpacker,
        CancellationToken cancellationToken)
    {
        await using var files = await ContainerFiles.OpenAsync(engine, image, cancellationToken);
        foreach (var path in paths)
        {
            var what = $"Reading '{path}' of stage '{stage}'";
            await using var archive = await ArchiveAsync(files, what, stage, path, cancellationToken);
            await engine.GuardAsync(what, async () =>
            {
                await unpacker.UnpackAsync(archive, path, cancellationToken);
                return true;
            });
        }

        unpacker.DropEngineFolders();
    }

    private static async Task<Stream> ArchiveAsync(
        ContainerFiles files, string what, string stage, StagePath path, CancellationToken cancellationToken)
    {
        try
        {
            return await files.ArchiveAsync(what, path.Query, cancellationToken);
        }
        catch (EngineException exception) when (exception.InnerException is DockerApiException refusal
            && (refusal.StatusCode == HttpStatusCode.NotFound
                || refusal.ResponseBody?.Contains("not a directory", StringComparison.Ordinal) == true))
        {
            throw path.Missing(stage);
        }
    }
}
