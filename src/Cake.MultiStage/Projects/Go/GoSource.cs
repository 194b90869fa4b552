using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.Go;

/// <summary>What a project's Go files tell: where its program is, whether it has C code and tests.</summary>
internal sealed partial class GoSource(ProjectFolder folder)
{
    private readonly Lazy<IReadOnlyList<(string Path, string Text)>> _files = new(() =>
        [.. folder.Find("*.go").Where(path => !path.StartsWith("vendor/", StringComparison.Ordinal) && !path.Contains("/testdata/", StringComparison.Ordinal)).Select(path => (path, folder.Read(path)))]);

    /// <summary>Gets the folder's own files that are no tests.</summary>
    public IReadOnlyList<string> OwnFiles => [.. _files.Value.Select(file => file.Path).Where(path => !path.Contains('/', StringComparison.Ordinal) && !IsTest(path))];

    public bool HasFiles => _files.Value.Count > 0;

    public bool HasTests => _files.Value.Any(file => IsTest(file.Path));

    public bool UsesC => _files.Value.Any(file => !IsTest(file.Path) && ImportOfC().IsMatch(file.Text));

    /// <summary>Gets the packages that are programs, as <c>go build</c> names them.</summary>
    public IReadOnlyList<string> Programs =>
        [.. _files.Value.Where(file => !IsTest(file.Path) && MainPackage().IsMatch(file.Text) && !Ignored().IsMatch(file.Text))
            .Select(file => file.Path.LastIndexOf('/') is var slash and >= 0 ? "./" + file.Path[..slash] : ".")
            .Distinct(StringComparer.Ordinal)];

    private static bool IsTest(string path) => path.EndsWith("_test.go", StringComparison.Ordinal);

    [GeneratedRegex(@"^package[ \t]+main\b", RegexOptions.CultureInvariant | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MainPackage();

    [GeneratedRegex(@"^//go:build[ \t]+ignore\b", RegexOptions.CultureInvariant | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Ignored();

    [GeneratedRegex(@"^(import[ \t]+|[ \t]+)""C""", RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ImportOfC();
}
