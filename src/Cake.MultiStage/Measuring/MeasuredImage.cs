using Cake.MultiStage.Building;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring.Packages;
using Cake.MultiStage.Measuring.Sources;

namespace Cake.MultiStage.Measuring;

/// <summary>
/// What an image and the stages it was built from hold. All sizes are bytes of uncompressed files in layers, unless they are said to be
/// compressed.
/// </summary>
public sealed record MeasuredImage
{
    /// <summary>Gets the image that was measured.</summary>
    public required BuiltImage Image { get; init; }

    /// <summary>Gets the image's layers, the lowest first.</summary>
    public required IReadOnlyList<MeasuredLayer> Layers { get; init; }

    /// <summary>
    /// Gets the stages that the image needed, in the order of the Dockerfile; the last is the image itself. For an image that was not built
    /// here, itself alone.
    /// </summary>
    public required IReadOnlyList<MeasuredStage> Stages { get; init; }

    /// <summary>
    /// Gets the image that the final stage starts from, and its part of this one; <see langword="null"/> where the engine does not know
    /// that image.
    /// </summary>
    public MeasuredBase? Base { get; init; }

    /// <summary>Gets the merged file system: what a container sees.</summary>
    public FileSystemTree Files { get; init; } = FileSystemTree.Empty;

    /// <summary>Gets the space that layers waste.</summary>
    public ImageWaste Waste { get; init; } = ImageWaste.None;

    /// <summary>Gets the files that are there more than once, those that waste most first. Empty where hashing is off.</summary>
    public IReadOnlyList<DuplicateFiles> Duplicates { get; init; } = [];

    /// <summary>Gets what was left behind by package managers, compilers and the like, the largest first.</summary>
    public IReadOnlyList<Leftover> Leftovers { get; init; } = [];

    /// <summary>
    /// Gets the packages in the image, the largest first: those that its package databases list (dpkg, apk, rpm), and those that manifests
    /// and programs name (NuGet, npm, Python, Java, Go, Rust, Ruby and PHP).
    /// </summary>
    public IReadOnlyList<ImagePackage> Packages { get; init; } = [];

    /// <summary>Gets the bytes by type of file, the largest first.</summary>
    public IReadOnlyList<FileTypeSize> FileTypes { get; init; } = [];

    /// <summary>Gets the bytes of each directory down to the third level, the largest first. <see cref="Files"/> has all of them.</summary>
    public IReadOnlyList<DirectorySize> Directories { get; init; } = [];

    /// <summary>
    /// Gets the bytes of files that the image adds to its base and that <see cref="SingleStage"/> does not hold already: what doing
    /// everything there would have had to add. 0 where the base is unknown or hashing is off.
    /// </summary>
    public ByteSize Artifacts { get; init; }

    /// <summary>Gets the size of the image: the sum of its layers.</summary>
    public ByteSize Size => new(Layers.Sum(layer => layer.Size.Bytes));

    /// <summary>
    /// Gets the size of the layers as they are packed, which is what a pull costs; <see langword="null"/> where that of a layer is unknown.
    /// </summary>
    public ByteSize? CompressedSize =>
        Layers.Any(layer => layer.CompressedSize is null) ? null : new ByteSize(Layers.Sum(layer => layer.CompressedSize!.Value.Bytes));

    /// <summary>Gets the size of the layers that are not the base's; <see langword="null"/> where <see cref="Base"/> is.</summary>
    public ByteSize? OwnSize => Base is null ? null : Size - Base.Size;

    /// <summary>
    /// Gets the largest of the other stages: what would have shipped had everything been done in one stage. The image itself where there is
    /// no other.
    /// </summary>
    public MeasuredStage SingleStage => Stages.SkipLast(1).MaxBy(stage => stage.Size.Bytes) ?? Stages[^1];

    /// <summary>
    /// Gets what the final image does without: <c>size of <see cref="SingleStage"/> + <see cref="Artifacts"/> − <see cref="Size"/></c>.
    /// 0 where the image is the larger, and where there is no other stage.
    /// </summary>
    public ByteSize Saved => new(Math.Max(0, SingleStageSize.Bytes - Size.Bytes));

