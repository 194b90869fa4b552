using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring.Packages;

namespace Cake.MultiStage.Measuring.Analysis;

/// <summary>Makes all that is known of an image of what its layers hold.</summary>
internal static class ImageAnalysis
{
    private const int DeepestDirectory = 3;

    /// <summary>Fills in everything that follows from <see cref="MeasuredImage.Layers"/>.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static MeasuredImage Analyze(MeasuredImage image, CancellationToken cancellationToken)
    {
        var merged = LayerMerger.Merge(image.Layers, cancellationToken);
        var reader = new PackageReader(merged.Files, image.Layers);
        var packages = reader.Read(cancellationToken);
        return image with
        {
            Files = merged.Files,
            Waste = Waste(image.Layers, merged, cancellationToken),
            Duplicates = DuplicateFinder.Find(merged.Files, cancellationToken),
            Leftovers = new LeftoverFinder(image.Layers, cancellationToken).Find(merged.Files),
            Packages = packages,
            UnlistedPackages = reader.Unlisted,
            System = OperatingSystemRelease.Of(merged.Files),
            FileTypes = FileTypes(merged.Files, cancellationToken),
            Directories = Directories(merged.Files),
            Unlisted = merged.Unlisted + image.Layers.Sum(layer => layer.Unlisted),
        };
    }

    private static ImageWaste Waste(IReadOnlyList<MeasuredLayer> layers, MergedLayers merged, CancellationToken cancellationToken)
    {
        var total = new ByteSize(layers.Sum(layer => layer.Size.Bytes));
        return new ImageWaste
        {
            Total = total,
            Size = total - merged.Files.Root.Size,
            Files = [.. merged.Hidden
                .Select(
                    hidden => new WastedFile(hidden.File.Path, hidden.File.Size, hidden.Layer, layers[hidden.Layer].CreatedBy,
                        hidden.RemovedIn, layers[hidden.RemovedIn].CreatedBy))
                .OrderByDescending(file => file.Size.Bytes).ThenBy(file => file.Path, StringComparer.Ordinal).ThenBy(file => file.Layer)],
            Dive = DiveFormula.Of(layers, merged.Removed, cancellationToken),
        };
    }

    private static IReadOnlyList<FileTypeSize> FileTypes(FileSystemTree files, CancellationToken cancellationToken)
    {
        var types = new Dictionary<string, (int Files, long Bytes)>(StringComparer.Ordinal);
        var lookup = types.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var node in files.Root.Descendants().Heeding(cancellationToken))
        {
            if (node is { FileCount: 1, IsDirectory: false, File: { } file })
            {
                var type = TypeOf(file);
                var known = lookup.TryGetValue(type, out var sum) ? sum : default;
                lookup[type] = (known.Files + 1, known.Bytes + file.Size.Bytes);
            }
        }

        return [.. types
            .Select(type => new FileTypeSize(type.Key, type.Value.Files, new ByteSize(type.Value.Bytes)))
            .OrderByDescending(type => type.Size.Bytes).ThenBy(type => type.Type, StringComparer.Ordinal)];
    }

    /// <summary>Gets the type that a file counts for in <see cref="MeasuredImage.FileTypes"/>.</summary>
    public static ReadOnlySpan<char> TypeOf(ImageFile file)
    {
        const int LongestExtension = 12;
        var name = PosixPath.NameOf(file.Path.AsSpan());
        if (name.Contains(".so.", StringComparison.Ordinal))
        {
            return ".so";
        }

        // A name that begins with its only dot is hidden, and has no extension.
        var dot = name.LastIndexOf('.');
        var extension = dot > 0 ? name[dot..] : [];
        return extension.Length is > 1 and <= LongestExtension
            && !extension[1..].ContainsAnyExceptInRange('0', 'z')
            && extension[1..].ContainsAnyExceptInRange('0', '9') ? Lower(extension)
            : (file.Mode & 0x49) != 0 ? "executable"
            : "other";
    }

    private static ReadOnlySpan<char> Lower(ReadOnlySpan<char> extension)
    {
        if (!extension.ContainsAnyInRange('A', 'Z'))
        {
            return extension;
        }

        var lower = new char[extension.Length];
        extension.ToLowerInvariant(lower);
        return lower;
    }

    private static IReadOnlyList<DirectorySize> Directories(FileSystemTree files)
    {
        var found = new List<DirectorySize>();
        Add(files.Root, DeepestDirectory);
        return [.. found.OrderByDescending(directory => directory.Size.Bytes).ThenBy(directory => directory.Path, StringComparer.Ordinal)];

        void Add(FileSystemNode directory, int depth)
        {
            foreach (var child in directory.Children.Where(child => child.IsDirectory))
            {
                found.Add(new DirectorySize(child.Path, child.FileCount, child.Size));
                if (depth > 1)
                {
                    Add(child, depth - 1);
                }
            }
        }
    }
}
