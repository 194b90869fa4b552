using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.Go;

/// <summary>
/// The variables that the project's own build has the linker set (<c>-ldflags "-X main.version=…"</c>): its version, its commit, its date.
/// They come as build arguments, so that a new commit changes no line of the Dockerfile; building by an alias gives them from git.
/// </summary>
internal static partial class GoStamps
{
    private static readonly string[] Files = ["Makefile", "makefile", "GNUmakefile", ".goreleaser.yml", ".goreleaser.yaml", "Taskfile.yml",
        "justfile", "Dockerfile", "build.sh", "scripts/build.sh", ".promu.yml"];

    /// <summary>Finds the variables, each with the build argument that has its value.</summary>
    /// <param name="folder">The project's folder.</param>
    /// <param name="module">The path of the module; null where it is not known.</param>
    /// <param name="dockerfile">The project's own Dockerfile; null for none.</param>
    public static IReadOnlyList<(string Variable, string Argument)> Of(ProjectFolder folder, string? module, string? dockerfile) =>
    [
        .. folder.Existing([.. Files, .. dockerfile is null ? Array.Empty<string>() : [dockerfile]]).Distinct(StringComparer.Ordinal)
            .Where(folder.Has)
            .SelectMany(file => Set().Matches(folder.Read(file)))
            .Select(match => match.Groups["rest"] is not { Success: true } rest ? match.Groups["variable"].Value
                : module is not null && folder.HasFolder(rest.Value[1..rest.Value.LastIndexOf('.')]) ? module + rest.Value : "")
            .Where(variable => variable.Length > 0)
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

    // A variable before a folder of the project is the module's path; others are not known here.
    [GeneratedRegex(@"-X[ =]+['""]?((?<variable>[A-Za-z0-9_.~/-]+\.[A-Za-z_][A-Za-z0-9_]*)"
        + @"|\$[({]?\w+[)}]?(?<rest>(/[A-Za-z0-9_-]+)+\.[A-Za-z_][A-Za-z0-9_]*))=",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Set();
}
