using Cake.Core;
using Cake.MultiStage.Building;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Aliases;

/// <summary>Pins the images from outside that a build uses to the digests of a lock file.</summary>
/// <param name="file">The lock file.</param>
/// <param name="shown">What it is called in messages.</param>
/// <param name="isFrozen">Whether an image that isn't in it is an error.</param>
internal sealed class LockedBases(LockFile file, string shown, bool isFrozen)
{
    /// <summary>Reads the lock file that settings name, or the usual one where it exists.</summary>
    /// <exception cref="MultiStageException">It is asked for and doesn't exist, or can't be used.</exception>
    public static LockedBases? Find(MultiStageBuildSettings settings, ICakeEnvironment environment)
    {
        if (settings.Lock is "")
        {
            return settings.Frozen
                ? throw new MultiStageException("build.Frozen needs a lock file, and build.Lock = \"\" says that there is none.") : null;
        }

        var name = settings.Lock ?? LockFile.DefaultName;
        var path = System.IO.Path.GetFullPath(name, environment.WorkingDirectory.FullPath);
        if (File.Exists(path))
        {
            return new LockedBases(LockFile.Read(path), name, settings.Frozen);
        }

        return settings.Lock is null && !settings.Frozen ? null
            : throw new MultiStageException(
                $"The build was not begun: the lock file '{path}' doesn't exist. Write it by MultiStageLock([project]), or leave out "
                    + "build.Lock and build.Frozen.");
    }

    /// <summary>Pins what a request uses.</summary>
    /// <param name="request">The request, with its images under the names they were asked for.</param>
    /// <param name="policy">What becomes of its images apart from that.</param>
    /// <exception cref="MultiStageException">
    /// An image isn't locked and must be, or isn't for a platform that is built for.
    /// </exception>
    public BuildRequest Pin(BuildRequest request, BaseImageRules policy)
    {
        var pins = file.Images.ToDictionary(image => image.Name, image => image.Digest);
        foreach (var (image, digest) in policy.Pins)
        {
            pins[image] = digest;
        }

        var rules = policy with { Pins = pins };
        var used = Used(request, policy);
        var generator = request.Attestations.SbomGenerator is { } scanner ? policy.Substitute(scanner).OrLatest() : null;
        var notes = Notes(used, generator);
        foreach (var (needed, _) in used.Where(one => one.IsForTarget))
        {
            CheckPlatforms(needed, request.Platforms);
        }

        var changed = ProjectRequest.WithRules(request, rules);
        var dockerfile = changed.Dockerfile;
        // The frontend is the builder's to fetch: it keeps its registry.
        return changed with
        {
            Dockerfile = dockerfile with { Syntax = dockerfile.Syntax is { } syntax ? Pinned(syntax) : null },
            Contexts = request.Contexts.ToDictionary(
                context => context.Key,
                context => context.Value is AddressInput { Image: { } image }
                    ? AddressInput.Of(ImageReference.Parse(Pinned(image))) : context.Value,
                StringComparer.Ordinal),
            Notes = [.. request.Notes, .. notes],
        };
    }

    private string Pinned(string image) =>
        ImageReference.Parse(image) is { Digest: null } reference && file.Find(reference) is { } locked
            ? reference.WithDigest(locked.Digest).ToString() : image;

    /// <summary>
    /// Gets the images that building the target takes, what lists packages among them, and whether each must be for the platform that is
    /// built for: what a stage for a platform of its own uses, as the builder's, need not.
    /// </summary>
    private static List<(ImageReference Image, bool IsForTarget)> Used(BuildRequest request, BaseImageRules policy)
    {
        List<(ImageReference Image, bool IsForTarget)> used =
        [
            .. request.Dockerfile.ImagesByStage(ProjectRequest.KnownArguments(request), request.Target)
                .Where(image => !request.Contexts.ContainsKey(NamedInput.Key(image.Image)))
                .Select(image => (Image: policy.Substitute(ImageReference.Parse(image.Image)),
                    IsForTarget: request.Dockerfile.Stages[image.Stage].Platform is null or "$TARGETPLATFORM"))
                // The policy's pins are for these alone: contexts and the frontend keep their names.
                .Where(image => !policy.Pins.ContainsKey(image.Image.OrLatest())),
            .. new[] { request.Attestations.SbomGenerator }.OfType<ImageReference>()
                .Select(image => (Image: policy.Substitute(image), IsForTarget: false))
                .Where(image => !policy.Pins.ContainsKey(image.Image.OrLatest())),
            .. request.Contexts.Values.OfType<AddressInput>().Where(input => input.Image is not null)
                .Select(input => (ImageReference.Parse(input.Image!), false)),
        ];
        if (request.Dockerfile.Syntax is { } syntax)
        {
            used.Add((ImageReference.Parse(syntax), false));
        }

        return [.. used.Where(image => image.Image.Digest is null).Distinct()];
    }

    private List<BuildNotice> Notes(List<(ImageReference Image, bool IsForTarget)> used, ImageReference? generator)
    {
        List<ImageReference> names = [.. used.Select(image => image.Image.OrLatest()).Distinct()];
        var missing = names.Where(image => file.Find(image) is null && !file.IsOwn(image)).ToList();
        var call = generator is not null && missing.Contains(generator)
            ? $"MultiStageLock([project], locking => locking.Images.Add(\"{generator}\"))" : "MultiStageLock([project])";
        if (isFrozen && missing.Count > 0)
        {
            throw new MultiStageException(
                $"The build was not begun: {Listed(missing)} {(missing.Count == 1 ? "isn't" : "aren't")} in '{shown}', and build.Frozen "
                    + $"allows no other image from outside. Lock them by {call}, or leave out build.Frozen.");
        }

        var locked = names.Where(image => file.Find(image) is not null).ToList();
        List<BuildNotice> notes = [];
        if (locked.Count > 0)
        {
            notes.Add(new BuildNotice($"Pinned by '{shown}': {Listed(locked)}", IsWarning: false));
        }

        if (missing.Count > 0)
        {
            notes.Add(new BuildNotice(
                $"Not in '{shown}', so taken as it is now: {Listed(missing)}. {call} adds it.", IsWarning: true));
        }

        return notes;
    }

    private static string Listed(IEnumerable<ImageReference> images) => string.Join(", ", images);

    private void CheckPlatforms(ImageReference image, IReadOnlyList<Platform> platforms)
    {
        if (file.Find(image) is not { Platforms: { Count: > 0 } known })
        {
            return;
        }

        foreach (var platform in platforms.Where(platform => !known.Any(platform.IsServedBy)))
        {
            throw new MultiStageException(
                $"The build was not begun: by '{shown}' '{image}' is for {string.Join(", ", known)}, and the build is for {platform}. Lock "
                    + "it anew by MultiStageLock([project], lock => lock.Update = true), or start from an image for that platform.");
        }
    }
}
