using System.Diagnostics;
using Cake.MultiStage.Building;
using Cake.MultiStage.Contexts;
using Cake.MultiStage.Engine.CacheMounts;
using Cake.MultiStage.Engine.Exports;
using Cake.MultiStage.Engine.Leftovers;
using Cake.MultiStage.Engine.Outputs;
using Cake.MultiStage.Engine.Sessions;
using Cake.MultiStage.Images;
using Cake.MultiStage.Registries;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>
/// Collects a request's build context, has it built by the builder that is there, brings the image to its places, and says what came out.
/// </summary>
/// <param name="connection">The engine, or a BuildKit of its own.</param>
/// <param name="mounts">Keeps what cache mounts hold, where it is asked for.</param>
internal sealed class ImageBuildService(IBuilderConnection connection, CacheMountKeeper? mounts = null)
{
    private readonly EngineConnection? _engine = connection as EngineConnection;
    private readonly EngineImages? _images = connection is EngineConnection engine ? new EngineImages(engine) : null;

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
        foreach (var notice in request.Notes)
        {
            observer.On(notice.IsWarning ? new BuildWarning(notice.Text) : new BuildNote(notice.Text));
        }

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
        CheckOutputs(request);
        await FetchMadeAsync(request, observer, cancellationToken);
        // Without the build cache, BuildKit gives the steps empty mounts of their own.
        if (mounts is not null && !request.NoCache)
        {
            await mounts.FillAsync(request, observer, cancellationToken);
        }

