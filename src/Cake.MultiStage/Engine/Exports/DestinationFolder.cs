namespace Cake.MultiStage.Engine.Exports;

/// <summary>
/// The folder on the host that an export goes to, and a temporary one on the same disk that everything is written to
/// before: either all of it comes to the destination, or the destination stays as it was.
/// </summary>
internal sealed class DestinationFolder : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;
    private readonly Stack<Action> _undo = new();

    private DestinationFolder(string path, string temporary) => (_path, _temporary) = (path, temporary);

    /// <summary>Gets the empty folder to write to.</summary>
    public string New => Path.Combine(_temporary, "new");

    private string Old => Path.Combine(_temporary, "old");

    /// <exception cref="MultiStageException">The destination is a file, or this user may not write there.</exception>
    public static DestinationFolder Open(string path)
    {
        var existing = path;
        while (!Directory.Exists(existing))
        {
            if (File.Exists(existing))
            {
                throw new MultiStageException(
                    $"The destination '{path}' can't be a folder: '{existing}' is a file. Name another destination, or take the file "
                        + "away.");
            }

            existing = Path.GetDirectoryName(existing)
                ?? throw new MultiStageException($"The destination '{path}' can't be made: there is no '{existing}'.");
        }

        var folder = new DestinationFolder(path, TemporaryFile.In(existing));
        HostDisk.Do(path, () =>
        {
            if (!OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder._temporary, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            Directory.CreateDirectory(folder.New);
            Directory.CreateDirectory(folder.Old);
        });
        return folder;
    }

    /// <summary>Brings what was unpacked into the destination: files and links replace files and links, folders are joined.</summary>
    /// <exception cref="MultiStageException">A file would replace a folder or a folder a file, or the disk is at fault; the destination is
    /// as it was.</exception>
    public void Take(IReadOnlyList<UnpackedEntry> entries)
    {
        var conflicts = entries.Where(IsConflict)
            .Select(
                entry =>
                    $"  '{OnHost(entry.Path)}' is not a {(entry.Kind == EntryKind.Directory ? "folder" : "file")}, but '{entry.Path}' of "
                        + $"'{entry.Origin}' is one")
            .ToList();
        if (conflicts.Count > 0)
        {
            throw new MultiStageException(
                $"The export does not fit into '{_path}':\n{string.Join('\n', conflicts)}\nTake them away, or name another destination.");
        }

        try
        {
            HostDisk.Do(_path, () => Move(entries));
        }
        catch (MultiStageException exception)
        {
            var left = Undo();
            throw left.Count == 0
                ? exception
                : new MultiStageException($"{exception.Message}\nNot everything could be put back: {string.Join("; ", left)}", exception);
        }
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(_temporary, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The export itself is done or has failed for a reason of its own, which is the one to tell.
            return;
        }
    }

    private static EntryKind? KindOf(string path) =>
        new FileInfo(path).LinkTarget is not null ? EntryKind.Link
        : Directory.Exists(path) ? EntryKind.Directory
        : File.Exists(path) ? EntryKind.File
        : null;

    private bool IsConflict(UnpackedEntry entry) =>
        KindOf(OnHost(entry.Path)) is { } there && (there == EntryKind.Directory) != (entry.Kind == EntryKind.Directory);

    private void Move(IReadOnlyList<UnpackedEntry> entries)
    {
        CreateDestination();
        List<UnpackedEntry> made = [];
        foreach (var entry in entries.Where(entry => entry.Kind != EntryKind.Link))
        {
            // A folder that is new moves with all that is in it.
            var moved = made.Exists(folder => entry.Path.StartsWith(folder.Path + "/", StringComparison.Ordinal));
            if (entry.Kind == EntryKind.Directory && (moved || KindOf(OnHost(entry.Path)) is null))
            {
                made.Add(entry);
            }

            if (!moved && !(entry.Kind == EntryKind.Directory && KindOf(OnHost(entry.Path)) is not null))
            {
                Put(entry);
            }
        }

        foreach (var link in entries.Where(entry => entry.Kind == EntryKind.Link))
        {
            SetAside(OnHost(link.Path));
            File.CreateSymbolicLink(OnHost(link.Path), link.LinkTarget!);
            _undo.Push(() => File.Delete(OnHost(link.Path)));
        }

        Finish(made);
    }

    private void CreateDestination()
    {
        foreach (var folder in Missing(_path).Reverse())
        {
            Directory.CreateDirectory(folder);
            _undo.Push(() => Directory.Delete(folder));
        }
    }

    private static IEnumerable<string> Missing(string path)
    {
        for (var folder = path; folder is not null && !Directory.Exists(folder); folder = Path.GetDirectoryName(folder))
        {
            yield return folder;
        }
    }

    private void Put(UnpackedEntry entry)
    {
        var (from, to) = (Path.Combine(New, entry.Path), OnHost(entry.Path));
        if (entry.Kind == EntryKind.Directory)
        {
            Directory.Move(from, to);
            _undo.Push(() => Directory.Move(to, from));
            return;
        }

        SetAside(to);
        File.Move(from, to);
        _undo.Push(() => File.Move(to, from));
    }

    private void SetAside(string path)
    {
        switch (KindOf(path))
        {
            case EntryKind.Link:
                var target = new FileInfo(path).LinkTarget!;
                File.Delete(path);
                _undo.Push(() => File.CreateSymbolicLink(path, target));
                break;
            case EntryKind.File:
                var aside = Path.Combine(Old, Guid.NewGuid().ToString("N"));
                File.Move(path, aside);
                _undo.Push(() => File.Move(aside, path));
                break;
            default:
                break;
        }
    }

    /// <summary>
    /// Gives new folders their times and permissions, the innermost first: a folder without the right to write takes nothing more in.
    /// </summary>
    private void Finish(List<UnpackedEntry> folders)
    {
        foreach (var folder in folders.AsEnumerable().Reverse().Where(folder => folder.Modified is not null))
        {
            Directory.SetLastWriteTimeUtc(OnHost(folder.Path), folder.Modified!.Value.UtcDateTime);
        }

        foreach (var folder in folders.AsEnumerable().Reverse())
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(OnHost(folder.Path), folder.Mode);
            }
        }
    }

    private List<string> Undo()
    {
        List<string> left = [];
        while (_undo.TryPop(out var undo))
        {
            try
            {
                undo();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                left.Add(exception.Message);
            }
        }

        return left;
    }

    /// <summary>Gets where something comes to in the end.</summary>
    /// <param name="path">Its path in the folder.</param>
    public string OnHost(string path) => Path.Combine([_path, .. path.Split('/')]);
}
