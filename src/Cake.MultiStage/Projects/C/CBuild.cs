using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.C;

/// <summary>What builds a program in C or C++.</summary>
internal enum CBuildKind
{
    /// <summary>CMakeLists.txt.</summary>
    CMake,

    /// <summary>A Makefile.</summary>
    Make,

    /// <summary>Nothing but the sources.</summary>
    Sources,
}

/// <summary>What a folder's CMakeLists.txt, Makefile or sources tell.</summary>
/// <param name="Kind">What builds it.</param>
/// <param name="File">The file that was read.</param>
/// <param name="Programs">The programs it makes.</param>
/// <param name="HasInstall">Whether it has an install step.</param>
/// <param name="TestGoal">What runs its tests: <c>ctest</c>, or a goal of the Makefile; null for none.</param>
/// <param name="Sources">The sources, where nothing else builds them.</param>
internal sealed partial record CBuild(CBuildKind Kind, string File, IReadOnlyList<string> Programs, bool HasInstall, string? TestGoal, IReadOnlyList<string> Sources)
{
    private static readonly string[] Makefiles = ["GNUmakefile", "makefile", "Makefile"];

    public bool IsCpp => Sources.Any(source => System.IO.Path.GetExtension(source) != ".c");

    /// <exception cref="MultiStageException">The folder has nothing of the kind.</exception>
    public static CBuild Read(ProjectFolder folder)
    {
        if (folder.Has("CMakeLists.txt"))
        {
            return OfCMake(folder);
        }

        if (Makefiles.FirstOrDefault(folder.Has) is { } makefile)
        {
            return OfMakefile(makefile, folder.Read(makefile));
        }

        string[] sources = [.. folder.Find("*.c", "*.cc", "*.cpp", "*.cxx").Where(path => !IsTest(path))];
        return sources.Length > 0 ? new CBuild(CBuildKind.Sources, sources[0], [], HasInstall: false, TestGoal: null, sources)
            : throw new MultiStageException($"'{folder.Path}' is no C or C++ project: it has neither a CMakeLists.txt nor a Makefile nor sources.");
    }

    private static CBuild OfCMake(ProjectFolder folder)
    {
        string[] texts = [.. folder.Find("CMakeLists.txt").Where(path => !IsTest(path)).Select(path => CMakeComment().Replace(folder.Read(path), ""))];
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        foreach (var match in texts.SelectMany(text => CMakeSet().Matches(text)))
        {
            values[match.Groups["name"].Value] = match.Groups["value"].Value;
        }

        if (CMakeProject().Match(texts[0]) is { Success: true } project)
        {
            values["PROJECT_NAME"] = values["CMAKE_PROJECT_NAME"] = project.Groups["name"].Value;
        }

        string[] programs = [.. texts.SelectMany(text => CMakeExecutable().Matches(text)).Where(match => match.Groups["kind"].Value is not ("IMPORTED" or "ALIAS"))
            .Select(match => CMakeVariable().Replace(match.Groups["name"].Value, variable => values.GetValueOrDefault(variable.Groups["name"].Value, variable.Value))).Distinct(StringComparer.Ordinal)];
        var tests = folder.Find("CMakeLists.txt").Any(path => CMakeTest().IsMatch(folder.Read(path)));
        return new CBuild(CBuildKind.CMake, "CMakeLists.txt", programs, texts.Any(text => CMakeInstall().IsMatch(text)), tests ? "ctest" : null, []);
    }

    private static CBuild OfMakefile(string file, string text)
    {
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        foreach (Match match in MakeVariable().Matches(text))
        {
            values[match.Groups["name"].Value] = match.Groups["value"].Value.Trim();
        }

        var rules = MakeRule().Matches(text).Select(match => (Goal: Expanded(match.Groups["goal"].Value, values), Needs: Expanded(match.Groups["needs"].Value, values)))
            .Where(rule => !rule.Goal.StartsWith('.') && !rule.Goal.Contains('%', StringComparison.Ordinal)).ToList();
        var goals = rules.SelectMany(rule => rule.Goal.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToHashSet(StringComparer.Ordinal);
        string[] programs = rules.Count == 0 ? []
            : rules[0].Goal == "all" ? [.. rules[0].Needs.Split(' ', StringSplitOptions.RemoveEmptyEntries)]
            : [.. rules[0].Goal.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        return new CBuild(
            CBuildKind.Make,
            file,
            [.. programs.Where(program => System.IO.Path.GetExtension(program) is not (".o" or ".a" or ".so" or ".h"))],
            HasInstall: false,
            goals.Contains("test") ? "test" : goals.Contains("check") ? "check" : null,
            []);
    }

    private static string Expanded(string text, Dictionary<string, string> values)
    {
        for (var depth = 0; depth < 5 && text.Contains('$', StringComparison.Ordinal); depth++)
        {
            text = MakeReference().Replace(text, match => values.GetValueOrDefault(match.Groups["name"].Value, ""));
        }

        return text.Trim();
    }

    private static bool IsTest(string path) => path.Split('/').SkipLast(1).Any(folder => folder is "test" or "tests" or "examples" or "benchmarks" or "build");

    [GeneratedRegex(@"#.*$", RegexOptions.CultureInvariant | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CMakeComment();

    [GeneratedRegex(@"\bset\s*\(\s*(?<name>\w+)\s+""?(?<value>[^\s)""]+)""?\s*\)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CMakeSet();

    [GeneratedRegex(@"\bproject\s*\(\s*""?(?<name>[^\s)""]+)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CMakeProject();

    [GeneratedRegex(@"\badd_executable\s*\(\s*""?(?<name>[^\s)""]+)""?(\s+(?<kind>IMPORTED|ALIAS)\b)?", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CMakeExecutable();

    [GeneratedRegex(@"\$\{(?<name>\w+)\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CMakeVariable();

    [GeneratedRegex(@"\badd_test\s*\(|\b\w+_discover_tests\s*\(", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CMakeTest();

    [GeneratedRegex(@"\binstall\s*\(", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CMakeInstall();

    [GeneratedRegex(@"^(?<name>\w+)[ \t]*[:?]?:?=(?<value>[^\r\n#]*)", RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MakeVariable();

    [GeneratedRegex(@"^(?<goal>[^\s:#=][^:#=\r\n]*):(?![=:])(?<needs>[^\r\n#;=]*)(?=[;#\r\n]|\z)", RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MakeRule();

    [GeneratedRegex(@"\$[({](?<name>\w+)[)}]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MakeReference();
}
