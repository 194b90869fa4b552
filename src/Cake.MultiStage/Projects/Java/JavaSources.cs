using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.Java;

/// <summary>A source file of the program, with what it tells.</summary>
/// <param name="Path">Its path.</param>
/// <param name="MainClass">The class with <c>main</c> that is compiled of it; null where it has none.</param>
/// <param name="UsesTls">Whether it mentions TLS.</param>
/// <param name="UsesLocales">Whether it formats for a user's language.</param>
/// <param name="Text">What it says.</param>
internal sealed record JavaSource(string Path, string? MainClass, bool UsesTls, bool UsesLocales, string Text);

/// <summary>The sources of a build, in Java and in Kotlin.</summary>
internal sealed partial class JavaSources
{
    private readonly List<JavaSource> _sources;

    public JavaSources(ProjectFolder folder)
    {
        string[] all = [.. folder.Find("*.java", "*.kt")];
        HasJava = all.Any(path => path.EndsWith(".java", StringComparison.Ordinal));
        HasKotlin = all.Any(path => path.EndsWith(".kt", StringComparison.Ordinal));
        HaveTests = all.Any(IsTest);
        _sources = [.. all.Where(path => !IsTest(path) && !IsOfTheBuild(path)).Select(path => Read(path, folder.Read(path)))];
    }

    public bool HasJava { get; }

    public bool HasKotlin { get; }

    public bool HaveTests { get; }

    /// <summary>Returns those of a module; of the whole build where it has none.</summary>
    public IEnumerable<JavaSource> Of(string? module) =>
        _sources.Where(source => module is null || source.Path.StartsWith(module + "/", StringComparison.Ordinal));

    /// <summary>Tells whether a module has a class with <c>main</c> of its own.</summary>
    public bool HasMain(string module) => _sources.Exists(source => source.MainClass is not null
        && source.Path.StartsWith(module + "/src/", StringComparison.Ordinal));

    /// <summary>Tells whether a file is of the tests, by the source sets that Maven and Gradle have, or by its folder's name.</summary>
    private static bool IsTest(string path) => path.Split('/').SkipLast(1).Any(folder => folder is "test" or "tests")
        || OtherSourceSet().IsMatch(path);

    // Wrappers, conventions of Gradle, and examples are no programs of the project.
    private static bool IsOfTheBuild(string path) => path.Split('/').SkipLast(1)
        .Any(folder => folder[0] == '.' || folder is "buildSrc" or "build-logic" or "buildLogic" or "gradle");

    private static JavaSource Read(string path, string text) => new(path, MainOf(path, text), Tls().IsMatch(text), Locales().IsMatch(text),
        text);

    private static string? MainOf(string path, string text)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        var package = PackageLine().Match(text) is { Success: true } match ? match.Groups["name"].Value + "." : "";
        return path.EndsWith(".java", StringComparison.Ordinal) ? JavaMain().IsMatch(text) ? package + name : null
            : !KotlinMain().IsMatch(text) ? null
            : package
                + (JvmName().Match(text) is { Success: true } given
                    ? given.Groups["name"].Value
                    : char.ToUpperInvariant(name[0]) + name[1..] + "Kt");
    }

    [GeneratedRegex(@"\bvoid\s+main\s*\(", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex JavaMain();

    [GeneratedRegex(@"^(suspend\s+)?fun\s+main\s*\(", RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex KotlinMain();

    [GeneratedRegex(@"^@file:JvmName\(\s*""(?<name>\w+)""",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex JvmName();

    [GeneratedRegex(@"https://|javax\.net\.ssl|java\.net\.http", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tls();

    [GeneratedRegex(@"\bLocale\.(?!ENGLISH\b|US\b|ROOT\b)\w|\bnew Locale\(|\bofLocalized(Date|Time|DateTime)\(",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Locales();

    [GeneratedRegex(@"^\s*package\s+(?<name>[\w.]+)", RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex PackageLine();

    [GeneratedRegex(@"(^|/)src/(?!main/|commonMain/|jvmMain/)[A-Za-z]+/(java|kotlin)/",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OtherSourceSet();
}
