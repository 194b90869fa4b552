using System.Globalization;
using System.IO.Compression;
using System.IO.Pipelines;
using Cake.MultiStage.Building;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.Exports;
using Cake.MultiStage.Engine.Outputs;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring.Sources;

namespace Cake.MultiStage.Archives;

/// <summary>Loads images of a file or a folder into an engine, whatever their form and whatever the engine's age.</summary>
internal sealed class ImageFileLoader(EngineConnection connection)
{
    // Gzip can't pack zeros better than a thousandth; images, even of empty files, are far from that.
    private const long MostUnpacked = 200;
    private const long Always = 1L << 30;
    private const int FirstWithZstd = 23;

    /// <summary>Loads them.</summary>
    /// <exception cref="MultiStageException">They can't be read, or the engine refuses.</exception>
    public async Task<IReadOnlyList<LoadedImage>> LoadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await ImagesAsync(await NamesAsync(path, cancellationToken), cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new MultiStageException($"'{path}' can't be loaded: {exception.Message.TrimEnd('.')}.", exception);
        }
    }

    private async Task<IReadOnlyList<string>> NamesAsync(string path, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
        {
            return await SendAsync(ContentReader.OfFolder(path), cancellationToken);
        }

        if (!File.Exists(path))
        {
            throw new MultiStageException($"'{path}' can't be loaded: it doesn't exist. Name an archive, or a folder that is an OCI "
                + "layout.");
        }

        var names = await new TarTree(path).NamesAsync(cancellationToken);
        if (names.Contains("/manifest.json"))
        {
            // Every engine takes that as it is, packed or not.
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: true);
            return await new ImageLoader(connection).LoadAllAsync(file, cancellationToken);
        }

        var folder = TemporaryFile.In(Path.GetTempPath());
        HostDisk.Do(folder, () => Directory.CreateDirectory(folder));
        try
        {
            return await SendAsync(await UnpackAsync(path, folder, cancellationToken), cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<ImageContent> UnpackAsync(string path, string folder, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: true);
        var head = new byte[2];
        var isPacked = await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken) == head.Length
            && head is [0x1f, 0x8b];
        file.Position = 0;
        await using var plain = isPacked ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;
        var most = Always + (Math.Min(file.Length, long.MaxValue / (2 * MostUnpacked)) * MostUnpacked);
        return await ContentReader.OfArchiveAsync(
            await UnpackedArchive.UnpackAsync(plain, folder, most, folder, cancellationToken), folder, cancellationToken);
    }

    /// <summary>Sends images as an archive that is made while it travels.</summary>
    private async Task<IReadOnlyList<string>> SendAsync(ImageContent content, CancellationToken cancellationToken)
    {
        await CheckLayersAsync(content, cancellationToken);
        var pipe = new Pipe();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = WriteAsync(content, pipe.Writer, stop.Token);
        try
        {
            return await new ImageLoader(connection).LoadAllAsync(pipe.Reader.AsStream(), cancellationToken);
        }
        catch (MultiStageException) when (writing.IsFaulted)
        {
            // The archive broke off since it couldn't be made.
            await writing;
            throw;
        }
        finally
        {
            await stop.CancelAsync();
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Engines before 23 unpack no zstd (moby, "pkg/archive").</summary>
    private async Task CheckLayersAsync(ImageContent content, CancellationToken cancellationToken)
    {
        foreach (var root in content.Roots.Where(root => root.ArtifactType is null))
        {
            var image = await content.ImageAsync(root, connection.Platform, cancellationToken);
            if (image.Layers.Any(layer => layer.MediaType.EndsWith("zstd", StringComparison.Ordinal))
                && int.TryParse(connection.EngineVersion.Split('.')[0], CultureInfo.InvariantCulture, out var version)
                && version < FirstWithZstd)
            {
                throw new InvalidDataException(
                    $"its layers are packed by zstd, which the engine {connection.EngineVersion} at {connection.Endpoint} can't unpack; "
                        + $"those from {FirstWithZstd} on can");
            }
        }
    }

    private async Task WriteAsync(ImageContent content, PipeWriter writer, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = writer.AsStream(leaveOpen: true);
            await ContentWriter.ArchiveAsync(content, connection.Platform, stream, cancellationToken);
            await writer.CompleteAsync();
        }
        catch (Exception exception)
        {
            await writer.CompleteAsync(exception);
            throw;
        }
    }

    private async Task<IReadOnlyList<LoadedImage>> ImagesAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var images = new EngineImages(connection);
        List<(string Name, EngineImage Image)> found = [];
        foreach (var name in names)
        {
            if (await images.FindAsync(name, cancellationToken) is { } image)
            {
                found.Add((name, image));
            }
        }

        return
        [
            .. found.GroupBy(pair => pair.Image.Id).Select(same => new LoadedImage(same.Key, same.First().Image.Platform)
            {
                Tags = [.. same.Select(pair => ImageReference.TryParse(pair.Name, out var tag) && tag.Tag is not null ? tag : null)
                    .OfType<ImageReference>().Distinct()],
            }),
        ];
    }
}
