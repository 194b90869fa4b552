namespace Cake.MultiStage.Images;

/// <summary>What becomes of an image from outside: a substitution first, then a pin, then the registry.</summary>
internal sealed record BaseImageRules
{
    /// <summary>
    /// Gets the registry, with a path where one is given, that all images come from; <see langword="null"/> for their own.
    /// </summary>
    public string? Registry { get; init; }

    /// <summary>Gets images and what is used in their place. One without a tag stands for all tags.</summary>
    public IReadOnlyDictionary<ImageReference, ImageReference> Substitutions { get; init; } =
        new Dictionary<ImageReference, ImageReference>();

    /// <summary>Gets the digests of images.</summary>
    public IReadOnlyDictionary<ImageReference, Digest> Pins { get; init; } = new Dictionary<ImageReference, Digest>();

    public ImageReference Apply(ImageReference image)
    {
        var substituted = Substitute(image);
        return Mirrored(substituted.Digest is null && Pins.TryGetValue(substituted.OrLatest(), out var digest)
            ? substituted.WithDigest(digest)
            : substituted, substituted != image);
    }

    /// <summary>Gets what is used in an image's place, or the image.</summary>
    public ImageReference Substitute(ImageReference image)
    {
        foreach (var (from, to) in Substitutions.OrderBy(pair => pair.Key.Tag is null))
        {
            if (from.Repository == image.Repository && (from.Tag is null || from.Tag == image.OrLatest().Tag))
            {
                // What stands for all tags keeps the tag, unless it names one of its own.
                return to.Tag is null && to.Digest is null && image.Tag is { } tag ? to.WithTag(tag) : to;
            }
        }

        return image;
    }

    /// <summary>Gets an image under the name by which it is asked for.</summary>
    public ImageReference Place(ImageReference image)
    {
        var substituted = Substitute(image);
        return Mirrored(substituted, substituted != image);
    }

    /// <summary>A substitution that names a registry means that one.</summary>
    private ImageReference Mirrored(ImageReference image, bool isSubstituted)
    {
        if (Registry is null
            || image.Repository.StartsWith(Registry + "/", StringComparison.Ordinal)
            || (isSubstituted && image.Registry != "docker.io"))
        {
            return image;
        }

        var mirrored = ImageReference.Parse($"{Registry}/{image.Path}");
        mirrored = image.Tag is { } tag ? mirrored.WithTag(tag) : mirrored;
        return image.Digest is { } digest ? mirrored.WithDigest(digest) : mirrored;
    }
}
