using System.Diagnostics;
using Cake.MultiStage.Building;
using Cake.MultiStage.Contexts;
using Cake.MultiStage.Engine.Exports;
using Cake.MultiStage.Engine.Leftovers;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>Collects a request's build context, has it built by the builder the engine offers, and says what came out.</summary>
internal sealed class ImageBuildService(EngineConnection connection)
{
    private readonly EngineImages _images = new(connection);

    public async Task<BuiltImage> BuildAsync(BuildRequest request, IBuildObserver observer, CancellationToken cancellationToken) =>
        await BuildAsync(request, await CollectAsync(request, observer, cancellationToken), observer, cancellationToken);

    /// <summary>Has BuildKit build a stage and send files of it. No image is made of it.</summary>
    public async Task ExportAsync(BuildRequest request, StageReceiver files, IBuildObserver observer, CancellationToken cancellationToken)
    {
        var context = await CollectAsync(request, observer, cancellationToken);
        request = OutsideCaches.Settle(request, BuilderKind.BuildKit, connection.Platform, observer);
        await WithInputsAsync(request, observer, exact => RunAsync(exact, context, files, observer, cancellationToken), cancellationToken);
    }

    /// <summary>Collects the files that travel, and says what is odd about them.</summary>
    public static async Task<BuildContext> CollectAsync(BuildRequest request, IBuildObserver observer, CancellationToken cancellationToken)
    {
        var context = await request.CollectContextAsync(cancellationToken);
        foreach (var skipped in context.Skipped)
        {
            observer.On(new BuildWarning($"'{skipped}' is a socket, a pipe or a device and stays out of the build context."));
        }

        BuildArgumentCheck.Check(request, observer);
        foreach (var source in request.Dockerfile.ContextSources()
            .Where(source => !source.IsOptional && context.Unmatched.ContainsKey(source.Pattern)))
        {
            observer.On(new BuildWarning($"Nothing is copied for '{source.Pattern}': {context.Unmatched[source.Pattern]}."));
        }

        if (context.LeftOutText is { } leftOut)
        {
            observer.On(new BuildNote(LogText.Clean(leftOut)));
        }

        return context;
    }

    /// <summary>Has a request built, of files that were collected for it.</summary>
    public async Task<BuiltImage> BuildAsync(
        BuildRequest request, BuildContext context, IBuildObserver observer, CancellationToken cancellationToken)
    {
        var image = await WithInputsAsync(
            request, observer, exact => BuildOneAsync(exact, context, observer, cancellationToken), cancellationToken);
        // A stage can be asked for again, when the temporary names are gone.
        var asked = image.Record!.Asked! with { Contexts = request.ContextsToRecord() };
        return image with { Record = image.Record with { Asked = asked } };
    }

    /// <summary>Builds the images behind names of a request's contexts, which are let go when what is done with them is done.</summary>
    private async Task<T> WithInputsAsync<T>(
        BuildRequest request, IBuildObserver observer, Func<BuildRequest, Task<T>> action, CancellationToken cancellationToken)
    {
        if (request.Contexts.Count > 0 && KindFor(request) == BuilderKind.Legacy)
        {
            throw new MultiStageException(
                $"The build was not begun: the legacy builder has no named contexts, such as '{request.Contexts.Keys.First()}'. Build with "
                    + $"BuildKit: leave out {nameof(BuilderKind)}.{nameof(BuilderKind.Legacy)} and DOCKER_BUILDKIT=0.");
        }

        if (request.Reproducible && KindFor(request) == BuilderKind.Legacy)
        {
            throw new MultiStageException(
                "The build was not begun: the legacy builder rewrites no times, which Reproducible asks for. BuildKit does, in an engine "
                    + "with containerd's image store.");
        }

        List<ImageReference> made = [];
        try
        {
            var inputs = new Dictionary<string, NamedInput>(request.Contexts, StringComparer.Ordinal);
            foreach (var (name, input) in request.Contexts)
            {
                if (input is BuiltInput built)
                {
                    var mark = Leftover.New(new HostProcesses(), TimeProvider.System).ToString();
                    var tag = ImageReference.Parse($"{Leftover.Repository}:{mark}");
                    made.Add(tag);
                    observer.On(new BuildNote($"Building '{built.Name}' for the context '{name}'."));
                    await BuildAsync(built.Request with { Tags = [tag] }, observer, cancellationToken);
                    inputs[name] = AddressInput.Of(tag);
                }
            }

            return await action(request with { Contexts = inputs });
        }
        finally
        {
            foreach (var tag in made)
            {
                await _images.CleanUpAsync(tag);
            }
        }
    }

