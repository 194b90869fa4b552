using Cake.MultiStage.Engine;
using Cake.MultiStage.Measuring.Tar;

namespace Cake.MultiStage.Checking.Programs;

/// <summary>
/// Reads a regular file of an image by its path, which is free of links, piece by piece, until it ends or no more is wanted.
/// </summary>
/// <param name="path">The path.</param>
/// <param name="piece">Takes a piece, which is valid until it returns; says whether more is wanted.</param>
/// <param name="cancellationToken">Stops it.</param>
internal delegate Task ImageFileReader(string path, Func<ReadOnlyMemory<byte>, bool> piece, CancellationToken cancellationToken);

/// <summary>Reads files of an image from the engine that has it.</summary>
internal sealed class ImageFileAccess(EngineConnection connection, ContainerFiles files)
{
    public async Task ReadAsync(string path, Func<ReadOnlyMemory<byte>, bool> piece, CancellationToken cancellationToken)
    {
        var what = $"Reading '{path}' of the image";
        await using var stream = await files.ArchiveAsync(what, path, cancellationToken);
        await connection.GuardAsync(what, async () =>
        {
            using var archive = new ArchiveReader(stream);
            if (await archive.NextAsync(cancellationToken))
            {
                ReadOnlyMemory<byte> read;
                do
                {
                    read = await archive.ReadAsync(cancellationToken);
                }
                while (!read.IsEmpty && piece(read));
            }

            return true;
        });
    }
}
