namespace Cake.MultiStage.Contexts;

/// <summary>One line of an ignore file.</summary>
internal sealed class IgnorePattern
{
    private readonly string _text;
    private readonly Func<string, bool> _matches;
    private readonly string[] _segments;

    private IgnorePattern(string text, bool reincludes, GoPattern wildcards)
    {
        _text = text;
        Reincludes = reincludes;
        _segments = text.Split('/');
        _matches = Choose(text, wildcards);
    }

    /// <summary>Gets the pattern without its <c>!</c>.</summary>
    public string Text => _text;

    /// <summary>Gets whether the line starts with <c>!</c>, so that what it matches travels after all.</summary>
    public bool Reincludes { get; }

    /// <summary>Reads a cleaned line.</summary>
    /// <param name="text">The pattern without its <c>!</c>.</param>
    /// <param name="reincludes">Whether it had one.</param>
    /// <returns>The pattern, or <see langword="null"/> where Go reports a bad pattern.</returns>
    public static IgnorePattern? Parse(string text, bool reincludes) =>
        GoPattern.ParseDeep(text) is { } wildcards ? new(text, reincludes, wildcards) : null;

    /// <summary>Tells whether the pattern matches exactly this path; what lies above the path is the caller's matter.</summary>
    /// <param name="path">A slash path relative to the context.</param>
    /// <returns>Whether it matches.</returns>
    public bool Matches(string path) => _matches(path);

    /// <summary>Tells whether the pattern may match something below a folder. It errs to the side of looking.</summary>
    /// <param name="folder">A slash path relative to the context.</param>
    /// <returns><see langword="false"/> if nothing below can match.</returns>
    public bool MayMatchBelow(string folder)
    {
        // A negated class can match a slash in Docker's matcher, so such a pattern may reach any depth.
        if (_text.Contains('[', StringComparison.Ordinal))
        {
            return true;
        }

        var names = folder.Split('/');
        for (var i = 0; i < _segments.Length; i++)
        {
            if (_segments[i].Contains("**", StringComparison.Ordinal) || i == names.Length)
            {
                return true;
            }

            if (GoPattern.Parse(_segments[i])?.Matches(names[i]) == false)
            {
                return false;
            }
        }

        return false;
    }

    // moby/patternmatcher compares text where it can, and that is not always what its regular expression would say:
    // "**file" by text matches "afile", and "**file*" by expression does not. The same choice is made here.
    private static Func<string, bool> Choose(string text, GoPattern wildcards)
    {
        var literalFrom = text.StartsWith("**", StringComparison.Ordinal) ? 2 : 0;
        var literalTo = literalFrom == 0 && text.EndsWith("**", StringComparison.Ordinal) ? text.Length - 2 : text.Length;
        if (text[literalFrom..literalTo].AsSpan().ContainsAny(@"*?[]\"))
        {
            return wildcards.Matches;
        }

        if (literalFrom > 0)
        {
            var suffix = text[literalFrom..];
            var whole = suffix.StartsWith('/') ? suffix[1..] : suffix;
            return path => path.EndsWith(suffix, StringComparison.Ordinal) || path == whole;
        }

        var prefix = text[..literalTo];
        return literalTo < text.Length ? path => path.StartsWith(prefix, StringComparison.Ordinal) : path => path == text;
    }
}
