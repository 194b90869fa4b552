using System.Globalization;
using System.Net;
using Cake.MultiStage.Building;
using Cake.MultiStage.Engine.Leftovers;
using Cake.MultiStage.Images;
using Docker.DotNet.Models;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Engine.Pruning;

/// <summary>Removes the images of earlier builds, which it knows by their label, and says which.</summary>
/// <param name="connection">The engine.</param>
/// <param name="time">Tells how old an image is.</param>
internal sealed class ImagePruner(EngineConnection connection, TimeProvider time)
{
    private readonly EngineImages _images = new(connection);
    private readonly DiskUsage _usage = new(connection);

    /// <exception cref="EngineException">The engine can't be reached, or refuses; what was removed until then is told.</exception>
    public async Task<PruneResult> PruneAsync(PruneRequest request, CancellationToken cancellationToken)
    {
        if (request.IsAboutBuildCache && !connection.HasBuildKit)
        {
            throw new EngineException(
                $"Nothing was removed: bounds of the build cache are given, and the engine {connection.EngineVersion} at "
                    + $"{connection.Endpoint} has no BuildKit, whose cache they are for. Leave out prune.BuildCacheSize and "
                    + "prune.BuildCacheAge.", connection.Endpoint);
        }

        var choices = new PruneChoice(request.Keep, time.GetUtcNow() - request.KeepYounger)
            .Of(await FindAsync(request, cancellationToken));
        foreach (var choice in choices.Where(choice => choice.Reason is not null))
        {
            Say($"Kept {Told(choice.Image)}: {choice.Reason}");
        }

        LabelledImage[] chosen = [.. choices.Where(choice => !choice.Stays).Select(choice => choice.Image)];
        var (removed, freed) = request.DryRun
            ? (chosen, await _usage.OwnBytesAsync(chosen, cancellationToken))
            : await RemoveAsync(chosen, cancellationToken);
        if (request.DryRun)
        {
            foreach (var image in removed)
            {
                Say($"Would remove {Told(image)}");
            }
        }

        var result = new PruneResult
        {
            Removed = [.. removed.Select(Pruned)],
            Kept = choices.Count - removed.Length,
            Freed = freed,
            BuildCacheFreed = await PruneCacheAsync(request, cancellationToken),
            DryRun = request.DryRun,
        };
        Say(Total(result));
        return result;
    }

    private static PrunedImage Pruned(LabelledImage image) =>
        new(image.Id, image.Project) { Tags = image.Tags, Changed = image.Changed, Size = image.Size };

    private static string Told(LabelledImage image) => string.Create(CultureInfo.InvariantCulture,
        $"{Pruned(image)}, {image.Size}, of {image.Changed.UtcDateTime:yyyy-MM-dd HH:mm}");

    private static string Total(PruneResult result)
    {
        var images = result.Removed.Count == 1 ? "1 image" : $"{result.Removed.Count} images";
        var freed = (result.Removed.Count, result.Freed) is (> 0, { } size) ? $", {(result.DryRun ? "at least " : "")}{size} freed" : "";
        return result.DryRun ? $"Dry run: {images} would be removed{freed}; {result.Kept} stay"
            : $"Removed {images}{freed}; {result.Kept} stay";
    }

    private void Say(string text) => connection.Logger.LogInformation("{Text}", text);

    private async Task<IReadOnlyList<LabelledImage>> FindAsync(PruneRequest request, CancellationToken cancellationToken)
    {
        // Containers first: one that is made meanwhile is the engine's to see, which then refuses.
        var containers = await connection.AskAsync(
            "Listing containers",
            token => connection.Client.Containers.ListContainersAsync(new ContainersListParameters { All = true }, token),
            cancellationToken);
        var uses = containers.ToLookup(
            container => container.ImageID,
            container => container.Names is [var name, ..] ? $"'{name.TrimStart('/')}'" : container.ID[..12],
            StringComparer.Ordinal);
        List<LabelledImage> found = [];
        foreach (var id in await _images.LabelledAsync(BuildRequest.ProjectLabel, value: null, cancellationToken))
        {
            if (await _images.FindAsync(id.ToString(), cancellationToken) is { } image
                && image.Labels.TryGetValue(BuildRequest.ProjectLabel, out var project)
                && (request.Projects.Count == 0 || request.Projects.Contains(project, StringComparer.Ordinal))
                && !IsInTheMaking(image))
            {
                found.Add(new(image.Id, project)
                {
                    Tags = image.Tags,
                    Layers = image.Layers,
                    Changed = image.Changed,
                    Size = new ByteSize(image.Size),
                    Containers = [.. uses[image.Id.ToString()]],
                });
            }
        }

        return found;
    }

    /// <summary>What a build makes in passing is removed by that build, or after it.</summary>
    private static bool IsInTheMaking(EngineImage image) =>
        image.Labels.ContainsKey(Leftover.Label)
        || image.Tags.Any(tag => tag.FamiliarName.StartsWith(Leftover.Prefix, StringComparison.Ordinal));

    private async Task<(LabelledImage[] Removed, ByteSize? Freed)> RemoveAsync(
        LabelledImage[] chosen, CancellationToken cancellationToken)
    {
        if (chosen.Length == 0)
        {
            return ([], null);
        }

        var before = await _usage.OfImagesAsync(cancellationToken);
        List<LabelledImage> removed = [];
        foreach (var image in chosen)
        {
            if (await RefusalAsync(image, cancellationToken) is { } refusal)
            {
                Say($"Kept {Told(image)}: {refusal}");
            }
            else
            {
                Say($"Removed {Told(image)}");
                removed.Add(image);
            }
        }

        var after = await _usage.OfImagesAsync(cancellationToken);
        return ([.. removed], before is null || after is null ? null : new ByteSize(Math.Max(0, before.Value - after.Value)));
    }

    /// <summary>Removes an image and says why it stays, if it does.</summary>
    private async Task<string?> RefusalAsync(LabelledImage image, CancellationToken cancellationToken)
    {
        // A tag that has moved meanwhile, or one more, is somebody's who works with the image now.
        if (await _images.FindAsync(image.Id.ToString(), cancellationToken) is { } now
            && !now.Tags.ToHashSet().SetEquals(image.Tags))
        {
            return "its tags were changed meanwhile";
        }

        try
        {
            // The image itself goes with its last tag. The steps of the legacy builder below it, which have no name, go with it.
            foreach (var name in image.Tags.Count == 0 ? [image.Id.ToString()] : image.Tags.Select(tag => tag.ToString()))
            {
                await _images.RemoveAsync(name, cancellationToken);
            }

            return null;
        }
        catch (EngineException exception) when (exception.Status is HttpStatusCode.Conflict)
        {
            return exception.Refusal;
        }
    }

    private async Task<ByteSize?> PruneCacheAsync(PruneRequest request, CancellationToken cancellationToken)
    {
        if (!request.IsAboutBuildCache)
        {
            return null;
        }

        var held = await _usage.OfBuildCacheAsync(cancellationToken);
        if (request.DryRun)
        {
            Say($"The build cache holds {(held is { } bytes ? new ByteSize(bytes) : "what the engine doesn't tell")}; a dry run leaves it");
            return null;
        }

        var freed = await _usage.PruneBuildCacheAsync(request.BuildCacheSize, request.BuildCacheAge, cancellationToken);
        Say($"Removed {freed} of the build cache");
        return freed;
    }
}