    /// <summary>Gets <see cref="Saved"/> in percent of what a single stage would have been; 0 where that is empty.</summary>
    public double SavedPercent => SingleStageSize.Bytes == 0 ? 0 : 100.0 * Saved.Bytes / SingleStageSize.Bytes;

    /// <summary>Gets by how much the image is larger than <see cref="SingleStage"/>; 0 where something was saved.</summary>
    public ByteSize LargerBy => Saved.Bytes > 0 ? default : new(Math.Max(0, Size.Bytes - SingleStage.Size.Bytes));

    /// <summary>Gets the number of files that are in layers but not in <see cref="Files"/>: there is a bound to what is held.</summary>
    internal int Unlisted { get; init; }

    /// <summary>Gets the number of packages that files name and <see cref="Packages"/> lacks: there is a bound to what is held.</summary>
    internal int UnlistedPackages { get; init; }

    /// <summary>Gets which system the image says it is.</summary>
    internal OperatingSystemRelease System { get; init; } = OperatingSystemRelease.None;

    /// <summary>Gets the image where it lies outside of engines: what reads its files needs it.</summary>
    internal OutsideImage? Outside { get; init; }

    /// <summary>Gets what is said of the image beside it.</summary>
    internal IReadOnlyList<ImageAttestation> Attestations { get; init; } = [];

    /// <summary>Gets the image's configuration document.</summary>
    internal ReadOnlyMemory<byte> Configuration { get; init; }

    /// <summary>Gets when the image was made, as its configuration says; <see langword="null"/> where it says nothing.</summary>
    internal DateTimeOffset? Created => ImageConfiguration.CreatedOf(Configuration);

    private ByteSize SingleStageSize => SingleStage.Size + Artifacts;
}

/// <summary>A layer of an image.</summary>
/// <param name="DiffId">The digest of the uncompressed layer.</param>
/// <param name="Size">The bytes of the files in it.</param>
/// <param name="Files">The number of regular files in it, the marks that take files of lower layers away included.</param>
/// <param name="CreatedBy">The instruction that made it, as the image's history says; empty where it says nothing.</param>
public sealed record MeasuredLayer(Digest DiffId, ByteSize Size, int Files, string CreatedBy)
{
    /// <summary>
    /// Gets the size of the layer as it is packed: as the engine keeps it packed, or gzip where packing was asked for.
    /// <see langword="null"/> where neither is.
    /// </summary>
    public ByteSize? CompressedSize { get; init; }

    /// <summary>Gets a value indicating whether the layer is one of the image that the final stage starts from.</summary>
    public bool IsFromBase { get; init; }

    /// <summary>Gets everything that is in the layer, in its order.</summary>
    public IReadOnlyList<ImageFile> Entries { get; init; } = [];

    /// <summary>Gets the number of entries that are counted but not listed: there is a bound to what is held.</summary>
    internal int Unlisted { get; init; }
}

/// <summary>A stage of the Dockerfile that the image needed.</summary>
/// <param name="Name">Its name, or <c>stage-N</c> where it has none.</param>
/// <param name="Base">What it starts from: an image, <c>scratch</c> or another stage.</param>
/// <param name="Size">The bytes of the files in all its layers, its base's included.</param>
public sealed record MeasuredStage(string Name, string Base, ByteSize Size)
{
    /// <summary>
    /// Gets a value indicating whether the sizes are bytes of files. Otherwise they are the engine's own figure, which counts whole blocks
    /// of the disk and is larger.
    /// </summary>
    public bool IsSizeExact { get; init; } = true;

    /// <summary>Gets the number of layers, those of the base included.</summary>
    public int Layers { get; init; }

    /// <summary>
    /// Gets the bytes of the layers it adds to what it starts from; <see langword="null"/> where the engine does not know that image.
    /// </summary>
    public ByteSize? Added { get; init; }
}

/// <summary>The image that a final stage starts from, as part of the image measured: the layers both begin with.</summary>
/// <param name="Name">The image, or <c>scratch</c>.</param>
/// <param name="Layers">The number of layers that are its.</param>
/// <param name="Size">The bytes of the files in them.</param>
public sealed record MeasuredBase(string Name, int Layers, ByteSize Size);
