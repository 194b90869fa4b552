using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring.Packages;

namespace Cake.MultiStage.Measuring;

/// <summary>What is read of an image beside names and sizes.</summary>
internal sealed record MeasureOptions
{
    /// <summary>Gets a value indicating whether the content of files is hashed.</summary>
    public bool Hash { get; init; } = true;

    /// <summary>Gets a value indicating whether layers that the engine keeps unpacked are packed to learn what a pull costs.</summary>
    public bool Compressed { get; init; }

    /// <summary>Gets the platform whose image is read of an index; <see langword="null"/> for the one that the engine takes.</summary>
    public Platform? Platform { get; init; }

    /// <summary>Gets a value indicating whether the contents of the largest other stage are read too.</summary>
    public bool StageContents { get; init; }

    /// <summary>Gets a value indicating whether files are asked which packages they name.</summary>
    public bool Packages { get; init; } = true;

    /// <summary>
    /// Gets how many entries of layers are held; more are counted, but not listed. Ten times what the largest images have.
    /// </summary>
    public int MostEntries { get; init; } = 2_000_000;

    /// <summary>Gets who wants to see content of files.</summary>
    public IReadOnlyList<IContentSelector> Selectors { get; init; } = [new PackageContent()];
}

/// <summary>Asks for the content of files while the layers stream by, which happens once.</summary>
internal interface IContentSelector
{
    /// <summary>Says how many bytes from the beginning of a file are to be kept in <see cref="ImageFile.Content"/>.</summary>
    /// <param name="path">The path from the image's root.</param>
    /// <param name="size">The size in bytes.</param>
    /// <param name="mode">The permissions.</param>
    /// <returns>The number of bytes; 0 for none.</returns>
    int BytesOf(string path, long size, int mode);
}
