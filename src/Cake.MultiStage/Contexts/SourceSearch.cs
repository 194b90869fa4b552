using Cake.MultiStage.Images;

namespace Cake.MultiStage.Contexts;

/// <summary>One part of a source's path: names to try, or wildcards to match a folder's names with.</summary>
/// <param name="Names">The names, or <see langword="null"/> if the part has wildcards.</param>
/// <param name="Pattern">The wildcards.</param>
internal sealed record SourceSegment(IReadOnlyList<string>? Names, GoPattern? Pattern)
{
    /// <summary>Tells whether a name matches.</summary>
    /// <param name="name">The name.</param>
    /// <returns>Whether it matches.</returns>
    public bool Matches(string name) => Pattern?.Matches(name) == true;
}

/// <summary>The search for one source, and what it came to.</summary>
internal sealed class SourceSearch
{
    /// <summary>Initializes the search.</summary>
    /// <param name="source">The source as <c>COPY</c> names it.</param>
    /// <exception cref="BuildContextException">The source is not a valid pattern.</exception>
    public SourceSearch(string source)
    {
        // As in Docker, ".." takes the part before it away whether or not that exists, and nothing is above the context.
        List<SourceSegment> segments = [];
        foreach (var segment in Split(source, part => Read(part, source)))
        {
            if (segment.Names is not [".."])
            {
                segments.Add(segment);
            }
            else if (segments.Count > 0)
            {
                segments.RemoveAt(segments.Count - 1);
            }
        }

        Segments = [.. segments];
    }

    /// <summary>Gets the parts of the source's path.</summary>
    public SourceSegment[] Segments { get; }

    /// <summary>Gets whether the source may match many paths.</summary>
    public bool HasWildcards => Array.Exists(Segments, segment => segment.Names is null);

    /// <summary>Gets or sets whether something was found.</summary>
    public bool Matched { get; set; }

    /// <summary>Gets or sets whether something was there, and ignored.</summary>
    public bool Ignored { get; set; }

    /// <summary>Gets or sets whether links led round in a cycle.</summary>
    public bool Cycle { get; set; }

    /// <summary>Gets or sets the first link that the search went through.</summary>
    public ContextFile? Link { get; set; }

    /// <summary>Gets why nothing was found.</summary>
    public string Failure =>
        Cycle ? $"the symbolic link '{Link!.Path}' -> '{Link.LinkTarget}' leads round in a cycle"
        : Ignored && HasWildcards ? "no name matches the pattern, apart from what the ignore file (.dockerignore) leaves behind"
        : Ignored ? "the ignore file (.dockerignore) leaves it behind"
        : Link is not null ? $"the symbolic link '{Link.Path}' -> '{Link.LinkTarget}' leads to nothing inside the context"
        : HasWildcards ? "no name matches the pattern"
        : "there is no such file";

    /// <summary>Splits a path whose characters all mean themselves.</summary>
    /// <param name="path">A slash path.</param>
    /// <returns>Its parts.</returns>
    public static SourceSegment[] Literal(string path) => Split(path, part => new([part], null));

    private static SourceSegment[] Split(string path, Func<string, SourceSegment> read) =>
        [.. PosixPath.Parts(path).Select(read)];

    private static SourceSegment Read(string part, string source)
    {
        var pattern = GoPattern.Parse(part)
            ?? throw new BuildContextException($"The source '{source}' is not a valid pattern: close its brackets, or write '\\' before a "
                + "character that is meant literally.");

        // The engine takes a backslash in a source without wildcards as it is; one that was meant as an escape is found as well.
        return pattern.Name is { } name ? new(part == name ? [name] : [part, name], null) : new(null, pattern);
    }
}
