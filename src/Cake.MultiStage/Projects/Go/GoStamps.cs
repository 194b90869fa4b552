using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.Go;

/// <summary>
/// The variables that the project's own build has the linker set (<c>-ldflags "-X main.version=…"</c>): its version, its commit, its date.
/// They come as build arguments, so that a new commit changes no line of the Dockerfile; building by an alias gives them from git.
/// </summary>
internal static partial class GoStamps
{
    private static readonly string[] Files = ["Makefile", "makefile", "GNUmakefile", ".goreleaser.yml", ".goreleaser.yaml", "Taskfile.yml",
        "justfile", "Dockerfile", "build.sh", "scripts/build.sh"];

    /// <summary>Finds the variables, each with the build argument that has its value.</summary>
    public static IReadOnlyList<(string Variable, string Argument)> Of(ProjectFolder folder) =>
    [
        .. folder.Existing(Files)
            .Where(folder.Has)
            .SelectMany(file => Set().Matches(folder.Read(file)))
            .Select(match => match.Groups["variable"].Value)
            .Distinct(StringComparer.Ordinal)
            .Select(variable => (Variable: variable, Argument: Argument(variable[(variable.LastIndexOf('.') + 1)..].ToLowerInvariant())))
            .Where(one => one.Argument is not null).Select(one => (one.Variable, one.Argument!)),
    ];

    private static string? Argument(string name) =>
        name.Contains("version", StringComparison.Ordinal) && !name.Contains("go", StringComparison.Ordinal) || name is "tag" or "gittag"
            ? BuilderSteps.SourceVersion
        : name.Contains("commit", StringComparison.Ordinal)
            || name.Contains("revision", StringComparison.Ordinal)
            || name.EndsWith("sha", StringComparison.Ordinal) ? BuilderSteps.SourceCommit
        : null;

    // A path with variables of a Makefile in it is not known here.
    [GeneratedRegex(@"-X[ =]+['""]?(?<variable>[A-Za-z0-9_.~/-]+\.[A-Za-z_][A-Za-z0-9_]*)=",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Set();
}