    private async Task<BuiltImage> BuildOneAsync(
        BuildRequest request, BuildContext context, IBuildObserver observer, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        request = OutsideCaches.Settle(request, KindFor(request), connection.Platform, observer);
        var result = await RunAsync(request, context, files: null, observer, cancellationToken);
        var duration = Stopwatch.GetElapsedTime(started);
        var id = result.Id ?? throw new InvalidOperationException("A build without files to export makes an image.");
        var image = await _images.FindAsync(id.ToString(), cancellationToken)
            ?? throw new EngineException(
                $"The build said it made image '{id}', but the engine at {connection.Endpoint} does not have it. Something else may "
                    + "have deleted it; run the build again.", connection.Endpoint);
        var record = SecretArguments.Masked(request.ToRecord(context));
        var last = await new ImageLayers(connection).FillAsync(record.Stages[^1] with { Id = id }, image, cancellationToken);
        record = record with { Stages = [.. record.Stages.SkipLast(1).Select(stage => Looked(stage, result.Stages)), last],
            Findings = result.Findings };
        return new BuiltImage
        {
            Record = record,
            Id = id,
            Tags = request.Tags,
            Duration = duration,
            Steps = result.Steps,
            BaseImages = result.BaseImages,
            Platform = image.Platform,
            Engine = connection.Endpoint,
        };
    }

    private async Task<BuildResult> RunAsync(
        BuildRequest request, BuildContext context, StageReceiver? files, IBuildObserver observer, CancellationToken cancellationToken)
    {
        // Proxies are this host's, and may hold a password: they travel, and no record has them.
        var sent = request.WithProxies(connection.Keyring.ProxyArguments(connection.Endpoint.Address));
        return await Builder(request, files).BuildAsync(sent, context, new OneAtATime(observer), cancellationToken);
    }

    /// <summary>Takes over what a builder found a stage to be; its base stays under the name it was asked for.</summary>
    public static BuiltStage Looked(BuiltStage stage, IReadOnlyList<BuiltStage> looked) =>
        looked.FirstOrDefault(found => found.Name == stage.Name) is { } found
            ? stage with { Id = found.Id, Layers = found.Layers, AreSizesExact = found.AreSizesExact }
            : stage;

    /// <summary>Gets the builder that a request is built by.</summary>
    public BuilderKind KindFor(BuildRequest request) =>
        request.Builder ?? (connection.HasBuildKit ? BuilderKind.BuildKit : BuilderKind.Legacy);

    private BaseImagePulling Builder(BuildRequest request, StageReceiver? files)
    {
        if (request.Builder == BuilderKind.BuildKit && !connection.HasBuildKit)
        {
            throw new EngineException(
                $"The settings, or DOCKER_BUILDKIT, ask for BuildKit, which the engine {connection.EngineVersion} at {connection.Endpoint} "
                    + "does not have. Leave the builder unset to take what it has.", connection.Endpoint);
        }

        IImageBuilder builder = KindFor(request) == BuilderKind.BuildKit
            ? new BuildKitBuilder(connection, files)
            : new LegacyBuilder(connection);
        // Files that were received half can't be received again.
        builder = files is null ? new RepeatedBuilds(builder) : builder;
        return new BaseImagePulling(request.RecordBaseImages ? new BaseImageRecording(builder, _images) : builder, _images);
    }
}
