using Cake.MultiStage.Projects.Hints;

namespace Cake.MultiStage.Projects;

/// <summary>The sources of a project, read no further than what can tell something about it.</summary>
internal static class SourceFiles
{
    private const int Most = 1000;
    private const int Longest = 400_000;

    /// <summary>Folders whose files show, test or prepare the program, and are no part of it.</summary>
    private static readonly HashSet<string> Aside = new(StringComparer.OrdinalIgnoreCase)
    {
        "test", "tests", "__tests__", "__mocks__", "spec", "specs", "e2e", "fixtures", "testdata", "example", "examples", "sample",
        "samples", "demo", "demos", "benchmark", "benchmarks", "docs", "scripts", "cypress", "playwright", "wwwroot", "public",
    };

    /// <summary>Reads the files of some names, those nearest to the folder first; comments are blanked out.</summary>
    /// <param name="folder">The project's folder.</param>
    /// <param name="patterns">The names, such as <c>*.cs</c>.</param>
    /// <param name="isPart">Tells whether a path belongs to the program.</param>
    /// <param name="comment">What begins a comment: <c>//</c>, or <c>#</c>.</param>
    public static IEnumerable<SourceFile> Of(
        ProjectFolder folder, IEnumerable<string> patterns, Func<string, bool>? isPart = null, string comment = "//") =>
        folder.Find(patterns)
            .Where(path => (isPart is null || isPart(path)) && !path.Split('/').SkipLast(1).Any(Aside.Contains) && !IsTest(path)
                && new FileInfo(System.IO.Path.Combine(folder.Path, path)).Length <= Longest)
            .Take(Most)
            .Select(path => new SourceFile(path, CodeText.WithoutComments(folder.Read(path), comment)));

    private static bool IsTest(string path) => path.Contains(".test.", StringComparison.Ordinal)
        || path.Contains(".spec.", StringComparison.Ordinal) || path.EndsWith(".d.ts", StringComparison.Ordinal)
        || path.EndsWith(".min.js", StringComparison.Ordinal);
}
