namespace Cake.MultiStage.Contexts;

/// <summary>
/// Walks a context's folder from its sources on: folders that no source reaches and folders that stay behind whole are
/// never read, so what lies in them costs nothing and can't fail.
/// </summary>
internal sealed class ContextWalker(string directory, IgnoreFile ignore, CancellationToken cancellationToken)
{
    private readonly ContextDisk _disk = new(directory);
    private readonly Dictionary<string, ContextFile> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _walked = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _skipped = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _leftOut = new(StringComparer.Ordinal);

    /// <summary>Gathers what the sources reach.</summary>
    /// <param name="sources">The sources as <c>COPY</c> names them.</param>
    /// <returns>The context.</returns>
    /// <exception cref="BuildContextException">
    /// The folder is missing, an entry can't be read, or a source that is not a valid pattern matches nothing.
    /// </exception>
    public BuildContext Collect(IReadOnlyList<string> sources)
    {
        _disk.RequireRoot();
        List<string> missing = [];
        Dictionary<string, string> unmatched = new(StringComparer.Ordinal);
        foreach (var source in sources.Distinct(StringComparer.Ordinal))
        {
            var search = new SourceSearch(source);
            Follow(Place.Root, search.Segments, links: 0, search);
            if (!search.Matched && search.HasWildcards && !search.Cycle)
            {
                unmatched.Add(source, search.Failure);
            }
            else if (!search.Matched)
            {
                missing.Add($"  '{source}': {search.Failure}");
            }
        }

        return missing.Count == 0
            ? new(_disk.Root, [.. _files.Values.OrderBy(file => file.Path, StringComparer.Ordinal)]) { Skipped = [.. _skipped],
                Unmatched = unmatched, LeftOut = [.. _leftOut] }
            : throw new BuildContextException(
                $"The build context '{_disk.Root}' holds nothing for {missing.Count} of its sources:\n{string.Join('\n', missing)}\n"
                + "Correct the source, add the file, or bring it back with a line '!path' in the ignore file.");
    }

    private void Follow(Place place, ReadOnlyMemory<SourceSegment> segments, int links, SourceSearch search)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (segments.IsEmpty)
        {
            Take(place, search);
            return;
        }

        var (segment, rest) = (segments.Span[0], segments[1..]);
        if (segment.Names is [".."])
        {
            Follow(place.Parent ?? place, rest, links, search);
            return;
        }

        if (!MayHold(place))
        {
            search.Ignored = true;
            return;
        }

        foreach (var name in segment.Names ?? _disk.List(place.Path).Select(found => found.Name).Where(segment.Matches))
        {
            if (_disk.Find(place.Below(name)) is { } entry)
            {
                Step(place, name, entry, rest, links, search);
            }
            else if (segment.Names is null)
            {
                _disk.RequireText(place.Below(name));
            }
        }
    }

    private void Step(Place place, string name, FileSystemInfo entry, ReadOnlyMemory<SourceSegment> rest, int links, SourceSearch search)
    {
        var path = place.Below(name);
        var next = new Place(path, place, ignore.Judge(path, place.Verdict));
        if (ContextDisk.LinkOf(entry) is null)
        {
            if (rest.IsEmpty || entry is DirectoryInfo)
            {
                Follow(next, rest, links, search);
            }

            return;
        }

        if (next.Verdict!.Ignored)
        {
            search.Ignored = true;
            return;
        }

        // COPY follows the links its source names and goes through, with the context as their root directory;
        // what they lead to has to travel with them.
        const int linuxLimit = 40;
        var link = Add(path, entry)!;
        search.Link ??= link;
        search.Matched |= search.HasWildcards && rest.IsEmpty;
        if (links == linuxLimit)
        {
            search.Cycle = true;
            return;
        }

        var above = link.LinkTarget!.StartsWith('/') ? [] : SourceSearch.Literal(place.Path);
        Follow(Place.Root, (SourceSegment[])[.. above, .. SourceSearch.Literal(link.LinkTarget), .. rest.Span], links + 1, search);
    }

    private void Take(Place place, SourceSearch search)
    {
        var entry = _disk.Find(place.Path);
        var ignored = place.Verdict?.Ignored == true;
        if (ignored && !(entry is DirectoryInfo && MayHold(place)))
        {
            search.Ignored = true;
        }
        else if (entry is DirectoryInfo)
        {
            var found = Walk(place);
            search.Matched |= found || !ignored;
            search.Ignored |= ignored && !found;
        }
        else if (entry is not null)
        {
            search.Matched |= Add(place.Path, entry) is not null;
        }
    }

    private bool Walk(Place folder)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var found = folder.Verdict?.Ignored == false && Add(folder.Path, _disk.Find(folder.Path)) is not null;
        if (!_walked.Add(folder.Path))
        {
            return found || _files.Keys.Any(path => path.StartsWith(folder.Path + "/", StringComparison.Ordinal));
        }

        foreach (var entry in _disk.List(folder.Path))
        {
            var path = folder.Below(entry.Name);
            var place = new Place(path, folder, ignore.Judge(path, folder.Verdict));
            if (place.Verdict is { Own: false, Ignored: true } && folder.Verdict?.Ignored != true)
            {
                _leftOut.Add(path);
            }

            // A folder that stays behind with all below it may be one that nobody can look at.
            if (entry is DirectoryInfo && !MayHold(place))
            {
                continue;
            }

            if (entry is DirectoryInfo && ContextDisk.LinkOf(entry) is null)
            {
                found |= Walk(place);
            }
            else if (!place.Verdict!.Ignored)
            {
                found |= Add(path, entry) is not null;
            }
        }

        return found;
    }

    private bool MayHold(Place place) =>
        place.Verdict is not { Ignored: true } verdict || ignore.MayReincludeBelow(place.Path, verdict);

    // The folders above an entry travel even where they are ignored themselves: the entry needs them, with their modes.
    private ContextFile? Add(string path, FileSystemInfo? entry)
    {
        if (path.Length == 0)
        {
            return null;
        }

        if (_files.TryGetValue(path, out var known))
        {
            return known;
        }

        if (_disk.Describe(path, entry) is not { } described)
        {
            _skipped.Add(path);
            return null;
        }

        var slash = path.LastIndexOf('/');
        if (slash > 0 && path[..slash] is var above && !_files.ContainsKey(above))
        {
            Add(above, _disk.Find(above));
        }

        return _files[path] = described;
    }

    private sealed record Place(string Path, Place? Parent, IgnoreVerdict? Verdict)
    {
        public static Place Root => new("", null, null);

        public string Below(string name) => Path.Length == 0 ? name : $"{Path}/{name}";
    }
}
