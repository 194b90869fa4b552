using Cake.MultiStage.Images;

namespace Cake.MultiStage.Contexts;

/// <summary>
/// A <c>.dockerignore</c> file: which paths of the context stay behind. The rules are those of moby/patternmatcher and its
/// ignore file reader, as <c>docker build</c> applies them: folder by folder, a path inheriting what its folder matched.
/// </summary>
internal sealed class IgnoreFile
{
    // No line names it, and none with a few ? matches it.
    private const string Unlike = "\u0001\u0001\u0001\u0001\u0001\u0001\u0001\u0001";

    private readonly IgnorePattern[] _patterns;
    private readonly IgnoreFile? _defaults;

    private IgnoreFile(IgnorePattern[] patterns, IgnoreFile? defaults = null) => (_patterns, _defaults) = (patterns, defaults);

    /// <summary>
    /// How a file begins that was written beside a Dockerfile for other builders: builds here read what it was made from.
    /// </summary>
    public const string Mark = "# Written by Cake.MultiStage";

    /// <summary>Gets a file that ignores nothing.</summary>
    public static IgnoreFile Empty => new([]);

    /// <summary>Reads the text of an ignore file.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The file.</returns>
    /// <exception cref="BuildContextException">A line is not a valid pattern.</exception>
    public static IgnoreFile Parse(string text) => Parse(text, ".dockerignore");

    /// <summary>
    /// Loads the ignore file that belongs to a Dockerfile: <c>NAME.dockerignore</c> beside it, else the context's
    /// <c>.dockerignore</c>, else none.
    /// </summary>
    /// <param name="contextDirectory">The context's folder.</param>
    /// <param name="dockerfileName">The Dockerfile's path, relative to the context.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The file.</returns>
    /// <exception cref="BuildContextException">The file can't be read, or a line is not a valid pattern.</exception>
    public static async Task<IgnoreFile> LoadAsync(string contextDirectory, string dockerfileName, CancellationToken cancellationToken)
    {
        foreach (var name in (string[])[$"{dockerfileName}.dockerignore", ".dockerignore"])
        {
            var path = Path.Combine(contextDirectory, name);
            try
            {
                var text = await Task.Run(() => SmallFile.Text(path), cancellationToken);
                if (!text.StartsWith(Mark, StringComparison.Ordinal))
                {
                    return Parse(text, path);
                }
            }
            catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
            {
                continue;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new BuildContextException($"The ignore file '{path}' can't be read: {exception.Message} Make it a readable file, "
                    + "or remove it.", exception);
            }
        }

        return Empty;
    }

    /// <summary>
    /// Adds what stays out whatever the file says, unless something names it: a source of the Dockerfile, a line of the file with <c>!</c>,
    /// or the caller. A folder above it does not name it: <c>!src</c> does not bring back <c>src/.env</c>.
    /// </summary>
    /// <param name="patterns">What stays out, as lines of an ignore file.</param>
    /// <param name="sources">The sources as <c>COPY</c> names them.</param>
    /// <param name="included">What is to travel, whatever says otherwise.</param>
    /// <returns>The file with it.</returns>
    /// <exception cref="BuildContextException">Something to include is not a valid pattern.</exception>
    public IgnoreFile WithDefaults(IReadOnlyList<string> patterns, IReadOnlyList<string> sources, IReadOnlyList<string> included)
    {
        const string origin = "What is left out by default";
        var defaults = Parse(string.Join('\n', patterns), origin);
        var named = _patterns.Where(pattern => pattern.Reincludes).Select(pattern => pattern.Text).Concat(sources)
            .Where(defaults.IsIgnored);
        var brought = included.Count == 0 ? [] : Parse(string.Join('\n', included.Select(path => "!" + path)), "Include")._patterns;
        IEnumerable<IgnorePattern> exceptions = [.. named.Select(path =>
            IgnorePattern.Parse(Normalize(path), reincludes: true)).OfType<IgnorePattern>(), .. brought];
        return new([.. _patterns, .. brought], new IgnoreFile([.. defaults._patterns, .. exceptions]));
    }

    /// <summary>Returns the lines that make any builder leave out the same, the defaults among them.</summary>
    /// <returns>The lines; none where nothing is left out.</returns>
    public IReadOnlyList<string> ToLines() =>
        [.. _patterns.Concat(_defaults?._patterns ?? []).Select(pattern => pattern.Reincludes ? "!" + pattern.Text : pattern.Text)];

    /// <summary>Tells whether a path stays behind.</summary>
    /// <param name="slashPath">A path relative to the context; the context itself never stays behind.</param>
    /// <returns>Whether it stays behind.</returns>
    public bool IsIgnored(string slashPath)
    {
        var path = Clean(slashPath).TrimStart('/');
        if (path is "." or "")
        {
            return false;
        }

        IgnoreVerdict? verdict = null;
        for (var end = path.IndexOf('/', StringComparison.Ordinal); end > 0; end = path.IndexOf('/', end + 1))
        {
            verdict = Judge(path[..end], verdict);
        }

        return Judge(path, verdict).Ignored;
    }

