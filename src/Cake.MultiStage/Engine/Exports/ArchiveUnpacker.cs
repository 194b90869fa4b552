using System.Formats.Tar;

namespace Cake.MultiStage.Engine.Exports;

/// <summary>Unpacks the archives that an engine makes of a container's paths.</summary>
internal sealed class ArchiveUnpacker(UnpackedFiles files, Action<string> warn)
{
    private readonly HashSet<string> _engineFolders = new(StringComparer.Ordinal);

    /// <exception cref="MultiStageException">An entry would escape, two contradict each other, the archive is damaged, or the disk is at
    /// fault.</exception>
    public async Task UnpackAsync(Stream archive, StagePath origin, CancellationToken cancellationToken)
    {
        try
        {
            await using var reader = new TarReader(archive, leaveOpen: true);
            while (await reader.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
            {
                await AddAsync(entry, origin, cancellationToken);
            }
        }
        catch (Exception exception)
            when (exception is InvalidDataException
                or EndOfStreamException
                or FormatException
                or NotSupportedException
                or ArgumentException)
        {
            throw new MultiStageException(
                $"The archive of '{origin}' that the engine sent can't be read: {exception.Message} The engine may have stopped; look at "
                    + "its log, then export again.", exception);
        }
    }

    /// <summary>Takes out the folders that the engine made, where the stage has put nothing into them.</summary>
    public void DropEngineFolders() => files.DropEmpty(_engineFolders);

    private async Task AddAsync(TarEntry entry, StagePath origin, CancellationToken cancellationToken)
    {
        if (entry.EntryType == TarEntryType.GlobalExtendedAttributes)
        {
            return;
        }

        var path = ArchivePath.Read(entry.Name);
        var place = origin.PlaceOf(path);
        if (path.Length == 0 || EngineAdditions.IsFile(place, entry))
        {
            return;
        }

        var told = new ToldEntry(entry.Name, origin, entry.Mode, entry.ModificationTime);
        switch (entry.EntryType)
        {
            case TarEntryType.Directory or TarEntryType.DirectoryList:
                path = files.AddFolder(told);
                if (EngineAdditions.IsFolder(place))
                {
                    _engineFolders.Add(path);
                }

                break;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                await WriteAsync(told, entry, cancellationToken);
                break;
            case TarEntryType.SymbolicLink:
                files.AddLink(told, entry.LinkName);
                break;
            case TarEntryType.HardLink:
                files.AddHardLink(told, entry.LinkName);
                break;
            default:
                warn($"'{place}' is a device, a pipe or the like ({entry.EntryType}) and is not exported.");
                break;
        }
    }

    private async Task WriteAsync(ToldEntry told, TarEntry entry, CancellationToken cancellationToken)
    {
        await using var file = files.Begin(told, entry.Length);
        var length = entry.DataStream is { } data ? await HostDisk.CopyAsync(data, file.Content, cancellationToken) : 0;
        if (length != entry.Length)
        {
            throw new InvalidDataException($"'{entry.Name}' ends after {length} of {entry.Length} bytes.");
        }

        await file.FinishAsync();
    }
}
