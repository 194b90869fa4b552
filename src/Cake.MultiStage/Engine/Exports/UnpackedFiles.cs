namespace Cake.MultiStage.Engine.Exports;

/// <summary>A file, folder or link as an engine tells of it.</summary>
/// <param name="Name">The path below the destination, unchecked.</param>
/// <param name="Origin">The path in the stage that was asked for.</param>
/// <param name="Mode">The permissions; special bits that would lend somebody's permissions are not taken.</param>
/// <param name="Modified">When it was last changed.</param>
internal sealed record ToldEntry(string Name, StagePath Origin, UnixFileMode Mode, DateTimeOffset Modified);

/// <summary>
/// Writes what comes out of a stage into an empty folder. Symbolic links are only noted, and made when all files are in their
/// places: nothing can be written through a link that does not exist.
/// </summary>
internal sealed class UnpackedFiles(DestinationFolder destination)
{
    private const UnixFileMode Permissions = (UnixFileMode)511 | UnixFileMode.StickyBit; // 01777
    private const UnixFileMode FolderDefault = (UnixFileMode)493; // 0755

    private readonly Dictionary<string, UnpackedEntry> _entries = new(StringComparer.Ordinal);

    /// <summary>Gets what was written, every folder before what is in it.</summary>
    public IReadOnlyList<UnpackedEntry> Entries => [.. _entries.Values.OrderBy(entry => entry.Path, StringComparer.Ordinal)];

    /// <exception cref="MultiStageException">It would escape, or contradicts what has come.</exception>
    public string AddFolder(ToldEntry told)
    {
        var path = PathOf(told);
        if (_entries.TryGetValue(path, out var known) && known.Kind != EntryKind.Directory)
        {
            throw ArchivePath.Refusal(told.Name, $"'{path}' is a file or a link already, from '{known.Origin}'");
        }

        HostDisk.Do(destination.OnHost(path), () => Directory.CreateDirectory(OnHost(path)));
        _entries[path] = Entry(path, EntryKind.Directory, told);
        return path;
    }

    /// <inheritdoc cref="AddFolder"/>
    public void AddLink(ToldEntry told, string target)
    {
        var path = PathOf(told);
        Replace(path, told);
        _entries[path] = Entry(path, EntryKind.Link, told) with { LinkTarget = target };
    }

    /// <inheritdoc cref="AddFolder"/>
    public void AddHardLink(ToldEntry told, string linkName)
    {
        var path = PathOf(told);
        var target = ArchivePath.Read(linkName);
        if (!_entries.TryGetValue(target, out var linked) || linked.Kind == EntryKind.Directory)
        {
            throw ArchivePath.Refusal(told.Name, $"it is a hard link to '{linkName}', which is not a file of the archive");
        }

        if (path == target)
        {
            return;
        }

        Replace(path, told);
        if (linked.Kind == EntryKind.File)
        {
            HostDisk.Do(destination.OnHost(path), () => HardLink.Create(OnHost(path), OnHost(target)));
        }

        _entries[path] = linked with { Path = path, Origin = told.Origin };
    }

    /// <summary>Begins a file, whose content is then written and which is finished after.</summary>
    /// <exception cref="MultiStageException">It would escape, contradicts what has come, or can't be written.</exception>
    public WrittenFile Begin(ToldEntry told, long length)
    {
        var path = PathOf(told);
        Replace(path, told);
        var content = HostDisk.Create(OnHost(path), destination.OnHost(path));
        var entry = Entry(path, EntryKind.File, told) with { Size = length };
        _entries[path] = entry;
        return new WrittenFile(content, entry, OnHost(path), destination.OnHost(path));
    }

    /// <summary>Takes out folders where nothing is in them.</summary>
    public void DropEmpty(IReadOnlyCollection<string> folders)
    {
        // The deepest first: a folder is empty only when those in it are gone.
        foreach (var path in folders.OrderByDescending(path => path.Length))
        {
            if (_entries.Keys.Any(other => other.StartsWith(path + "/", StringComparison.Ordinal)))
            {
                continue;
            }

            HostDisk.Do(destination.OnHost(path), () => Directory.Delete(OnHost(path)));
            _entries.Remove(path);
        }
    }

    /// <summary>Checks a path, and makes sure that the folders above it are folders: not files, and not links that lead
    /// elsewhere.</summary>
    private string PathOf(ToldEntry told)
    {
        var path = ArchivePath.Read(told.Name) is { Length: > 0 } read
            ? read
            : throw ArchivePath.Refusal(told.Name, "it names the destination itself");
        foreach (var above in ArchivePath.Above(path))
        {
            if (!_entries.TryGetValue(above, out var entry))
            {
                HostDisk.Do(destination.OnHost(above), () => Directory.CreateDirectory(OnHost(above)));
                _entries[above] = new UnpackedEntry(above, told.Origin, EntryKind.Directory, FolderDefault);
            }
            else if (entry.Kind != EntryKind.Directory)
            {
                throw ArchivePath.Refusal(told.Name,
                    entry.Kind == EntryKind.Link
                        ? $"it goes through the link '{above}', which leads to '{entry.LinkTarget}'"
                        : $"'{above}' is a file");
            }
        }

        return path;
    }

    /// <summary>
    /// Makes room for a file or a link: the last entry of a name counts, as in every archive, but never instead of a folder or of what
    /// another path brought.
    /// </summary>
    private void Replace(string path, ToldEntry told)
    {
        if (!_entries.TryGetValue(path, out var known))
        {
            return;
        }

        if (known.Kind == EntryKind.Directory || known.Origin != told.Origin)
        {
            throw ArchivePath.Refusal(told.Name,
                $"'{path}' is there already, {(known.Kind == EntryKind.Directory ? "as a folder, " : "")}from '{known.Origin}'; export one "
                    + "of them to another destination");
        }

        HostDisk.Do(destination.OnHost(path), () => File.Delete(OnHost(path)));
        _entries.Remove(path);
    }

    // Set-user-id and set-group-id would lend the permissions of whoever exports to whoever runs the file.
    private static UnpackedEntry Entry(string path, EntryKind kind, ToldEntry told) => new(path, told.Origin, kind, told.Mode & Permissions,
        told.Modified < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : told.Modified);

    private string OnHost(string path) => Path.Combine([destination.New, .. path.Split('/')]);
}

/// <summary>A file that is being written.</summary>
/// <param name="content">Where its bytes go.</param>
/// <param name="entry">What it will be.</param>
/// <param name="file">Its path for now.</param>
/// <param name="shown">Its path when all is done.</param>
internal sealed class WrittenFile(Stream content, UnpackedEntry entry, string file, string shown) : IAsyncDisposable
{
    public Stream Content => content;

    /// <summary>Closes the file, and gives it its time and permissions.</summary>
    public async Task FinishAsync()
    {
        await content.DisposeAsync();
        HostDisk.Do(shown, () =>
        {
            File.SetLastWriteTimeUtc(file, (entry.Modified ?? DateTimeOffset.UnixEpoch).UtcDateTime);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(file, entry.Mode);
            }
        });
    }

    public ValueTask DisposeAsync() => content.DisposeAsync();
}
