using System.Text.RegularExpressions;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects.C;

/// <summary>What builds a program in C or C++.</summary>
internal enum CBuildKind
{
    /// <summary>CMakeLists.txt.</summary>
    CMake,

    /// <summary>A Makefile.</summary>
    Make,

    /// <summary>A configure script, or what makes one.</summary>
    Autotools,

    /// <summary>meson.build.</summary>
    Meson,

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
internal sealed partial record CBuild(CBuildKind Kind, string File, IReadOnlyList<string> Programs, bool HasInstall, string? TestGoal,
    IReadOnlyList<string> Sources)
{
    // More than that are no program that one line compiles.
    private const int MostSources = 30;

    private static readonly string[] Makefiles = ["GNUmakefile", "makefile", "Makefile"];

    private static readonly string[] Bootstraps = ["autogen.sh", "bootstrap", "bootstrap.sh", "buildconf", "buildconf.sh"];

    // Goals that name no file, in whatever Makefile.
    private static readonly HashSet<string> NoFiles = new(StringComparer.Ordinal)
    {
        "all", "default", "help", "build", "clean", "distclean", "install", "uninstall", "test", "check", "format", "lint", "release",
        "debug", "run", "doc", "docs", "dist", "depend", "tags", "FORCE",
    };

    /// <summary>Gets what the build itself needs, as packages of Debian.</summary>
    public IReadOnlyList<string> Tools { get; private init; } = [];

    /// <summary>Gets the project's own script that makes the configure script; null where it has none, or is not needed.</summary>
    public string? Bootstrap { get; private init; }

    /// <summary>
    /// Gets a value indicating whether libtool links: <c>-static</c> means another thing to it (its manual, "Link mode").
    /// </summary>
    public bool HasLibtool { get; private init; }

    /// <summary>Gets the file name of each program whose build calls it otherwise.</summary>
    public IReadOnlyDictionary<string, string> Outputs { get; private init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets the programs that are installed into <c>sbin</c>, those that services are for.</summary>
    public IReadOnlyList<string> Services { get; private init; } = [];

    /// <summary>Gets what the build calls the project; null where it does not say it.</summary>
    public string? Project { get; private init; }

    public bool IsCpp => Sources.Any(source => System.IO.Path.GetExtension(source) != ".c");

    /// <exception cref="MultiStageException">The folder has nothing of the kind.</exception>
    public static CBuild Read(ProjectFolder folder)
    {
        if (folder.Has("CMakeLists.txt"))
        {
            return OfCMake(folder);
        }

        if (folder.Has("meson.build"))
        {
            return OfMeson(folder);
        }

        if (folder.First("configure.ac", "configure.in", "configure") is { } configure)
        {
            return OfAutotools(folder, configure);
        }

        if (Makefiles.FirstOrDefault(folder.Has) is { } makefile)
        {
            return OfMakefile(folder, makefile);
        }

        string[] sources = [.. folder.Find("*.c", "*.cc", "*.cpp", "*.cxx").Where(path => !IsTest(path))];
        if (sources.Length > MostSources || sources.Count(source => HasMain().IsMatch(folder.Read(source))) > 1)
        {
            throw new MultiStageException(
                $"'{folder.Path}' has {sources.Length} sources and nothing that says how they are built: no CMakeLists.txt, meson.build, "
                    + "configure or Makefile. "
                + "They are not one program. Describe the folder of one, or say what builds it: MultiStageProject(\".\", project => { "
                + "project.BuilderImage = \"gcc:15\"; "
                + "project.Commands.Add(\"./build.sh\"); project.Artifacts.Add(\"/src/program\", \"/bin/program\"); }).");
        }

        return sources.Length > 0 ? new CBuild(CBuildKind.Sources, sources[0], [], HasInstall: false, TestGoal: null, sources)
            : throw new MultiStageException(
                $"'{folder.Path}' is not a C or C++ project: it has neither a CMakeLists.txt nor a Makefile nor sources.");
    }

    private static CBuild OfCMake(ProjectFolder folder)
    {
        string[] texts = [.. folder.Find("CMakeLists.txt")
            .Where(path => !IsTest(path))
            .Select(path => CMakeComment().Replace(folder.Read(path), ""))];
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        foreach (var match in texts.SelectMany(text => CMakeSet().Matches(text)))
        {
            values[match.Groups["name"].Value] = match.Groups["value"].Value;
        }

        if (CMakeProject().Match(texts[0]) is { Success: true } project)
        {
            values["PROJECT_NAME"] = values["CMAKE_PROJECT_NAME"] = project.Groups["name"].Value;
        }

        // A folder below may be a project of its own.
        string[] programs = [.. texts.SelectMany(text => CMakeExecutable().Matches(text)
            .Where(match => match.Groups["kind"].Value is not ("IMPORTED" or "ALIAS"))
            .Select(match => Filled(CMakeProject().Match(text) is { Success: true } its
                ? match.Groups["name"].Value.Replace("${PROJECT_NAME}", its.Groups["name"].Value, StringComparison.Ordinal)
                : match.Groups["name"].Value)))
            .Where(name => !IsTestName(name) && !name.Contains('$', StringComparison.Ordinal)).Distinct(StringComparer.Ordinal)];
        Dictionary<string, string> outputs = new(StringComparer.Ordinal);
        foreach (var match in texts.SelectMany(text => CMakeOutputName().Matches(text)))
        {
            outputs[Filled(match.Groups["target"].Value)] = Filled(match.Groups["name"].Value);
        }

        var tests = folder.Find("CMakeLists.txt").Any(path => CMakeTest().IsMatch(folder.Read(path)));
        return new CBuild(CBuildKind.CMake, "CMakeLists.txt", programs, texts.Any(text => CMakeInstall().IsMatch(text)),
            tests ? "ctest" : null, [])
        {
            Outputs = outputs,
            Services = [.. programs.Where(name => Services(name).Contains("SBIN", StringComparison.OrdinalIgnoreCase))],
            Project = values.GetValueOrDefault("PROJECT_NAME"),
        };

        // The call that names it, or else those whose targets a variable has.
        string Services(string program)
        {
            var calls = texts.SelectMany(text => CMakeInstallTargets().Matches(text)).ToList();
            return string.Concat((calls.Exists(Names) ? calls.Where(Names) : calls.Where(call => call.Groups["targets"].Value.Contains('$',
                StringComparison.Ordinal)))
                .Select(call => call.Groups["runtime"].Value));
            bool Names(Match call) => call.Groups["targets"].Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                .Select(Filled).Contains(program, StringComparer.Ordinal);
        }

        string Filled(string text) =>
            CMakeVariable().Replace(text, variable => values.GetValueOrDefault(variable.Groups["name"].Value, variable.Value)).Trim('"');
    }

    private static CBuild OfMeson(ProjectFolder folder)
    {
        string[] texts = [.. folder.Find("meson.build")
            .Where(path => !IsTest(path))
            .Select(path => CMakeComment().Replace(folder.Read(path), ""))];
        var project = MesonProject().Match(texts[0]).Groups["name"].Value;
        string[] programs = [.. texts.SelectMany(text => MesonExecutable().Matches(text))
            .Select(match => match.Groups["name"].Success ? match.Groups["name"].Value : project)
            .Where(name => name.Length > 0 && !IsTestName(name)).Distinct(StringComparer.Ordinal)];
        return new CBuild(CBuildKind.Meson, "meson.build", programs,
            texts.Any(text => text.Contains("install : true", StringComparison.Ordinal)
            || text.Contains("install: true", StringComparison.Ordinal)), texts.Any(text => MesonTest().IsMatch(text)) ? "meson" : null, [])
                { Tools = ["meson", "ninja-build", "pkg-config"], Project = project };
    }

    private static CBuild OfAutotools(ProjectFolder folder, string configure)
    {
        var makefiles = string.Join('\n', folder.Find("Makefile.am").Where(path => !IsTest(path)).Select(folder.Read))
            .Replace("\\\n", " ", StringComparison.Ordinal);
        string[] programs = [.. AutomakePrograms()
            .Matches(makefiles)
            .SelectMany(match => match.Groups["names"].Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Where(name => !name.Contains('$', StringComparison.Ordinal)).Distinct(StringComparer.Ordinal)];
        var name = AutoconfName().Match(folder.Read(configure)).Groups["name"].Value;
        var isMade = configure == "configure" || folder.Has("configure");
        return new CBuild(CBuildKind.Autotools, configure, programs.Length > 0 ? programs : name.Length > 0 ? [name] : [], HasInstall: true,
            makefiles.Contains("TESTS", StringComparison.Ordinal) ? "check" : null, [])
        {
            Project = name,
            Services = [.. AutomakePrograms().Matches(makefiles).Where(match => match.Value.TrimStart().StartsWith('s'))
                .SelectMany(match => match.Groups["names"].Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))],
            HasLibtool = Libtool().IsMatch(folder.Read(configure)),
            Tools = isMade ? [] : ["autoconf", "automake", "libtool", "pkg-config", "gettext"],
            Bootstrap = isMade ? null : Bootstraps.FirstOrDefault(folder.Has),
        };
    }

    /// <summary>Reads a Makefile; one that makes nothing itself has make work in another folder, whose Makefile says more.</summary>
    private static CBuild OfMakefile(ProjectFolder folder, string file)
    {
        var text = folder.Read(file);
        var build = OfMakefile(file, text);
        if (build.Programs.Count > 0)
        {
            return build;
        }

        // Named at once, or by a loop over a variable's folders; what is outside of the folder does not travel.
        var named = SubMake().Matches(text).Select(match => match.Groups["folder"].Value)
            .Concat(SubMakes().Matches(text).SelectMany(loop => MakeVariable().Matches(text)
                .Where(match => match.Groups["name"].Value == loop.Groups["name"].Value)
                .SelectMany(match => match.Groups["value"].Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))));
        foreach (var below in named.Select(PosixPath.Clean).Where(path => !path.StartsWith('/') && !PosixPath.Leaves(path))
            .Distinct(StringComparer.Ordinal))
        {
            if (Makefiles.Select(name => PosixPath.Join(below, name)).FirstOrDefault(folder.Has) is { } other
                && OfMakefile(other, folder.Read(other)).Programs is { Count: > 0 } programs)
            {
                return build with { Programs = [.. programs.Select(program => PosixPath.Join(below, program))] };
            }
        }

        return build;
    }

    private static CBuild OfMakefile(string file, string text)
    {
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        foreach (Match match in MakeVariable().Matches(text))
        {
            values[match.Groups["name"].Value] = match.Groups["value"].Value.Trim();
        }

        var rules = MakeRule()
            .Matches(text)
            .Select(match => (Goal: Expanded(match.Groups["goal"].Value, values), Needs: Expanded(match.Groups["needs"].Value, values)))
            .Where(rule => !rule.Goal.Contains('%', StringComparison.Ordinal)).ToList();
        var goals = rules.SelectMany(rule => rule.Goal.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToHashSet(StringComparer.Ordinal);
        var phony = rules.Where(rule => rule.Goal == ".PHONY")
            .SelectMany(rule => Split(rule.Needs))
            .Concat(NoFiles)
            .ToHashSet(StringComparer.Ordinal);
        rules.RemoveAll(rule => rule.Goal.StartsWith('.'));
        var programs = rules.Count == 0 ? [] : Files([.. Split(rules[0].Goal)], []);
        return new CBuild(
            CBuildKind.Make,
            file,
            [.. programs.Where(program => System.IO.Path.GetExtension(program) is not (".o" or ".a" or ".so" or ".h"))],
            HasInstall: false,
            goals.Contains("test") ? "test" : goals.Contains("check") ? "check" : null,
            []);

        // What a goal without a file leads to, as 'all' does to the programs.
        string[] Files(IReadOnlyList<string> names, HashSet<string> seen) =>
        [
            .. names.SelectMany(name => !phony.Contains(name) ? [name]
                : seen.Add(name)
                ? Files([.. rules.Where(rule => Split(rule.Goal).Contains(name)).SelectMany(rule => Split(rule.Needs))], seen)
                : []).Distinct(StringComparer.Ordinal),
        ];

        static string[] Split(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    }

    private static string Expanded(string text, Dictionary<string, string> values)
    {
        // A variable that has itself a thousand times grows by that each time.
        const int Longest = 1 << 16;
        for (var depth = 0; depth < 5 && text.Length <= Longest && text.Contains('$', StringComparison.Ordinal); depth++)
        {
            var left = Longest;
            text = MakeReference().Replace(text, match => values.GetValueOrDefault(match.Groups["name"].Value, "") is var value
                && value.Length <= left && (left -= value.Length) >= 0 ? value : "");
        }

        return text.Trim();
    }

    private static bool IsTestName(string name) =>
        name.StartsWith("test", StringComparison.OrdinalIgnoreCase) || name.EndsWith("test", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith("tests", StringComparison.OrdinalIgnoreCase)
        || name.Contains("bench", StringComparison.OrdinalIgnoreCase)
        || name.Contains("example", StringComparison.OrdinalIgnoreCase)
        || Fuzzer().IsMatch(name);

    private static bool IsTest(string path) =>
        path.Split('/').SkipLast(1).Any(folder => folder is "test" or "tests" or "examples" or "benchmarks" or "build");

    // A program may be called fuzzel, or honggfuzz.
    [GeneratedRegex(@"fuzzer|(\A|[-_.])fuzz(ing)?([-_.]|\z)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
        | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Fuzzer();

    [GeneratedRegex(@"#.*$", RegexOptions.CultureInvariant | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CMakeComment();

    [GeneratedRegex(@"\bset\s*\(\s*(?<name>\w+)\s+""?(?<value>[^\s)""]+)""?\s*\)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CMakeSet();

    [GeneratedRegex(@"\bproject\s*\(\s*""?(?<name>[^\s)""]+)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CMakeProject();

    [GeneratedRegex(@"\badd_executable\s*\(\s*""?(?<name>[^\s)""]+)""?(\s+(?<kind>IMPORTED|ALIAS)\b)?",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CMakeExecutable();

    [GeneratedRegex(@"\$\{(?<name>\w+)\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CMakeVariable();

    [GeneratedRegex(@"\badd_test\s*\(|\b\w+_discover_tests\s*\(",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CMakeTest();

    // The folder of programs, wherever it stands among those of libraries; else the one for all.
    [GeneratedRegex(@"\binstall\s*\(\s*TARGETS\s+(?<targets>[^)]*?)\s+"
        + @"(?=(EXPORT|RUNTIME|LIBRARY|ARCHIVE|OBJECTS|BUNDLE|FRAMEWORK|PUBLIC_HEADER|COMPONENT|CONFIGURATIONS|PERMISSIONS|DESTINATION)\s)"
        + @"([^)]*?\bRUNTIME\s+DESTINATION|[^)]*?\bDESTINATION)\s+(?<runtime>[^\s)]+)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CMakeInstallTargets();

    [GeneratedRegex(@"\binstall\s*\(", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CMakeInstall();

    [GeneratedRegex(@"^(?<name>\w+)[ \t]*[:?]?:?=(?<value>[^\r\n#]*)",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MakeVariable();

    [GeneratedRegex(@"^(?<goal>[^\s:#=][^:#=\r\n]*):(?![=:])(?<needs>[^\r\n#;=]*)(?=[;#\r\n]|\z)",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MakeRule();

    [GeneratedRegex(@"^\t[-@+]*(cd[ \t]+(?<folder>[\w./-]+)[ \t]*(&&|;)[ \t]*\$[({]MAKE[)}]"
        + @"|\$[({]MAKE[)}][ \t]+-C[ \t]*(?<folder>[\w./-]+))",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SubMake();

    [GeneratedRegex(@"^\t[-@+]*for[ \t]+\w+[ \t]+in[ \t]+\$[({](?<name>\w+)[)}][^\n]*(\\\n[^\n]*)*\$[({]MAKE[)}]",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SubMakes();

    [GeneratedRegex(@"\$[({](?<name>\w+)[)}]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex MakeReference();

    [GeneratedRegex(@"\bset_target_properties\s*\(\s*""?(?<target>[^\s)""]+)""?[^)]*?\bOUTPUT_NAME\s+(?<name>""[^""]+""|[^\s)]+)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CMakeOutputName();

    [GeneratedRegex(@"\bproject\s*\(\s*'(?<name>[^']+)'", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex MesonProject();

    [GeneratedRegex(@"\bexecutable\s*\(\s*('(?<name>[^']+)'|meson\.project_name\(\))",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MesonExecutable();

    [GeneratedRegex(@"^\s*test\s*\(", RegexOptions.CultureInvariant | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MesonTest();

    [GeneratedRegex(@"^\s*(bin|sbin)_PROGRAMS\s*\+?=(?<names>[^\r\n#]*)",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AutomakePrograms();

    [GeneratedRegex(@"\bAC_INIT\s*\(\s*\[?(?<name>[A-Za-z0-9_.-]+)|^PACKAGE_(TAR)?NAME='(?<name>[^']+)'",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AutoconfName();

    [GeneratedRegex(@"^\s*(int|void|auto)\s+main\s*\(",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HasMain();

    [GeneratedRegex(@"\bLT_INIT\b|\bAC_PROG_LIBTOOL\b|\bltmain\.sh\b", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Libtool();
}
