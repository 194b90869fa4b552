using System.IO.Compression;
using Cake.MultiStage.Building;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Engine.Exports;

/// <summary>Saves images to a file on the host. The file appears when it is whole, and not before.</summary>
internal sealed class ImageSaver(EngineConnection connection)
{
    private readonly EngineImages _images = new(connection);

    /// <summary>
    /// Gets the names to save an image by: those of its tags that are still its own, so that loading brings them back, or else its id.
    /// </summary>
    public async Task<IReadOnlyList<string>> NamesOfAsync(BuiltImage image, CancellationToken cancellationToken)
    {
        List<string> names = [];
        foreach (var tag in image.Tags)
        {
            if ((await _images.FindAsync(tag.ToString(), cancellationToken))?.Id == image.Id)
            {
                names.Add(tag.ToString());
            }
        }

        return names.Count > 0 ? names : [image.Id.ToString()];
    }

    /// <exception cref="MultiStageException">The engine lacks an image, or the file can't be written.</exception>
    public async Task<ImageArchive> SaveAsync(IReadOnlyList<string> names, string file, CancellationToken cancellationToken)
    {
        await RequireAsync(names, cancellationToken);
        if (Directory.Exists(file))
        {
            throw new MultiStageException(
                $"Images can't be saved to '{file}', which is a folder. Name a file, such as '{Path.Combine(file, "image.tar")}'.");
        }

        var folder = Path.GetDirectoryName(file)!;
        HostDisk.Do(file, () => Directory.CreateDirectory(folder));
        var temporary = TemporaryFile.In(folder);
        try
        {
            await WriteAsync(names, file, temporary, cancellationToken);
            HostDisk.Do(file, () => File.Move(temporary, file, overwrite: true));
            return new ImageArchive(file, new ByteSize(new FileInfo(file).Length));
        }
        finally
        {
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }
        }
    }

    /// <summary>Opens images as the engine saves them.</summary>
    /// <exception cref="MultiStageException">The engine lacks an image, or went away.</exception>
    public async Task<Stream> OpenAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        await RequireAsync(names, cancellationToken);
        return await connection.GuardAsync("Saving the images",
            () => connection.Client.Images.SaveImagesAsync([.. names], cancellationToken));
    }

    /// <summary>Gets whether a file of this name is packed.</summary>
    public static bool IsGzip(string file) =>
        file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) || file.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase);

    private async Task RequireAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        foreach (var name in names)
        {
            if (await _images.FindAsync(name, cancellationToken) is null)
            {
                throw new MultiStageException(
                    $"The image '{name}' can't be saved: the engine at {connection.Endpoint} does not have it. Build it first, or check "
                        + $"the name with 'docker images'; of a registry's own image the name is 'registry://{name}'.");
            }
        }
    }

    private async Task WriteAsync(IReadOnlyList<string> names, string file, string temporary, CancellationToken cancellationToken)
    {
        const string What = "Saving the images";
        await using var saved = await connection.GuardAsync(What,
            () => connection.Client.Images.SaveImagesAsync([.. names], cancellationToken));
        var disk = HostDisk.Create(temporary, file);
        await using (disk)
        {
            var target = IsGzip(file) ? new GZipStream(disk, CompressionLevel.Optimal, leaveOpen: true) : disk;
            await using (target)
            {
                await connection.GuardAsync(What, () => HostDisk.CopyAsync(saved, target, cancellationToken));
            }
        }
    }
}
