using Cake.MultiStage.Engine.Sessions;
using Cake.MultiStage.Engine.Sessions.Messages;

namespace Cake.MultiStage.Engine.Exports;

/// <summary>Everything that is in a stage, as the engine lists it, and what of it the paths of an export name.</summary>
/// <param name="stage">The stage's name, for errors.</param>
internal sealed class StageListing(string stage)
{
    private const int MostEntries = 2_000_000;
    private const long MostCharacters = 256L << 20;
    private const int MostLinks = 255;

    private readonly List<ListedEntry> _entries = [];
    private readonly Dictionary<string, ListedEntry> _byPath = new(StringComparer.Ordinal);
    private long _characters;

    /// <summary>Adds what the engine tells next.</summary>
    /// <exception cref="MultiStageException">The stage holds more than can be kept in mind.</exception>
    public void Add(Stat stat)
    {
        _characters += stat.Path.Length + stat.Linkname.Length;
        if (_entries.Count >= MostEntries || _characters > MostCharacters)
        {
            throw new MultiStageException(FormattableString.Invariant(
                $"Stage '{stage}' holds more than {MostEntries:N0} files or {MostCharacters >> 20} MB of names, too many to choose from. ")
                + "Copy what you want into a stage of its own, as in 'FROM scratch AS files' and 'COPY --from=... /out /out', and export "
                + "that.");
        }

        // Engines differ in whether a path begins with a slash; none is more than a name below the stage's root.
        var entry = new ListedEntry((uint)_entries.Count, "/" + stat.Path.TrimStart('/'), stat.Mode, stat.Size, stat.ModTime,
            stat.Linkname);
        _entries.Add(entry);
        _byPath[entry.Path] = entry;
    }

    /// <summary>Gets what a path names, every folder before what is in it, with names below the destination.</summary>
    /// <exception cref="MultiStageException">The stage has no such path.</exception>
    public IEnumerable<(string Name, ListedEntry Entry)> Select(StagePath path)
    {
        var place = Resolve(path);
        var below = place == "/" ? "/" : place + "/";
        if (!path.IsContent)
        {
            var itself = _byPath[place];
            yield return (path.Name, itself);
            if (!itself.IsFolder)
            {
                yield break;
            }
        }

        var prefix = path.IsContent ? "" : path.Name + "/";
        foreach (var entry in _entries.Where(entry => entry.Path.StartsWith(below,
            StringComparison.Ordinal) && entry.Path.Length > below.Length))
        {
            yield return (prefix + entry.Path[below.Length..], entry);
        }
    }

    /// <summary>Gets the file that has the content: another name of one that was listed before is told without its size.</summary>
    public ListedEntry SourceOf(ListedEntry file) =>
        file.LinkName.Length > 0 && _byPath.TryGetValue("/" + file.LinkName.TrimStart('/'),
            out var source) && source.IsFile ? source : file;

    /// <summary>
    /// Follows the links on the way to a path, within the stage; the path's own last part only where what is in it is meant.
    /// </summary>
    private string Resolve(StagePath path)
    {
        var rest = new Stack<string>(path.Parts.Reverse());
        var place = new List<string>();
        for (var links = 0; rest.TryPop(out var part);)
        {
            if (part is "" or ".")
            {
                continue;
            }

            if (part == "..")
            {
                place.RemoveRange(Math.Max(place.Count - 1, 0), Math.Min(place.Count, 1));
                continue;
            }

            place.Add(part);
            if (!_byPath.TryGetValue("/" + string.Join('/', place), out var entry))
            {
                throw Missing(path);
            }

            if (entry.IsLink && (rest.Count > 0 || path.IsContent))
            {
                if (++links > MostLinks)
                {
                    throw Missing(path);
                }

                place.RemoveAt(place.Count - 1);
                if (entry.LinkName.StartsWith('/'))
                {
                    place.Clear();
                }

                foreach (var next in entry.LinkName.Split('/').Reverse())
                {
                    rest.Push(next);
                }
            }
            else if (!entry.IsFolder && (rest.Count > 0 || path.IsContent))
            {
                throw Missing(path);
            }
        }

        return "/" + string.Join('/', place);
    }

    private MultiStageException Missing(StagePath path) => path.Missing(stage);
}

/// <summary>A file, folder, link or else of a stage, as BuildKit lists it.</summary>
/// <param name="Id">The number by which its content is asked for.</param>
/// <param name="Path">The absolute path in the stage.</param>
/// <param name="Mode">The mode as Go has it.</param>
/// <param name="Size">The size in bytes.</param>
/// <param name="Modified">When it was last changed, in nanoseconds since 1970.</param>
/// <param name="LinkName">Where a symbolic link leads; of a regular file, the path that was listed first for the same file.</param>
internal sealed record ListedEntry(uint Id, string Path, uint Mode, long Size, long Modified, string LinkName)
{
    public bool IsFolder => GoFileMode.IsDirectory(Mode);

    public bool IsLink => GoFileMode.IsSymbolicLink(Mode);

    public bool IsFile => GoFileMode.IsRegular(Mode);
}
