using Cake.MultiStage.Images;

namespace Cake.MultiStage.Building;

/// <summary>What a builder is given for a name that the Dockerfile uses like an image.</summary>
internal abstract record NamedInput
{
    /// <summary>
    /// Brings a name into the form in which BuildKit compares it (moby/buildkit, <c>dockerui.NamedContext</c>): of an image, as people
    /// write it, without <c>latest</c>.
    /// </summary>
    public static string Key(string name)
    {
        const string Latest = ":latest";
        var text = ImageReference.TryParse(name, out var reference) ? reference.ToString() : name;
        return text.EndsWith(Latest, StringComparison.Ordinal) ? text[..^Latest.Length] : text;
    }
}

/// <summary>The files of a folder.</summary>
internal sealed record FolderInput(string Directory) : NamedInput;

/// <summary>Something that the builder fetches by itself: an image, a git repository.</summary>
/// <param name="Address">The address in BuildKit's form.</param>
internal sealed record AddressInput(string Address) : NamedInput
{
    private const string ImageScheme = "docker-image://";

    /// <summary>Gets the image, where it is one.</summary>
    public string? Image => Address.StartsWith(ImageScheme, StringComparison.Ordinal) ? Address[ImageScheme.Length..] : null;

    public static AddressInput Of(ImageReference reference) => new($"{ImageScheme}{reference.FullName}");
}

/// <summary>An image that is built first.</summary>
/// <param name="Name">The name of its description.</param>
/// <param name="Request">How it is built.</param>
internal sealed record BuiltInput(string Name, BuildRequest Request) : NamedInput;
