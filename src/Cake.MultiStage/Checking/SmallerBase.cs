using Cake.MultiStage.Images;

namespace Cake.MultiStage.Checking;

/// <summary>Knows which images are offered in a smaller form of the same, as their documentation says.</summary>
internal static class SmallerBase
{
    private const string Latest = "latest";

    // The last part of a name, and what the smaller form adds to its tag.
    private static readonly (string Name, string Suffix)[] Slim =
        [("python", "slim"), ("node", "slim"), ("ruby", "slim"), ("rust", "slim"), ("debian", "slim"), ("perl", "slim")];

    // Words of tags that are small already, or of another system that nobody moves to by a tag alone.
    private static readonly string[] Small = ["slim", "alpine", "chiseled", "distroless", "windowsservercore", "nanoserver", "jre"];

    private static readonly string[] Releases = ["buster", "bullseye", "bookworm", "trixie", "forky"];

    /// <returns>The reference; <see langword="null"/> where none is known.</returns>
    public static ImageReference? Of(ImageReference image)
    {
        if (image.Tag is not { } tag || Array.Exists(Small, word => tag.Contains(word, StringComparison.Ordinal)))
        {
            return null;
        }

        var name = PosixPath.NameOf(image.Path);
        return Slim.FirstOrDefault(one => one.Name == name) is { Suffix: { } suffix } ? Slimmed(image, name, tag, suffix)
            : name == "eclipse-temurin" && tag.Contains("jdk", StringComparison.Ordinal)
                ? Tagged(image, tag.Replace("jdk", "jre", StringComparison.Ordinal))
            : image.Registry == "mcr.microsoft.com"
                && name is "aspnet" or "runtime" or "runtime-deps"
                && tag != Latest
                && !tag.Contains('-', StringComparison.Ordinal) ? Tagged(image, tag + "-noble-chiseled")
            : null;
    }

    /// <summary>Names the slim form: most have it before Debian's release (3.13-slim-trixie), Debian and Node.js at the end.</summary>
    private static ImageReference? Slimmed(ImageReference image, string name, string tag, string suffix)
    {
        if (tag == Latest)
        {
            return name == "debian" ? null : Tagged(image, suffix);
        }

        var release = name is "debian" or "node" ? null
            : Array.Find(Releases, one => tag == one || tag.EndsWith("-" + one, StringComparison.Ordinal));
        return Tagged(image, release is null ? $"{tag}-{suffix}" : $"{tag[..^release.Length]}{suffix}-{release}");
    }

    private static ImageReference Tagged(ImageReference image, string tag) => ImageReference.Parse($"{image.Repository}:{tag}");
}
