using Cake.MultiStage.Building;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Registries;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

/// <summary>Writes and checks the lock file of base images.</summary>
internal sealed class BaseLocking(BaseResolver resolver, MultiStageLockSettings settings, string path, ILogger logger)
{
    public async Task<LockResult> LockAsync(IReadOnlyList<ImageProject> projects, CancellationToken cancellationToken)
    {
        var old = File.Exists(path) ? LockFile.Read(path) : new LockFile([], []);
        var rules = settings.BaseImages?.ToRules() ?? new BaseImageRules();
        List<Platform> platforms = [.. settings.Platforms.Select(Platform.Parse)];
        var made = projects.SelectMany(project => project.Tags).Select(tag => tag.OrLatest()).ToHashSet();
        // A mirror has an image under another name, which is for asking alone.
        List<(ImageReference Name, ImageReference Place, List<Platform> Platforms)> used =
        [
            .. Used(projects, platforms)
                .Select(one => (
                    Name: one.IsByPolicy ? rules.Substitute(one.Image) : one.Image,
                    Place: one.IsByPolicy ? rules.Place(one.Image) : one.Image,
                    one.IsByPolicy,
                    one.Platform))
                .Where(image => image.Name.Digest is null && !(image.IsByPolicy && rules.Pins.ContainsKey(image.Name.OrLatest())))
                .GroupBy(image => image.Name.OrLatest())
                .Select(same => (same.Key, same.First().Place.OrLatest(), same.Select(one => one.Platform).OfType<Platform>().ToList()))
                .OrderBy(image => image.Key.ToString(), StringComparer.Ordinal),
        ];
        var asked = used.Where(image => !made.Contains(image.Name)).ToList();
        List<LockedImage> images = [];
        List<LockChange> changes = [];
        foreach (var (name, place, needed) in asked)
        {
            var before = old.Find(name);
            var after = before is not null && !settings.Update && !settings.Check ? before
                : await resolver.ResolveAsync(name, place, cancellationToken);
            Check(after, needed);
            if (before is null || before.Digest != after.Digest)
            {
                changes.Add(new LockChange(before, after));
                images.Add(after);
            }
            else
            {
                images.Add(before);
            }
        }

        List<LockedImage> unused = [.. old.Images.Where(image => !asked.Exists(one => one.Name == image.Name))];
        var result = new LockResult
        {
            File = path,
            Images = images,
            Changes = changes,
            Unused = [.. unused.Select(image => image.Name)],
        };
        if (!settings.Check)
        {
            // By its repository: the tag of what is built has another version the next time.
            var own = used.Where(image => made.Contains(image.Name)).Select(image => image.Name.FamiliarName);
            Write(new LockFile([.. images, .. unused], [.. old.Own.Union(own, StringComparer.Ordinal)]));
        }

        Tell(result);
        return result;
    }

    /// <summary>Finds the images, each with the platforms that it is used for: bases can depend on the platform.</summary>
    private IEnumerable<(ImageReference Image, bool IsByPolicy, Platform? Platform)> Used(
        IReadOnlyList<ImageProject> projects, List<Platform> platforms) =>
    [
        .. from project in projects
           from platform in platforms is [] ? [null] : platforms.Cast<Platform?>()
           from used in UsedImages.Of(project, settings.BuildArguments, platform)
           select (used.Image, used.IsByPolicy, platform),
        // What no description names runs where the builder does, whatever it builds for.
        .. settings.Images.Select(image => (ImageReference.Parse(image), true, (Platform?)null)),
    ];

    private static void Check(LockedImage image, List<Platform> platforms)
    {
        if (image.Platforms.Count > 0 && platforms.Find(platform => !image.Platforms.Any(platform.IsServedBy)) is { } missing)
        {
            throw new MultiStageException(
                $"'{image.Name}' has no image for {missing}: it is for {string.Join(", ", image.Platforms)}. Start from another, or leave "
                    + "the platform out of lock.Platforms. The lock file is as it was.");
        }
    }

    private void Write(LockFile file)
    {
        var bytes = file.ToBytes();
        try
        {
            if (File.Exists(path) && bytes.AsSpan().SequenceEqual(SmallFile.Bytes(path)))
            {
                return;
            }

            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            var whole = $"{path}.{Guid.NewGuid():N}.tmp";
            File.WriteAllBytes(whole, bytes);
            File.Move(whole, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new MultiStageException($"The lock file '{path}' can't be written: {exception.Message}", exception);
        }
    }

    private void Tell(LockResult result)
    {
        foreach (var change in result.Changes)
        {
            logger.Log(settings.Check ? LogLevel.Warning : LogLevel.Information, "{Change}",
                settings.Check ? $"Out of date: {change}" : change.ToString());
        }

        if (result.Unused.Count > 0)
        {
            logger.LogInformation("{Unused}", $"In '{path}' and used by none of these projects: {string.Join(", ", result.Unused)}");
        }

        var count = result.Images.Count == 1 ? "1 image" : $"{result.Images.Count} images";
        logger.LogInformation("{Locked}", (settings.Check, result.Changes.Count) switch
        {
            (true, 0) => $"'{path}' is up to date: {count}",
            (true, var changed) => $"'{path}': {changed} of {count} out of date",
            (_, 0) => $"Nothing moved: '{path}' has {count}",
            var (_, changed) => $"Locked {count} in '{path}', {changed} of them new or moved",
        });
    }
}
