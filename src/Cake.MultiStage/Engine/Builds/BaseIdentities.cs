using System.Globalization;
using Cake.MultiStage.Building;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>
/// Finds out, without a pull, what each image from outside is that a build would use: the engine's where it has one, else its registry's.
/// </summary>
/// <param name="images">The images of the engine; <see langword="null"/> where what builds keeps none.</param>
/// <param name="inRegistry">Asks a registry for the digest of an image.</param>
internal sealed class BaseIdentities(EngineImages? images, Func<ImageReference, CancellationToken, Task<Digest?>> inRegistry)
{
    private readonly Dictionary<string, string> _found = new(StringComparer.Ordinal);
    private readonly List<BaseImage> _recorded = [];

    /// <summary>Gets the images by name, and what each is: the digest by which its registry knows it, or the engine's own id.</summary>
    public IReadOnlyDictionary<string, string> Found => _found;

    /// <summary>Gets the images as a build records them.</summary>
    public IReadOnlyList<BaseImage> Recorded => _recorded;

    /// <summary>Finds them out.</summary>
    /// <returns>One that can't be told; <see langword="null"/> where all can.</returns>
    public async Task<ImageReference?> FindAsync(BuildRequest request, CancellationToken cancellationToken)
    {
        foreach (var (stage, text) in request.Dockerfile.ImagesByStage(request.BuildArguments, request.Target))
        {
            var reference = ImageReference.Parse(text);
            var digest = reference.Digest;
            if (request.Made.GetValueOrDefault(reference.OrLatest().ToString()) is { Fingerprint: { } fingerprint } made)
            {
                // It is the same before and after it was pushed.
                _found[reference.ToString()] = fingerprint.ToString();
                digest = made.InRegistry?.Digest;
            }
            else if (digest is null && !_found.ContainsKey(reference.ToString()))
            {
                var held = request.Pull || images is null ? null : await images.FindAsync(reference.ToString(), cancellationToken);
                digest = held is null ? await inRegistry(reference, cancellationToken)
                    : held.Digests.FirstOrDefault(known => known.Repository == reference.Repository)?.Digest;
                if (digest is null && held is null)
                {
                    return reference;
                }

                _found[reference.ToString()] = (digest ?? held!.Id).ToString();
            }
            else if (digest is null)
            {
                digest = _recorded.Find(known => known.Reference == reference)?.Digest;
            }

            _recorded.Add(new BaseImage(reference, digest,
                request.Dockerfile.Stages[stage].Name ?? string.Create(CultureInfo.InvariantCulture, $"stage-{stage}")));
        }

        return null;
    }
}
