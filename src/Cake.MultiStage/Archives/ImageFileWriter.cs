using System.IO.Compression;
using Cake.MultiStage.Building;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.Exports;
using Cake.MultiStage.Engine.Outputs;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Archives;

/// <summary>Brings images to a file or a folder of this host. It appears when it is whole, and not before.</summary>
/// <param name="format">In which form.</param>
/// <param name="path">Where to.</param>
/// <param name="platform">The platform that is asked for.</param>
internal sealed class ImageFileWriter(ImageFormat format, string path, Platform? platform)
{
    /// <summary>Writes images that an engine holds.</summary>
    /// <exception cref="MultiStageException">The engine lacks one, or the place can't be written to.</exception>
    public Task<ImageArchive> WriteAsync(EngineConnection connection, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var saver = new ImageSaver(connection);
        return format == ImageFormat.DockerArchive ? saver.SaveAsync(names, path, cancellationToken)
            : WriteAsync(
                async folder =>
                {
                    await using var saved = await saver.OpenAsync(names, cancellationToken);
                    var archive = await connection.GuardAsync("Saving the images",
                        () => UnpackedArchive.UnpackAsync(saved, folder, long.MaxValue, path, cancellationToken));
                    return await ContentReader.OfArchiveAsync(archive, folder, cancellationToken);
                },
                cancellationToken);
    }

    /// <summary>Writes images that are brought to a folder first.</summary>
    /// <param name="bring">Brings them to the folder.</param>
    /// <param name="cancellationToken">Stops writing.</param>
    /// <exception cref="MultiStageException">They can't be read, or the place can't be written to.</exception>
    public async Task<ImageArchive> WriteAsync(Func<string, Task<ImageContent>> bring, CancellationToken cancellationToken)
    {
        CheckPlace();
        var parent = Path.GetDirectoryName(path)!;
        HostDisk.Do(path, () => Directory.CreateDirectory(parent));
        var work = TemporaryFile.In(parent);
        try
        {
            var parts = Path.Combine(work, "parts");
            HostDisk.Do(path, () => Directory.CreateDirectory(parts));
            var content = await bring(parts);
            return format == ImageFormat.OciLayout ? await LayoutAsync(content, Path.Combine(work, "layout"), cancellationToken)
                : await ArchiveAsync(content, Path.Combine(work, "archive"), cancellationToken);
        }
        catch (InvalidDataException exception)
        {
            throw new MultiStageException($"The images can't be saved to '{path}': {exception.Message.TrimEnd('.')}.", exception);
        }
        finally
        {
            if (Directory.Exists(work))
            {
                Directory.Delete(work, recursive: true);
            }
        }
    }

    private void CheckPlace()
    {
        if (format == ImageFormat.OciLayout && !ReceivedImage.IsFree(path))
        {
            throw new MultiStageException(
                $"Images can't be saved to '{path}', which holds something else than an OCI layout. Name another folder, or a new one in "
                    + $"it, such as '{Path.Combine(path, "image")}'.");
        }

        if (format != ImageFormat.OciLayout && Directory.Exists(path))
        {
            throw new MultiStageException(
                $"Images can't be saved to '{path}', which is a folder. Name a file, such as '{Path.Combine(path, "image.tar")}', or save "
                    + "them as a folder by save.Format = ImageFormat.OciLayout.");
        }
    }

    private async Task<ImageArchive> LayoutAsync(ImageContent content, string whole, CancellationToken cancellationToken)
    {
        foreach (var root in content.Roots.Where(root => root.ArtifactType is null))
        {
            // What is missing or damaged is told now, and not by whoever reads it.
            await content.ImageAsync(root, platform, cancellationToken);
        }

        HostDisk.Do(path, () => Directory.CreateDirectory(whole));
        ContentWriter.Folder(content, whole);
        HostDisk.Do(path, () =>
        {
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }

            Directory.Move(whole, path);
        });
        return new ImageArchive(path, new ByteSize(
            new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length)));
    }

    private async Task<ImageArchive> ArchiveAsync(ImageContent content, string whole, CancellationToken cancellationToken)
    {
        var disk = HostDisk.Create(whole, path);
        await using (disk)
        {
            var target = ImageSaver.IsGzip(path) ? new GZipStream(disk, CompressionLevel.Optimal, leaveOpen: true) : disk;
            await using (target)
            {
                await ContentWriter.ArchiveAsync(content, platform, target, cancellationToken);
            }
        }

        HostDisk.Do(path, () => File.Move(whole, path, overwrite: true));
        return new ImageArchive(path, new ByteSize(new FileInfo(path).Length));
    }
}
