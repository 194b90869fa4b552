using System.Text.RegularExpressions;
using Cake.MultiStage.Projects.Hints;

namespace Cake.MultiStage.Projects.Go;

/// <summary>How the project builds its program itself, by the line <c>go build</c> of its own Dockerfile or Makefile.</summary>
/// <param name="File">The file with the line.</param>
/// <param name="Package">The package that is built; null where the line does not say it.</param>
/// <param name="Ships">Whether that line builds what ships: a Makefile has lines for several purposes.</param>
internal sealed partial record GoOwnBuild(string File, string? Package, bool Ships)
{
    private static readonly string[] Makefiles = ["Makefile", "makefile", "GNUmakefile", "Taskfile.yml", "justfile", "magefile.go"];

    /// <summary>Finds the line; null where there is none. Only the Dockerfile's says which program ships.</summary>
    public static GoOwnBuild? Of(ProjectFolder folder, GoSource source, PresetSettings settings)
    {
        var own = settings.ReadDockerfile ? OwnDockerfile.Of(folder) : null;
        var lines = (own?.Commands ?? []).SelectMany(command => Call().Matches(command)).Select(match => match.Groups["words"].Value)
            .ToList();
        var built = lines.Count == 0 ? [] : (string[])[.. source.Programs.Where(program => lines.Exists(
            line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                .Select(Path)
                .Contains(program, StringComparer.Ordinal)))];
        if (lines.Count > 0)
        {
            return new GoOwnBuild(own!.File, built is [var only] ? only : null, Ships: true)
            {
                Lines = lines, Source = source, Own = own,
            };
        }

        var makefile = folder.First(Makefiles);
        string[] made = makefile is null || !folder.Has(makefile) ? []
            : [.. Call().Matches(folder.Read(makefile)).Select(match => match.Groups["words"].Value)];
        return own is null && Tagged(made, source).Length == 0 ? null
            : new GoOwnBuild(made.Length > 0 ? makefile! : own!.File, Package: null, Ships: false)
            {
                Lines = made, Source = source, Own = own,
            };
    }

    private OwnDockerfile? Own { get; init; }

    private IReadOnlyList<string> Lines { get; init; } = [];

    private GoSource? Source { get; init; }

    /// <summary>Returns the build tags of the lines that build a package; of all where none names it.</summary>
    public IReadOnlyList<string> Tags(string? package)
    {
        string[] own = package is null ? [] : [.. Lines.Where(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(Path).Contains(package, StringComparer.Ordinal))];
        return Source is null ? [] : Tagged(own.Length > 0 ? own : Lines, Source);
    }

    /// <summary>
    /// Returns whether the Dockerfile has cgo on or off for a package, and which file that is; null where it says nothing, or both.
    /// </summary>
    public (bool IsOn, string File)? Cgo(string? package)
    {
        if (Own is null || Source is null)
        {
            return null;
        }

        string[] said = [.. Own.Commands.Where(Builds).SelectMany(text => CgoValue().Matches(text))
            .Where(match => IsFor(match.Groups["words"].Value, package)).Select(match => match.Groups["value"].Value)
            .Concat(Own.VariablesWhere(Builds).Where(pair => pair.Key == "CGO_ENABLED").Select(pair => pair.Value))
            .Distinct(StringComparer.Ordinal)];
        return said is ["0" or "1"] ? (said[0] == "1", Own.File) : null;
    }

    /// <summary>Tells whether a line builds a package, or does not say which one.</summary>
    private bool IsFor(string words, string? package)
    {
        string[] named = [.. words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Path)
            .Where(path => Source!.Programs.Contains(path, StringComparer.Ordinal))];
        return named.Length == 0 || package is null || named.Contains(package, StringComparer.Ordinal);
    }

    private static bool Builds(string command) => Builder().IsMatch(command);

    private static string Path(string word) => word.Trim('"', '\'').TrimEnd('/') is var path
        && path.EndsWith(".go", StringComparison.Ordinal) ? path.LastIndexOf('/') is var slash and > 0 ? Path(path[..slash]) : "."
        : path.StartsWith("./", StringComparison.Ordinal) || path == "." ? path : "./" + path;

    /// <summary>Takes those by which a source of the project is built.</summary>
    private static string[] Tagged(IEnumerable<string> lines, GoSource source) =>
        [.. lines.SelectMany(line => Tag().Matches(line))
            .SelectMany(match => match.Groups["tags"].Value.Split([' ', ',', '"', '\''], StringSplitOptions.RemoveEmptyEntries))
            .Where(tag => TagName().IsMatch(tag) && source.HasTag(tag)).Distinct(StringComparer.Ordinal)];

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    [GeneratedRegex(@"\bgo[ \t]+(build|install)[ \t](?<words>(\\\r?\n|[^\n;&|])*)", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Call();

    [GeneratedRegex(@"\bgo\s+(build|install)\b|\bmake\b", Options | RegexOptions.NonBacktracking)]
    private static partial Regex Builder();

    [GeneratedRegex(@"\bCGO_ENABLED=""?(?<value>[01])\b(?<words>(\\\r?\n|[^\n;&|])*)", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CgoValue();

    [GeneratedRegex(@"-tags[ =]+(?<tags>""[^""]*""|'[^']*'|[^ ""'\s]+)", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tag();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_.]*\z", Options | RegexOptions.NonBacktracking)]
    private static partial Regex TagName();
}
