using System.Formats.Tar;
using Cake.MultiStage.Building;
using Cake.MultiStage.Engine.Exports;
using Cake.MultiStage.Engine.Sessions.Messages;

namespace Cake.MultiStage.Engine.Outputs;

/// <summary>An image on its way to its place: an archive under a name that nobody looks for.</summary>
internal sealed class ReceivedImage : IDisposable
{
    private const string LayoutMark = "oci-layout";

    private readonly string _temporary;
    private readonly string _shown;
    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ReceivedImage(int exporter, BuildOutput output, string temporary, string shown) =>
        (Exporter, Output, _temporary, _shown) = (exporter, output, temporary, shown);

    /// <summary>Gets the place of its exporter in the order.</summary>
    public int Exporter { get; }

    /// <summary>Gets where it goes.</summary>
    public BuildOutput Output { get; }

    /// <summary>Gets the task that ends when all of it has come.</summary>
    public Task Complete => _complete.Task;

    /// <summary>Makes ready for it.</summary>
    /// <exception cref="MultiStageException">The place can't be written to.</exception>
    public static ReceivedImage For(int exporter, BuildOutput output)
    {
        var place = output switch
        {
            ArchiveOutput archive => archive.File,
            LayoutOutput layout => layout.Folder,
            _ => Path.Combine(Path.GetTempPath(), "image.tar"),
        };
        if (output is ArchiveOutput && (Directory.Exists(place) || Path.EndsInDirectorySeparator(place)))
        {
            throw new MultiStageException(
                $"The image can't be written to '{place}', which is a folder. Name a file, as in "
                    + $"BuildOutput.Archive(\"{Path.Combine(place, "image.tar")}\"), or write it as a folder by BuildOutput.Layout.");
        }

        if (output is LayoutOutput && !IsFree(place))
        {
            throw new MultiStageException(
                $"The image can't be written to '{place}', which holds something else than an OCI layout. Name another folder.");
        }

        var folder = Path.GetDirectoryName(place)!;
        HostDisk.Do(place, () => Directory.CreateDirectory(folder));
        return new ReceivedImage(exporter, output, TemporaryFile.In(folder), place);
    }

    /// <summary>Writes what comes.</summary>
    /// <exception cref="MultiStageException">The disk is full or broken.</exception>
    public async Task TakeAsync(IAsyncEnumerable<BytesMessage> messages, CancellationToken cancellationToken)
    {
        await using (var file = HostDisk.Create(_temporary, _shown))
        {
            await foreach (var message in messages.WithCancellation(cancellationToken))
            {
                await file.WriteAsync(message.Data.Memory, cancellationToken);
            }
        }

        _complete.TrySetResult();
    }

    /// <summary>Opens what has come.</summary>
    public Stream Open() => HostDisk.Do(_shown, () => File.OpenRead(_temporary));

    /// <summary>Brings it to its place on the disk.</summary>
    /// <exception cref="MultiStageException">The place can't be written to.</exception>
    public async Task PlaceAsync(CancellationToken cancellationToken)
    {
        switch (Output)
        {
            case ArchiveOutput { File: var file }:
                HostDisk.Do(file, () => File.Move(_temporary, file, overwrite: true));
                break;
            case LayoutOutput { Folder: var folder }:
                await UnpackAsync(folder, cancellationToken);
                break;
            default:
                break;
        }
    }

    public void Dispose()
    {
        if (File.Exists(_temporary))
        {
            File.Delete(_temporary);
        }
    }

    /// <summary>What is written anew is deleted first: it must be a layout and hold nothing else (OCI image layout, "Content").</summary>
    public static bool IsFree(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return !File.Exists(folder);
        }

        List<string> names = [.. Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path))];
        return names.Count == 0
            || (names.Contains(LayoutMark, StringComparer.Ordinal)
                && names.TrueForAll(name => name is LayoutMark or "index.json" or "blobs" or "ingest"));
    }

    private async Task UnpackAsync(string folder, CancellationToken cancellationToken)
    {
        var whole = TemporaryFile.In(Path.GetDirectoryName(folder)!);
        try
        {
            HostDisk.Do(folder, () => Directory.CreateDirectory(whole));
            await using var archive = Open();
            await using var reader = new TarReader(archive);
            while (await reader.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
            {
                await UnpackAsync(entry, whole, cancellationToken);
            }

            HostDisk.Do(folder, () =>
            {
                if (Directory.Exists(folder))
                {
                    Directory.Delete(folder, recursive: true);
                }

                Directory.Move(whole, folder);
            });
        }
        finally
        {
            if (Directory.Exists(whole))
            {
                Directory.Delete(whole, recursive: true);
            }
        }
    }

    private async Task UnpackAsync(TarEntry entry, string whole, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(Path.Combine(whole, entry.Name));
        if (!path.StartsWith(whole + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new MultiStageException($"The image that was sent is not an OCI layout: it has a file '{LogText.Clean(entry.Name)}'.");
        }

        if (entry is { EntryType: TarEntryType.RegularFile or TarEntryType.V7RegularFile })
        {
            HostDisk.Do(_shown, () => Directory.CreateDirectory(Path.GetDirectoryName(path)!));
            await using var file = HostDisk.Create(path, _shown);
            if (entry.DataStream is { } data)
            {
                await HostDisk.CopyAsync(data, file, cancellationToken);
            }
        }
    }
}
