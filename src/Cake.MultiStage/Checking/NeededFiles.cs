using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Checking;

/// <summary>Which files of an image its program needs, as far as its start and its folders tell: an estimate, for a proposal.</summary>
/// <param name="What">What they are, in words.</param>
/// <param name="Size">Their bytes, without those of an interpreter.</param>
internal sealed record NeededFiles(string What, ByteSize Size)
{
    // Where package managers of interpreters put what a program imports.
    private static readonly string[] PackageFolders = ["site-packages", "dist-packages", "node_modules", "gems"];

    /// <returns>The files; <see langword="null"/> where nothing tells which they are.</returns>
    public static NeededFiles? Of(CheckedImage image)
    {
        if (image.Main is not { Path: { } path } main || image.Files.Resolve(path) is not { } program)
        {
            return null;
        }

        return program.Layer >= image.BaseLayers && main is { Elf: not null, ScriptInterpreter: null }
            ? Linked(image, program, main.Libraries)
            : Interpreted(image);
    }

    /// <summary>A program that the image brought: it, and the libraries that are loaded with it.</summary>
    private static NeededFiles Linked(CheckedImage image, FileSystemNode program, IReadOnlyList<string> libraries)
    {
        var loaded = libraries.Select(image.Files.Find).OfType<FileSystemNode>().ToList();
        var with = loaded.Count == 0 ? "" : $" and the {loaded.Count} libraries that are loaded with it";
        return new($"'{program.Path}'{with}", program.Size + new ByteSize(loaded.Sum(node => node.Size.Bytes)));
    }

    /// <summary>What an interpreter runs: the folder of its script, or the one it starts in, and the packages beside it.</summary>
    private static NeededFiles? Interpreted(CheckedImage image)
    {
        var script = image.Programs.Words.Skip(1)
            .Where(word => word.Length > 0 && word[0] != '-')
            .Select(word => image.Files.Resolve(image.Settings.Absolute(word)))
            .FirstOrDefault(node => node is { File.Type: ImageFileType.File } && node.Layer >= image.BaseLayers);
        var folder = script?.Parent ?? image.Files.Resolve(image.Settings.WorkingDirectory);
        if (folder is not { IsDirectory: true, Parent: not null })
        {
            return null;
        }

        var own = OwnBytes(image, folder);
        List<FileSystemNode> packages = [.. image.AllFiles
            .Where(node => node.IsDirectory
                && Array.IndexOf(PackageFolders, node.Name) >= 0
                && !IsIn(node, folder)
                && !Array.Exists(PackageFolders, name => node.Path.Contains($"/{name}/", StringComparison.Ordinal))
                && OwnBytes(image, node) > 0)];
        return own == 0 ? null : new(
            string.Join(" and ", packages.Prepend(folder).Select(node => $"'{node.Path}'")),
            new ByteSize(own + packages.Sum(node => OwnBytes(image, node))));
    }

    private static bool IsIn(FileSystemNode node, FileSystemNode folder) =>
        node.Path == folder.Path || node.Path.StartsWith(folder.Path + "/", StringComparison.Ordinal);

    private static long OwnBytes(CheckedImage image, FileSystemNode folder) =>
        folder.Descendants()
            .Where(node => node is { IsDirectory: false, FileCount: 1 } && node.Layer >= image.BaseLayers)
            .Sum(node => node.Size.Bytes);
}