        var image = await WithInputsAsync(
            request, observer, exact => BuildOneAsync(exact, context, observer, cancellationToken), cancellationToken);
        // A stage can be asked for again, when the temporary names are gone.
        var asked = image.Record!.Asked! with { Contexts = request.ContextsToRecord() };
        return image with { Record = image.Record with { Asked = asked } };
    }

    /// <summary>Brings into the engine what was found to be up to date in a registry alone, where this build stands on it.</summary>
    private async Task FetchMadeAsync(BuildRequest request, IBuildObserver observer, CancellationToken cancellationToken)
    {
        foreach (var name in request.OutsideImages().Select(ImageReference.Parse))
        {
            if (_images is not null && request.Made.GetValueOrDefault(name.OrLatest().ToString())?.InRegistry is { } there)
            {
                var exact = there.WithoutTag().WithDigest(there.Digest!);
                if (await _images.FindAsync(exact.ToString(), cancellationToken) is null)
                {
                    await _images.PullAsync(exact, request.Platforms is [var only] ? only : null, observer, cancellationToken);
                }

                await _images.TagAsync(exact.ToString(), name, cancellationToken);
            }
        }
    }

    private void CheckOutputs(BuildRequest request)
    {
        if (mounts is not null && KindFor(request) == BuilderKind.Legacy)
        {
            throw new MultiStageException(
                "The build was not begun: the legacy builder has no cache mounts, which CacheMounts is to keep. Leave CacheMounts out, or "
                    + $"build with BuildKit: leave out {nameof(BuilderKind)}.{nameof(BuilderKind.Legacy)} and DOCKER_BUILDKIT=0.");
        }

        if (mounts is not null && KindFor(request) == BuilderKind.Buildah)
        {
            throw new MultiStageException(
                "The build was not begun: Podman keeps cache mounts on its own host alone, and CacheMounts is to bring them out. Leave "
                    + "CacheMounts out, or build with BuildKit.");
        }

        if (_engine is null && request.IsKept)
        {
            throw new MultiStageException(
                $"The build was not begun: BuildKit at {connection.Endpoint} keeps no images. Say where this one goes: "
                    + "build.Outputs.Add(BuildOutput.Push()) pushes it to the registries of its tags, BuildOutput.Archive(\"./image.tar\") "
                    + "writes it to a file, and BuildOutput.Engine() loads it into the Docker engine. Files alone are brought by "
                    + "MultiStageExport.");
        }

        if (request.Tags.Count == 0 && request.Outputs.Any(output => output is PushOutput))
        {
            throw new MultiStageException(
                "The build was not begun: the image is to be pushed and has no tag that says where to. Give it one, as in "
                    + "build.Tags.Add(\"registry.example.com/team/hello:1.0\").");
        }
    }

    /// <summary>Builds the images behind names of a request's contexts, which are let go when what is done with them is done.</summary>
    private async Task<T> WithInputsAsync<T>(
        BuildRequest request, IBuildObserver observer, Func<BuildRequest, Task<T>> action, CancellationToken cancellationToken)
    {
        if (_engine is not null && Refusal(request.Builder, _engine) is { } refusal)
        {
            throw new EngineException(
                $"The settings, or DOCKER_BUILDKIT, ask for {refusal}, which the engine {_engine.EngineVersion} at {connection.Endpoint} "
                    + "does not have. Leave the builder unset to take what it has.", connection.Endpoint);
        }

        if (_engine is not null && KindFor(request) == BuilderKind.Buildah)
        {
            new BuildahNeeds(_engine).Check(request);
        }

        if (request.Contexts.Count > 0 && KindFor(request) == BuilderKind.Legacy)
        {
            throw new MultiStageException(
                $"The build was not begun: the legacy builder has no named contexts, such as '{request.Contexts.Keys.First()}'. Build with "
                    + $"BuildKit: leave out {nameof(BuilderKind)}.{nameof(BuilderKind.Legacy)} and DOCKER_BUILDKIT=0.");
        }

        if (KindFor(request) == BuilderKind.Legacy && (request.Platforms.Count > 1 || !request.IsKept))
        {
            throw new MultiStageException(
                "The build was not begun: the legacy builder makes images for one platform, in the engine's store alone. BuildKit does "
                    + "more, in an engine with containerd's image store or by itself, as in build.Builder = \"docker-container://name\".");
        }

        if (request.Reproducible && KindFor(request) == BuilderKind.Legacy)
        {
            throw new MultiStageException(
                "The build was not begun: the legacy builder rewrites no times, which Reproducible asks for. BuildKit does, in an engine "
                    + "with containerd's image store.");
        }

        if (!request.Attestations.IsNone && KindFor(request) == BuilderKind.Legacy)
        {
            throw new MultiStageException(
                "The build was not begun: the legacy builder makes no attestations, which "
                    + $"{string.Join(" and ", request.Attestations.Names)} asks for. BuildKit does, in an engine with "
                    + "containerd's image store or by itself.");
        }

        if (request.Steps.Allowed is [var allowed, ..] && KindFor(request) == BuilderKind.Legacy)
        {
            throw new MultiStageException(
                $"The build was not begun: the legacy builder can't allow steps anything, such as '{allowed}'. BuildKit can; a network for "
                    + "all steps is given to both by build.Network = \"host\".");
        }

        List<ImageReference> made = [];
        try
        {
            var inputs = new Dictionary<string, NamedInput>(request.Contexts, StringComparer.Ordinal);
            foreach (var (name, input) in request.Contexts)
            {
                if (input is BuiltInput && _engine is null)
                {
                    throw new MultiStageException(
                        $"The build was not begun: the context '{name}' is an image that is built first, and BuildKit at "
                            + $"{connection.Endpoint} keeps none that another build could start from. Push it, and name it by "
                            + "NamedContext.Image; or build in an engine.");
                }

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
                await _images!.CleanUpAsync(tag);
            }
        }
    }

    private async Task<BuiltImage> BuildOneAsync(
        BuildRequest request, BuildContext context, IBuildObserver observer, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        request = OutsideCaches.Settle(request, KindFor(request), connection.Platform, observer);
        using var received = ReceivedImages.For(request);
        var result = await RunAsync(request, context, received, observer, cancellationToken);
        var id = result.Id ?? throw new InvalidOperationException("A build without files to export makes an image.");
        var kept = _engine is not null && request.IsKept ? await KeptAsync(id, _engine, cancellationToken) : null;
        var (found, engine) = (kept, kept is null ? null : connection.Endpoint);
        foreach (var image in received?.Images ?? [])
        {
            if (image.Output is EngineOutput { Endpoint: { } endpoint })
            {
                var loaded = await LoadAsync(image, endpoint, request, result, cancellationToken);
                (found, engine) = found is null ? (loaded, endpoint) : (found, engine);
            }

            await image.PlaceAsync(cancellationToken);
        }

        var duration = Stopwatch.GetElapsedTime(started);
        var record = SecretArguments.Masked(request.ToRecord(context));
        var own = record.Stages[^1] with { Id = kept is not null ? id : found?.Id ?? result.Configuration ?? id };
        var last = kept is null || request.Platforms.Count > 1 ? own
            : await new ImageLayers(_engine!).FillAsync(own, kept, cancellationToken);
        record = record with { Stages = [.. record.Stages.SkipLast(1).Select(stage => Looked(stage, result.Stages)), last],
            Findings = result.Findings };
        return new BuiltImage
        {
            Record = record,
            Id = own.Id!,
            Digest = request.Outputs.Any(output => output is PushOutput or DigestOutput or ArchiveOutput or LayoutOutput) ? id : null,
            Tags = request.Tags,
            Duration = duration,
            Steps = result.Steps,
            BaseImages = result.BaseImages,
            Platform = request.Platforms.Contains(connection.Platform) || request.Platforms.Count == 0
                ? found?.Platform ?? connection.Platform : request.Platforms[0],
            Platforms = request.Platforms,
            Engine = engine,
            Place = engine is null ? ImagePlaces.Of(request, id) : "",
        };
    }

    private async Task<EngineImage> KeptAsync(Digest id, EngineConnection engine, CancellationToken cancellationToken) =>
        await new EngineImages(engine).FindAsync(id.ToString(), cancellationToken)
            ?? throw new EngineException(
                $"The build said it made image '{id}', but the engine at {connection.Endpoint} does not have it. Something else may "
                    + "have deleted it; run the build again.", connection.Endpoint);

    private async Task<EngineImage> LoadAsync(
        ReceivedImage image, EngineEndpoint endpoint, BuildRequest request, BuildResult result, CancellationToken cancellationToken)
    {
        using var engine = await EngineConnection.OpenAsync(endpoint, connection.Operation, routes: connection.Routes);
        await using var archive = image.Open();
        return await new ImageLoader(engine).LoadAsync(
            archive,
            [.. request.Tags.Select(tag => tag.ToString()), .. new[] { result.Id, result.Configuration }.OfType<Digest>()
                .Select(digest => digest.ToString())],
            cancellationToken);
    }

    private async Task<BuildResult> RunAsync(
        BuildRequest request, BuildContext context, ISolveReceiver? wanted, IBuildObserver observer, CancellationToken cancellationToken)
    {
        // Proxies are this host's, and may hold a password: they travel, and no record has them.
        var sent = request.WithProxies(connection.Keyring.ProxyArguments(connection.Endpoint.Address));
        return await BuilderFor(request, wanted).BuildAsync(sent, context, new OneAtATime(observer), cancellationToken);
    }

    /// <summary>Takes over what a builder found a stage to be; its base stays under the name it was asked for.</summary>
    public static BuiltStage Looked(BuiltStage stage, IReadOnlyList<BuiltStage> looked) =>
        looked.FirstOrDefault(found => found.Name == stage.Name) is { } found
            ? stage with { Id = found.Id, Layers = found.Layers, AreSizesExact = found.AreSizesExact }
            : stage;

    /// <summary>Gets the builder that a request is built by.</summary>
    public BuilderKind KindFor(BuildRequest request) => _engine is null ? BuilderKind.BuildKit
        : request.Builder ?? _engine.Builder;

    private IImageBuilder BuilderFor(BuildRequest request, ISolveReceiver? wanted)
    {
        IImageBuilder builder = KindFor(request) switch
        {
            BuilderKind.Legacy => new LegacyBuilder(_engine!),
            BuilderKind.Buildah => new BuildahBuilder(_engine!),
            _ => new BuildKitBuilder(connection, wanted),
        };
        // What was received half can't be received again.
        builder = wanted is null ? new LostCaches(new RepeatedBuilds(builder)) : builder;
        if (_images is null)
        {
            return request.RecordBaseImages ? new BaseImageRecording(builder, InRegistryAsync) : builder;
        }

        return new BaseImagePulling(
            request.RecordBaseImages ? new BaseImageRecording(builder, InEngineAsync) : builder, _images);
    }

    private static string? Refusal(BuilderKind? asked, EngineConnection engine) => asked switch
    {
        BuilderKind.BuildKit when !engine.HasBuildKit => "BuildKit",
        BuilderKind.Legacy when engine.Builder == BuilderKind.Buildah => "the legacy builder",
        BuilderKind.Buildah when engine.Builder != BuilderKind.Buildah => "Podman's builder",
        _ => null,
    };

    private async Task<Digest?> InEngineAsync(ImageReference reference, CancellationToken cancellationToken) =>
        (await _images!.FindAsync(reference.ToString(), cancellationToken))?.Digests
            .FirstOrDefault(known => known.Repository == reference.Repository)?.Digest;

    private async Task<Digest?> InRegistryAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        using var client = new RegistryClient(connection.Keyring);
        return (await client.FindAsync(reference.OrLatest(), cancellationToken))?.Digest;
    }
}