    /// <summary>Tells whether all that a source of <c>COPY</c> can stand for stays behind, whatever is in the context.</summary>
    /// <param name="source">A path relative to the context, with wildcards or without; <c>.</c> is all of the context.</param>
    /// <returns>Whether nothing of it travels for certain.</returns>
    public bool LeavesOut(string source)
    {
        var path = Clean(source).TrimStart('/');
        var hasExceptions = _patterns.Any(pattern => pattern.Reincludes);
        return path is "." or "" ? !hasExceptions && IsIgnored(Unlike)
            // Wildcards match as they are written, so that a line with ! can mean any of what they stand for. A line with ? matches one
            // character of them, and leaves out less than they take.
            : path.AsSpan().ContainsAny('*', '?') ? !hasExceptions && IsIgnored(path)
                && IsIgnored(path.Replace("*", Unlike, StringComparison.Ordinal))
            : IsIgnored(path) && !_patterns.Any(pattern => pattern.Reincludes && pattern.MayMatchBelow(path));
    }

    /// <summary>Judges a path by what its folder matched.</summary>
    /// <param name="path">A slash path relative to the context.</param>
    /// <param name="folder">The verdict on its folder; none for the context itself.</param>
    /// <returns>The verdict.</returns>
    public IgnoreVerdict Judge(string path, IgnoreVerdict? folder)
    {
        var matched = new bool[_patterns.Length];
        var ignored = false;
        for (var i = 0; i < _patterns.Length; i++)
        {
            var pattern = _patterns[i];
            matched[i] = folder?.Matched[i] == true || (pattern.Reincludes == ignored && pattern.Matches(path));
            ignored = matched[i] ? !pattern.Reincludes : ignored;
        }

        var byDefault = _defaults?.Judge(path, folder?.ByDefault);
        return new(ignored || byDefault?.Ignored == true, matched) { Own = ignored, ByDefault = byDefault };
    }

    /// <summary>Tells whether a line with <c>!</c> may bring back something below an ignored folder.</summary>
    /// <param name="folder">A slash path relative to the context.</param>
    /// <param name="verdict">The verdict on the folder.</param>
    /// <returns><see langword="false"/> if the folder need not be read.</returns>
    public bool MayReincludeBelow(string folder, IgnoreVerdict verdict)
    {
        if (verdict.ByDefault is { Ignored: true } byDefault && !_defaults!.MayReincludeBelow(folder, byDefault))
        {
            return false;
        }

        // What the folder matched, all below it match too, so only lines after the last such line can change anything.
        var last = Array.LastIndexOf(verdict.Matched, value: true);
        return !verdict.Own || Array.FindIndex(_patterns, last + 1, pattern => pattern.Reincludes && pattern.MayMatchBelow(folder)) >= 0;
    }

    private static IgnoreFile Parse(string text, string origin)
    {
        List<IgnorePattern> patterns = [];
        var number = 0;
        foreach (var line in text.TrimStart('\uFEFF').Split('\n'))
        {
            number++;
            var trimmed = line.Trim();
            if (line.StartsWith('#') || trimmed.Length == 0)
            {
                continue;
            }

            var reincludes = trimmed[0] == '!';
            var pattern = Normalize(reincludes ? trimmed[1..].Trim() : trimmed);
            if (pattern.Length == 0)
            {
                throw new BuildContextException($"{origin}, line {number}: illegal exclusion pattern: \"!\". Write a path after it, or "
                    + "remove the line.");
            }

            patterns.Add(IgnorePattern.Parse(pattern, reincludes)
                ?? throw new BuildContextException($"{origin}, line {number}: syntax error in pattern '{trimmed}'. Close its brackets, "
                    + "or write '\\' before a character that is meant literally."));
        }

        return new([.. patterns]);
    }

    private static string Normalize(string pattern)
    {
        if (pattern.Length == 0)
        {
            return pattern;
        }

        var cleaned = Clean(OperatingSystem.IsWindows() ? pattern.Replace('\\', '/') : pattern);
        return cleaned.Length > 1 && cleaned[0] == '/' ? cleaned[1..] : cleaned;
    }

    // As Go's path.Clean.
    private static string Clean(string path) => PosixPath.Clean(path) is { Length: > 0 } clean ? clean : ".";
}

/// <summary>What an ignore file says of a path.</summary>
/// <param name="Ignored">Whether the path stays behind.</param>
/// <param name="Matched">Which lines matched the path or a folder above it.</param>
internal sealed record IgnoreVerdict(bool Ignored, bool[] Matched)
{
    /// <summary>Gets a value indicating whether the file's own lines say so.</summary>
    public required bool Own { get; init; }

    /// <summary>Gets what is said by default; none where nothing is.</summary>
    public IgnoreVerdict? ByDefault { get; init; }
}
