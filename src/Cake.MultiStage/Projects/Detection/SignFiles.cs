using System.IO.Enumeration;

namespace Cake.MultiStage.Projects.Detection;

/// <summary>The files of a folder that may speak for an ecosystem.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Paths">Their paths, those of the folder itself first.</param>
internal sealed record SignFiles(ProjectFolder Folder, IReadOnlyList<string> Paths)
{
    /// <summary>Gets those of the folder itself.</summary>
    public IEnumerable<string> Own => Paths.Where(IsOwn);

    /// <summary>Gets those in folders below.</summary>
    public IEnumerable<string> Below => Paths.Where(path => !IsOwn(path));

    /// <summary>Tells whether the folder itself has a file of one of some patterns.</summary>
    public bool Has(params IEnumerable<string> patterns) => patterns.Any(pattern => Own.Any(path => Matches(pattern, path)));

    /// <summary>Tells whether there is a file of one of some patterns, in whatever folder.</summary>
    public bool HasAnywhere(params IEnumerable<string> patterns) => patterns.Any(pattern => Paths.Any(path => Matches(pattern, path)));

    public static bool Matches(string pattern, string path) =>
        FileSystemName.MatchesSimpleExpression(pattern, path.AsSpan(path.LastIndexOf('/') + 1), ignoreCase: false);

    private static bool IsOwn(string path) => !path.Contains('/', StringComparison.Ordinal);
}
