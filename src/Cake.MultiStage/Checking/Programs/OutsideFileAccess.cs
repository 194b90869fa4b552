using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Sources;
using Cake.MultiStage.Measuring.Tar;

namespace Cake.MultiStage.Checking.Programs;

/// <summary>
/// Reads files of an image that no engine has: a layer of which a file is wanted is unpacked into a temporary file, once.
/// </summary>
internal sealed class OutsideFileAccess(MeasuredImage measured, OutsideImage image) : IAsyncDisposable
{
    private readonly Dictionary<int, FileStream> _layers = [];

    public async Task ReadAsync(string path, Func<ReadOnlyMemory<byte>, bool> piece, CancellationToken cancellationToken)
    {
        if (measured.Files.Find(path) is not { } node)
        {
            return;
        }

        // A file may be in its layer, or in one below, under the name of another that it is a hard link to.
        var (name, isFound) = (node.File?.Path ?? path, false);
        for (var index = node.Layer; index >= 0 && !isFound; index--)
        {
            isFound = await ReadAsync(await LayerAsync(index, cancellationToken), name, piece, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var layer in _layers.Values)
        {
            await layer.DisposeAsync();
        }
    }

    private static async Task<bool> ReadAsync(FileStream layer, string name, Func<ReadOnlyMemory<byte>, bool> piece,
        CancellationToken cancellationToken)
    {
        layer.Position = 0;
        using var archive = new ArchiveReader(layer);
        while (await archive.NextAsync(cancellationToken))
        {
            if (archive.Entry.Path != name || archive.Entry.Type != ImageFileType.File)
            {
                continue;
            }

            ReadOnlyMemory<byte> read;
            do
            {
                read = await archive.ReadAsync(cancellationToken);
            }
            while (!read.IsEmpty && piece(read));
            return true;
        }

        return false;
    }

    private async Task<FileStream> LayerAsync(int index, CancellationToken cancellationToken)
    {
        if (_layers.TryGetValue(index, out var known))
        {
            return known;
        }

        var file = new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
            BufferSize = 1 << 16,
        });
        _layers[index] = file;
        try
        {
            var (archive, _) = await PackedLayer.OpenAsync(await image.Layers[index].Open(cancellationToken), cancellationToken);
            await using (archive)
            {
                await archive.CopyToAsync(file, cancellationToken);
            }

            return file;
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or ZstdSharp.ZstdException)
        {
            throw new MultiStageException(
                $"Files of {image.Place} can't be read: {exception.Message} Layers are unpacked into '{Path.GetTempPath()}'; see that "
                    + "there is room, or set TMPDIR to another folder.", exception);
        }
    }
}
