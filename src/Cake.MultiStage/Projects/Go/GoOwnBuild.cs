using System.Text.RegularExpressions;
using Cake.MultiStage.Projects.Hints;

namespace Cake.MultiStage.Projects.Go;

/// <summary>How the project builds its program itself, by the line <c>go build</c> of its own Dockerfile or Makefile.</summary>
/// <param name="File">The file with the line.</param>
/// <param name="Package">The package that is built; null where the line does not say it.</param>
/// <param name="Tags">The build tags.</param>
/// <param name="Ships">Whether that line builds what ships: a Makefile has lines for several purposes.</param>
internal sealed partial record GoOwnBuild(string File, string? Package, IReadOnlyList<string> Tags, bool Ships)
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
            return new GoOwnBuild(own!.File, built is [var only] ? only : null, Tagged(lines, source), Ships: true);
        }

        var makefile = folder.First(Makefiles);
        string[] tags = makefile is null || !folder.Has(makefile) ? []
            : Tagged(Call().Matches(folder.Read(makefile)).Select(match => match.Groups["words"].Value), source);
        return tags.Length == 0 ? null : new GoOwnBuild(makefile!, Package: null, tags, Ships: false);
    }

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

    [GeneratedRegex(@"-tags[ =]+(?<tags>""[^""]*""|'[^']*'|[^ ""'\s]+)", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tag();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_.]*\z", Options | RegexOptions.NonBacktracking)]
    private static partial Regex TagName();
}
