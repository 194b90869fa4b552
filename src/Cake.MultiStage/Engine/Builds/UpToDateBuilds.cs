using System.Diagnostics;
using Cake.MultiStage.Building;
using Cake.MultiStage.Contexts;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Engine.CacheMounts;
using Cake.MultiStage.Images;
using Cake.MultiStage.Registries;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>
/// Builds what doesn't exist yet: an image carries the fingerprint of all it was made of, and where the engine or the registry has one with
/// the wanted fingerprint, nothing is sent and its tags are moved. What is built says why.
/// </summary>
/// <param name="connection">What builds.</param>
/// <param name="hashes">Finds out what the files hold.</param>
/// <param name="kept">What earlier builds were made of; <see langword="null"/> where nothing is kept.</param>
/// <param name="registry">The registries that are asked for what their tags are made of; <see langword="null"/> for none.</param>
/// <param name="inEngine">Whether the engine is asked.</param>
/// <param name="mounts">Keeps what cache mounts hold, where it is asked for.</param>
internal sealed class UpToDateBuilds(
    IBuilderConnection connection, FileHashes hashes, KeptBuilds? kept, RegistryClient? registry = null, bool inEngine = true,
    CacheMountKeeper? mounts = null)
{
    /// <summary>The label of an image by which it is found again.</summary>
    public const string Label = "org.cake-multistage.fingerprint";

    private const int MostReasons = 3;
    private const long NanosecondsOfSecond = 1_000_000_000;

    private readonly EngineConnection? _engine = connection as EngineConnection;
    private readonly EngineImages? _images = connection is EngineConnection engine ? new EngineImages(engine) : null;
    private readonly PushedBuilds? _pushed = registry is null ? null : new PushedBuilds(registry);
    private readonly ImageBuildService _builds = new(connection, mounts);

    /// <summary>Builds, unless that has been done.</summary>
    /// <param name="request">What to build.</param>
    /// <param name="isForced">Whether it is built in any case.</param>
    /// <param name="observer">Is told what happens.</param>
    /// <param name="cancellationToken">Stops the build, in the engine too.</param>
    public async Task<BuiltImage> BuildAsync(
        BuildRequest request, bool isForced, IBuildObserver observer, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var context = await ImageBuildService.CollectAsync(request, observer, cancellationToken);
        if (Unknowable.Of(request, SecretArguments.NamesIn(request)) is { } unknowable)
        {
            return await BuildAsync(request, context, [unknowable], observer, cancellationToken);
        }

        var bases = new BaseIdentities(_images, InRegistryAsync);
        if (await bases.FindAsync(request, cancellationToken) is { } missing)
        {
            var engine = _images is null ? "" : "the engine hasn't it, and ";
            string[] reason = [$"which image '{missing}' is now can't be told: {engine}its registry doesn't say"];
            return await BuildAsync(request, context, reason, observer, cancellationToken);
        }

        var contents = await hashes.OfAsync(context, request.Name, cancellationToken);
        connection.Operation.Logger.LogDebug("{Read}", FormattableString.Invariant(
            $"Of {context.Files.Count} files and folders {hashes.Read} were read to tell whether they changed"));
        context = context with { Files = [.. contents.Files.Select(Told)] };
        var inputs = BuildInputs.Of(request, contents, bases.Found, _builds.KindFor(request), connection.Platform);
        var fingerprint = inputs.Fingerprint();
        var found = isForced || !inEngine || _engine is null ? null : await FindAsync(_engine, fingerprint, cancellationToken);
        if (found is not null)
        {
            await TagAsync(found, request, cancellationToken);
            await KeepAsync(request, inputs, cancellationToken);
            return await ImageAsync(_engine!, found, request, context, bases, fingerprint, started, observer, cancellationToken);
        }

        var look = _pushed is null || isForced ? null
            : await _pushed.LookAsync(request.Tags, fingerprint, request.Platforms, cancellationToken);
        if (look?.Same is { } same)
        {
            return await PushedAsync(same, request, inputs, context, bases, started, observer, cancellationToken);
        }

        var reasons = await ReasonsAsync(request, inputs, look, isForced, cancellationToken);
        var labelled = Labelled(request, inputs, fingerprint);
        var image = await BuildAsync(labelled, context, reasons, observer, cancellationToken);
        // The record has the Dockerfile as it was described, without the line that tells what was made of it.
        image = image with { Fingerprint = fingerprint, Record = image.Record! with { Dockerfile = request.Dockerfile } };
        try
        {
            if (await contents.ChangedAsync(FileState.Read, cancellationToken) is { } changed)
            {
                return await AgainAsync(image, request, changed, observer, cancellationToken);
            }
        }
        catch
        {
            // What it holds was not made sure of, and it has the fingerprint.
            await ForgetAsync(request, image, observer);
            throw;
        }

        await KeepAsync(request, inputs, cancellationToken);
        if (kept is not null)
        {
            await kept.KeepAsync(fingerprint, new KeptBuild(image.Record!.Stages, image.Record.Findings), cancellationToken);
        }

        return image;
    }

    /// <summary>
    /// BuildKit asks again for a file whose size, permissions or time are others, and nothing else. Where a program has set the time, as
    /// <c>tar</c> and <c>cp -p</c> do, the content decides on the part of it below a second.
    /// </summary>
    private static ContextFile Told(HashedFile file) =>
        file is { State: { } state, Hash.Length: > 0 } && state.Changed - state.Modified > NanosecondsOfSecond
            ? file.File with
            {
                Told = new DateTime(
                    file.File.Modified.Ticks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond
                        + Convert.ToInt64(file.Hash[..8], 16) % TimeSpan.TicksPerSecond,
                    DateTimeKind.Utc),
            }
            : file.File;

    private async Task<BuiltImage> BuildAsync(
        BuildRequest request, BuildContext context, IReadOnlyList<string> reasons, IBuildObserver observer,
        CancellationToken cancellationToken)
    {
        var more = reasons.Count > MostReasons ? $" and {reasons.Count - MostReasons} more" : "";
        observer.On(new BuildNote($"Builds: {string.Join(", ", reasons.Take(MostReasons).Select(LogText.Clean))}{more}"));
        return await _builds.BuildAsync(request, context, observer, cancellationToken) with { Reasons = reasons };
    }

    /// <summary>
    /// A file was written to while the image was built. What the image holds of it is not known, so the fingerprint must not stay on an
    /// image: it would be found by it when the file is as it was.
    /// </summary>
    private async Task<BuiltImage> AgainAsync(
        BuiltImage image, BuildRequest request, ContextFile changed, IBuildObserver observer, CancellationToken cancellationToken)
    {
        observer.On(new BuildWarning(
            $"'{LogText.Clean(changed.Path)}' changed while the image was built. It is built again, and won't be found to be up to date."));
        var again = await _builds.BuildAsync(request, observer, cancellationToken);
        if (again.Id != image.Id && image.Engine is not null && _images is not null)
        {
            await _images.CleanUpAsync(image.Id);
        }

        return again with { Reasons = [$"{changed.Path} changed while the image was built"] };
    }

    /// <summary>
    /// Finds the image that was made of the same. Labels are handed down to whatever starts from an image, so the one that was built here
    /// is known by its id; of images that others built, what starts from one has at least its layers, and came later.
    /// </summary>
    private async Task<EngineImage?> FindAsync(EngineConnection engine, Digest fingerprint, CancellationToken cancellationToken)
    {
        var images = new EngineImages(engine);
        if (kept is not null && (await kept.FindAsync(fingerprint, cancellationToken))?.Stages is [.., { Id: { } known }])
        {
            // Asking for one image costs an engine far less than looking for a label among all.
            var own = await images.FindAsync(known.ToString(), cancellationToken);
            return own?.Labels.GetValueOrDefault(Label) == fingerprint.ToString() ? own : null;
        }

        List<EngineImage> found = [];
        foreach (var id in await images.LabelledAsync(Label, fingerprint.ToString(), cancellationToken))
        {
            if (await images.FindAsync(id.ToString(), cancellationToken) is { } image)
            {
                found.Add(image);
            }
        }

        // The engine lists the newest first.
        return found.AsEnumerable().Reverse().MinBy(image => image.Layers.Count);
    }

    private async Task TagAsync(EngineImage image, BuildRequest request, CancellationToken cancellationToken)
    {
        foreach (var tag in request.Tags.Except(image.Tags))
        {
            await _images!.TagAsync(image.Id.ToString(), tag, cancellationToken);
        }
    }

    private async Task<IReadOnlyList<string>> ReasonsAsync(
        BuildRequest request, BuildInputs inputs, PushedLook? look, bool isForced, CancellationToken cancellationToken)
    {
        if (look is not null)
        {
            // What the registry has decides, and not what was built here last.
            return look switch
            {
                { Problem: { } problem } => [problem],
                { Last: { } pushed } when InputSummary.Of(inputs).DifferencesFrom(pushed) is { Count: > 0 } others => others,
                { IsThere: true } => [$"what its registry has as {string.Join(", ", request.Tags)} doesn't say what it was made of"],
                _ => [$"its registry has none of {string.Join(", ", request.Tags)}"],
            };
        }

        if (await LastAsync(request, cancellationToken) is not { } last)
        {
            return [isForced ? "it is asked for" : "no earlier build of it is known here"];
        }

        var differences = inputs.DifferencesFrom(last);
        return differences.Count > 0 ? differences
            : [isForced ? "it is asked for; nothing changed" : "nothing changed, but the engine no longer has the image"];
    }

    private Task<BuildInputs?> LastAsync(BuildRequest request, CancellationToken cancellationToken) =>
        kept is null ? Task.FromResult<BuildInputs?>(null) : kept.LastAsync(request, cancellationToken);

    private Task KeepAsync(BuildRequest request, BuildInputs inputs, CancellationToken cancellationToken) =>
        kept is null ? Task.CompletedTask : kept.KeepAsync(request, inputs, cancellationToken);

    /// <summary>
    /// Has the image carry what it was made of. Labels are handed down to what starts from an image; the last line of its history isn't, so
    /// that by it a registry's image is known to be this one. BuildKit writes none for labels beside the Dockerfile.
    /// </summary>
    private BuildRequest Labelled(BuildRequest request, BuildInputs inputs, Digest fingerprint)
    {
        var file = request.Dockerfile;
        var target = request.Target is { } name ? file.IndexOf(name) : file.Stages.Count - 1;
        return request with
        {
            Dockerfile = _builds.KindFor(request) == BuilderKind.Legacy || target < 0 ? file : file with
            {
                Stages =
                [
                    .. file.Stages.Index().Select(stage => stage.Index != target ? stage.Item : stage.Item with
                    {
                        Instructions = [.. stage.Item.Instructions, new LabelInstruction(Label, fingerprint.ToString())],
                    }),
                ],
            },
            Labels = request.Labels.Append(new(Label, fingerprint.ToString()))
                .Append(new(InputSummary.Label, InputSummary.Of(inputs).ToString()))
                .ToDictionary(StringComparer.Ordinal),
        };
    }

    private async Task ForgetAsync(BuildRequest request, BuiltImage image, IBuildObserver observer)
    {
        if (image.Engine is null || _images is null)
        {
            // A registry's tag can't be taken back.
            observer.On(new BuildWarning(
                $"What was pushed as {string.Join(", ", request.Tags)} may hold files as they were while they changed, and "
                    + "UpToDateInRegistry would take it for up to date. Build it again with Force in the settings."));
            return;
        }

        foreach (var tag in request.Tags)
        {
            await _images.CleanUpAsync(tag);
        }

        await _images.CleanUpAsync(image.Id);
    }

    private async Task<Digest?> InRegistryAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        if (_images is not null)
        {
            return await _images.InRegistryAsync(reference, cancellationToken);
        }

        try
        {
            return (await registry!.FindAsync(reference.OrLatest(), cancellationToken))?.Digest;
        }
        catch (MultiStageException)
        {
            // It is told, and built.
            return null;
        }
    }

    private async Task<BuiltImage> PushedAsync(
        PushedBuild same, BuildRequest request, BuildInputs inputs, BuildContext context, BaseIdentities bases, long started,
        IBuildObserver observer, CancellationToken cancellationToken)
    {
        if (request.Outputs.Any(output => output is PushOutput))
        {
            await _pushed!.MoveAsync(same.Reference, request.Tags, observer, cancellationToken);
        }

        await KeepAsync(request, inputs, cancellationToken);
        var record = SecretArguments.Masked(request.ToRecord(context));
        return new BuiltImage
        {
            Record = record with { Stages = [.. record.Stages.SkipLast(1), record.Stages[^1] with { Id = same.Id }] },
            Id = same.Id,
            Digest = same.Reference.Digest,
            Fingerprint = inputs.Fingerprint(),
            Tags = request.Tags,
            Duration = Stopwatch.GetElapsedTime(started),
            BaseImages = request.RecordBaseImages ? bases.Recorded : [],
            Platform = request.Platforms is [var first, ..] ? first : same.Platform,
            Platforms = request.Platforms,
            Engine = null,
            Place = BuiltImage.RegistryScheme + same.Reference,
            UpToDate = true,
            Revision = same.Revision,
        };
    }

    private async Task<BuiltImage> ImageAsync(
        EngineConnection engine, EngineImage image, BuildRequest request, BuildContext context, BaseIdentities bases, Digest fingerprint,
        long started, IBuildObserver observer, CancellationToken cancellationToken)
    {
        var record = SecretArguments.Masked(request.ToRecord(context));
        var build = kept is null ? null : await kept.FindAsync(fingerprint, cancellationToken);
        var own = record.Stages[^1] with { Id = image.Id };
        // Of several platforms each has layers of its own.
        var last = request.Platforms.Count > 1 ? own : await new ImageLayers(engine).FillAsync(own, image, cancellationToken);
        List<BuiltStage> others = [.. record.Stages.SkipLast(1).Select(stage => ImageBuildService.Looked(stage, build?.Stages ?? []))];
        if (request.StageSizes && others.Exists(stage => stage.Layers is null))
        {
            observer.On(new BuildNote(
                "The sizes of the other stages aren't known here, since the image was built elsewhere. "
                    + "Force in the settings finds them out."));
        }

        return new BuiltImage
        {
            Record = record with { Stages = [.. others, last], Findings = build?.Findings ?? [] },
            Id = image.Id,
            Tags = request.Tags,
            Duration = Stopwatch.GetElapsedTime(started),
            BaseImages = request.RecordBaseImages ? bases.Recorded : [],
            Platform = request.Platforms.Contains(connection.Platform) || request.Platforms.Count == 0
                ? image.Platform : request.Platforms[0],
            Platforms = request.Platforms,
            Engine = connection.Endpoint,
            Fingerprint = fingerprint,
            UpToDate = true,
            Revision = image.Labels.GetValueOrDefault("org.opencontainers.image.revision"),
        };
    }
}
