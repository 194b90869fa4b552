using System.Security.Cryptography;
using System.Text;
using Cake.MultiStage.Engine.Exports;

namespace Cake.MultiStage.Reporting;

/// <summary>
/// Files of a folder that belong together: all are written under names of their own first, and take their places together or not at all.
/// Two sets at once end as one or the other, never mixed.
/// </summary>
internal sealed class FileSet(string folder) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _suffix = $".{Guid.NewGuid():N}.partial";
    private readonly List<string> _written = [];
    private readonly List<string> _removed = [];

    /// <summary>Writes a file beside its place.</summary>
    /// <exception cref="MultiStageException">It can't be written; the message says which file, and which disk is full.</exception>
    public async Task WriteAsync(string name, Func<Stream, Task> write)
    {
        var file = Path.Combine(folder, name);
        try
        {
            Directory.CreateDirectory(folder);
            _written.Add(name);
            await using var stream = File.Create(file + _suffix);
            await write(stream);
        }
        catch (Exception exception) when (HostDisk.IsOfDisk(exception))
        {
            throw Fault(file, exception);
        }
    }

    /// <summary>Takes a file away that the set before had, and this one has not.</summary>
    public void Remove(string name) => _removed.Add(name);

    /// <summary>Puts all files in their places.</summary>
    /// <exception cref="MultiStageException">One of them can't be put there; the others are as they were.</exception>
    public void Publish()
    {
        using var turn = new Mutex(initiallyOwned: false, MutexName(folder), new NamedWaitHandleOptions { CurrentSessionOnly = false });
        if (!Take(turn))
        {
            throw new MultiStageException(FormattableString.Invariant(
                $"The report in '{folder}' can't be written: another program has been writing one there for {Patience.TotalSeconds} s.")
                + " End it, or name another folder.");
        }

        try
        {
            Replace();
        }
        finally
        {
            turn.ReleaseMutex();
        }
    }

    /// <summary>Removes what did not find its place.</summary>
    public void Dispose()
    {
        foreach (var name in _written.Concat(_removed))
        {
            Delete(Path.Combine(folder, name) + _suffix);
            Delete(Path.Combine(folder, name) + _suffix + ".old");
        }
    }

    private void Replace()
    {
        // Renaming over a file is what no reader sees half of; a copy of the old file is what brings it back.
        var undo = new Stack<Action>();
        var file = folder;
        try
        {
            foreach (var name in _written.Concat(_removed))
            {
                file = Path.Combine(folder, name);
                var (place, old) = (file, file + _suffix + ".old");
                var replaces = File.Exists(place);
                if (replaces)
                {
                    File.Copy(place, old);
                }

                if (_removed.Contains(name))
                {
                    File.Delete(place);
                }
                else
                {
                    File.Move(place + _suffix, place, overwrite: true);
                }

                undo.Push(replaces ? () => File.Move(old, place, overwrite: true) : () => File.Delete(place));
            }
        }
        catch (Exception exception) when (HostDisk.IsOfDisk(exception))
        {
            foreach (var step in undo)
            {
                step();
            }

            throw Fault(file, exception);
        }
    }

    private static MultiStageException Fault(string file, Exception exception) =>
        new($"{HostDisk.Fault(file, exception).Message} What was in the folder is as it was.", exception);

    private static bool Take(Mutex turn)
    {
        try
        {
            return turn.WaitOne(Patience);
        }
        catch (AbandonedMutexException)
        {
            // Whoever had it is gone; renames leave nothing half.
            return true;
        }
    }

    private static void Delete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception exception) when (HostDisk.IsOfDisk(exception))
        {
            // What stays is told by the fault that is on its way.
        }
    }

    /// <summary>Names what the writers of one folder wait for, whatever path they know it by.</summary>
    private static string MutexName(string folder)
    {
        var place = new DirectoryInfo(folder).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? Path.GetFullPath(folder);
        var path = Path.TrimEndingDirectorySeparator(place);
        return "cake-multistage-report-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..32];
    }
}
