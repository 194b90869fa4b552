using System.Formats.Tar;

namespace Cake.MultiStage.Engine.Exports;

/// <summary>
/// Unpacks archives of a stage into an empty folder. Symbolic links are only noted, and made when all files are in their
/// places: nothing can be written through a link that does not exist.
/// </summary>
internal sealed class ArchiveUnpacker(DestinationFolder destination, Action<string> warn)
{
    private const UnixFileMode Permissions = (UnixFileMode)511 | UnixFileMode.StickyBit; // 01777
    private const UnixFileMode FolderDefault = (UnixFileMode)493; // 0755

    private readonly Dictionary<string, UnpackedEntry> _entries = new(StringComparer.Ordinal);
    private readonly HashSet<string> _engineFolders = new(StringComparer.Ordinal);

    /// <summary>Gets what was unpacked, every folder before what is in it.</summary>
    public IReadOnlyList<UnpackedEntry> Entries => [.. _entries.Values.OrderBy(entry => entry.Path, StringComparer.Ordinal)];

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
    public void DropEngineFolders()
    {
        // The deepest first: a folder is empty only when those in it are gone.
        foreach (var path in _engineFolders.OrderByDescending(path => path.Length).ToList())
        {
            if (_entries.Keys.Any(other => other.StartsWith(path + "/", StringComparison.Ordinal)))
            {
                continue;
            }

            HostDisk.Do(destination.OnHost(path), () => Directory.Delete(OnHost(path)));
            _entries.Remove(path);
        }
    }

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

        AddFolders(path, entry.Name, origin);
        switch (entry.EntryType)
        {
            case TarEntryType.Directory or TarEntryType.DirectoryList:
                AddFolder(path, entry, origin);
                if (EngineAdditions.IsFolder(place))
                {
                    _engineFolders.Add(path);
                }

                break;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                Replace(path, entry.Name, origin);
                _entries[path] = Entry(path, origin, EntryKind.File,
                    entry) with { Size = await WriteAsync(path, entry, cancellationToken) };
                break;
            case TarEntryType.SymbolicLink:
                Replace(path, entry.Name, origin);
                _entries[path] = Entry(path, origin, EntryKind.Link, entry) with { LinkTarget = entry.LinkName };
                break;
            case TarEntryType.HardLink:
                AddHardLink(path, entry, origin);
                break;
            default:
                warn($"'{place}' is a device, a pipe or the like ({entry.EntryType}) and is not exported.");
                break;
        }
    }

    /// <summary>Makes sure that the folders above an entry are folders: not files, and not links that lead elsewhere.</summary>
    private void AddFolders(string path, string name, StagePath origin)
    {
        foreach (var above in ArchivePath.Above(path))
        {
            if (!_entries.TryGetValue(above, out var entry))
            {
                HostDisk.Do(destination.OnHost(above), () => Directory.CreateDirectory(OnHost(above)));
                _entries[above] = new UnpackedEntry(above, origin, EntryKind.Directory, FolderDefault);
            }
            else if (entry.Kind != EntryKind.Directory)
            {
                throw ArchivePath.Refusal(name,
                    entry.Kind == EntryKind.Link
                        ? $"it goes through the link '{above}', which leads to '{entry.LinkTarget}'"
                        : $"'{above}' is a file");
            }
        }
    }

    private void AddFolder(string path, TarEntry entry, StagePath origin)
    {
        if (_entries.TryGetValue(path, out var known) && known.Kind != EntryKind.Directory)
        {
            throw ArchivePath.Refusal(entry.Name, $"'{path}' is a file or a link already, from '{known.Origin}'");
        }

        HostDisk.Do(destination.OnHost(path), () => Directory.CreateDirectory(OnHost(path)));
        _entries[path] = Entry(path, origin, EntryKind.Directory, entry);
    }

    private void AddHardLink(string path, TarEntry entry, StagePath origin)
    {
        var target = ArchivePath.Read(entry.LinkName);
        if (!_entries.TryGetValue(target, out var linked) || linked.Kind == EntryKind.Directory)
        {
            throw ArchivePath.Refusal(entry.Name, $"it is a hard link to '{entry.LinkName}', which is no file of the archive");
        }

        if (path == target)
        {
            return;
        }

        Replace(path, entry.Name, origin);
        if (linked.Kind == EntryKind.File)
        {
            HostDisk.Do(destination.OnHost(path), () => HardLink.Create(OnHost(path), OnHost(target)));
        }

        _entries[path] = linked with { Path = path, Origin = origin };
    }

    /// <summary>
    /// Makes room for a file or a link: the last entry of a name counts, as in every archive, but never instead of a folder or of what
    /// another path brought.
    /// </summary>
    private void Replace(string path, string name, StagePath origin)
    {
        if (!_entries.TryGetValue(path, out var known))
        {
            return;
        }

        if (known.Kind == EntryKind.Directory || known.Origin != origin)
        {
            throw ArchivePath.Refusal(name,
                $"'{path}' is there already, {(known.Kind == EntryKind.Directory ? "as a folder, " : "")}from '{known.Origin}'; export one "
                    + "of them to another destination");
        }

        HostDisk.Do(destination.OnHost(path), () => File.Delete(OnHost(path)));
        _entries.Remove(path);
    }

    private async Task<long> WriteAsync(string path, TarEntry entry, CancellationToken cancellationToken)
    {
        var file = OnHost(path);
        var length = 0L;
        await using (var stream = HostDisk.Create(file, destination.OnHost(path)))
        {
            if (entry.DataStream is { } data)
            {
                length = await HostDisk.CopyAsync(data, stream, cancellationToken);
            }
        }

        if (length != entry.Length)
        {
            throw new InvalidDataException($"'{entry.Name}' ends after {length} of {entry.Length} bytes.");
        }

        HostDisk.Do(destination.OnHost(path), () =>
        {
            File.SetLastWriteTimeUtc(file, Time(entry).UtcDateTime);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(file, entry.Mode & Permissions);
            }
        });
        return length;
    }

    // Set-user-id and set-group-id would lend the rights of whoever exports to whoever runs the file.
    private static UnpackedEntry Entry(string path, StagePath origin, EntryKind kind, TarEntry entry) =>
        new(path, origin, kind, entry.Mode & Permissions, Time(entry));

    private static DateTimeOffset Time(TarEntry entry) =>
        entry.ModificationTime < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : entry.ModificationTime;

    private string OnHost(string path) => Path.Combine([destination.New, .. path.Split('/')]);
}
