using System.Text.RegularExpressions;
using Cake.MultiStage.Projects.Hints;

namespace Cake.MultiStage.Projects.Go;

/// <summary>What a project's Go files tell: where its programs are, whether it has C code and tests, what it embeds.</summary>
/// <param name="folder">The folder of the module or workspace.</param>
/// <param name="members">The folders of a workspace's modules; null where there is no workspace.</param>
internal sealed partial class GoSource(ProjectFolder folder, IReadOnlyList<string>? members = null)
{
    /// <summary>Folders whose programs show or help, and are not what the module is for.</summary>
    private static readonly HashSet<string> Aside = new(StringComparer.OrdinalIgnoreCase)
    {
        "example", "examples", "sample", "samples", "demo", "demos", "hack", "tool", "tools", "script", "scripts", "test", "tests", "e2e",
        "integration", "docs", "doc", "contrib", "third_party", "benchmark", "benchmarks", "bench", "fuzz", "mocks", "internal",
        "playground", "build", "ci", "magefiles", "utils", "util", "gen", "generate", "generator",
    };

    /// <summary>Systems that files are built for by the end of their names, other than Linux (go/build, "Constraints").</summary>
    private static readonly string[] OtherSystems =
        ["_windows.go", "_darwin.go", "_js.go", "_wasm.go", "_freebsd.go", "_openbsd.go", "_netbsd.go", "_plan9.go", "_solaris.go",
            "_android.go", "_ios.go"];

    private readonly Lazy<IReadOnlyList<(string Path, string Text)>> _files = new(() => Read(folder, members));

    /// <summary>Gets the folder's own files that are no tests.</summary>
    public IReadOnlyList<string> OwnFiles =>
        [.. _files.Value.Select(file => file.Path).Where(path => !path.Contains('/', StringComparison.Ordinal) && !IsTest(path))];

    /// <summary>Gets the sources that are no tests, with their texts.</summary>
    public IEnumerable<SourceFile> Sources =>
        _files.Value.Where(file => !IsTest(file.Path)).Select(file => new SourceFile(file.Path, file.Text));

    /// <summary>Returns those of some packages.</summary>
    /// <param name="packages">The folders of the packages; null for all.</param>
    public IEnumerable<SourceFile> SourcesOf(IReadOnlySet<string>? packages) =>
        In(packages).Select(file => new SourceFile(file.Path, file.Text));

    /// <summary>Gets the paths of what is embedded, before their first wildcard.</summary>
    public IEnumerable<string> Embedded =>
        from file in _files.Value
        from Match match in Embed().Matches(file.Text)
        from pattern in match.Groups["patterns"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        let named = (pattern.StartsWith("all:", StringComparison.Ordinal) ? pattern["all:".Length..] : pattern).Trim('"', '`')
        select Fixed(file.Path[..(file.Path.LastIndexOf('/') + 1)] + named);

    /// <summary>Gets a value indicating whether the program calls others by TLS.</summary>
    public bool CallsByTls => Sources.Any(source => Caller().IsMatch(source.Text));

    /// <summary>Gets a value indicating whether the program looks up time zones, and does not bring them itself.</summary>
    public bool LooksUpTimeZones => Sources.Any(source => source.Text.Contains("time.LoadLocation(", StringComparison.Ordinal))
        && !Sources.Any(source => source.Text.Contains("\"time/tzdata\"", StringComparison.Ordinal));

    /// <summary>Tells whether a source is built by a tag alone (go help buildconstraint).</summary>
    public bool HasTag(string tag) => Sources.Any(source => BuildLine().Match(source.Text) is { Success: true } line
        && line.Groups["words"].Value.Split([' ', '(', ')', '!', '&', '|', '\r'], StringSplitOptions.RemoveEmptyEntries)
            .Contains(tag, StringComparer.Ordinal));

    public bool HasFiles => _files.Value.Count > 0;

    public bool HasTests => _files.Value.Any(file => IsTest(file.Path));

    /// <summary>Tells whether one of some packages has C code, files for other systems aside.</summary>
    /// <param name="packages">The folders of the packages; null for all.</param>
    public bool UsesC(IReadOnlySet<string>? packages) => In(packages).Any(file => ImportOfC().IsMatch(file.Text));

    /// <summary>
    /// Returns the folders of the packages that a program is made of: its own, those of its module that it imports, and they in turn.
    /// </summary>
    /// <param name="package">The program's, as <c>go build</c> names it.</param>
    /// <param name="module">The path that sources import the module by.</param>
    public IReadOnlySet<string>? Reached(string package, string? module)
    {
        if (module is null || !(package == "." || package.StartsWith("./", StringComparison.Ordinal)))
        {
            return null;
        }

        var folders = In(packages: null).ToLookup(file => FolderOf(file.Path), StringComparer.Ordinal);
        HashSet<string> reached = new(StringComparer.Ordinal);
        Queue<string> waiting = new([package.TrimStart('.').Trim('/')]);
        while (waiting.TryDequeue(out var folder))
        {
            if (reached.Add(folder))
            {
                foreach (var path in folders[folder].SelectMany(file => Quoted().Matches(file.Text)).Select(match =>
                    match.Groups["path"].Value)
                    .Where(path => path == module || path.StartsWith(module + "/", StringComparison.Ordinal)))
                {
                    waiting.Enqueue(path[module.Length..].TrimStart('/'));
                }
            }
        }

        return reached;
    }

    private static string FolderOf(string path) => path.LastIndexOf('/') is var slash and >= 0 ? path[..slash] : "";

    private IEnumerable<(string Path, string Text)> In(IReadOnlySet<string>? packages) => _files.Value.Where(file =>
        !IsTest(file.Path) && !IsElsewhere(file.Path, file.Text) && packages?.Contains(FolderOf(file.Path)) != false);

    /// <summary>Gets all packages that are programs, as <c>go build</c> names them.</summary>
    public IReadOnlyList<string> Programs
    {
        get
        {
            var packages = _files.Value
                .Where(file => !IsTest(file.Path) && MainPackage().IsMatch(file.Text) && !IsElsewhere(file.Path, file.Text))
                .GroupBy(file => file.Path.LastIndexOf('/') is var slash and >= 0 ? "./" + file.Path[..slash] : ".", StringComparer.Ordinal)
                .Select(package => (Name: package.Key, Starts: package.Any(file => MainFunction().IsMatch(file.Text))))
                .ToList();
            // Directives for tools may stand in a file of that name alone, beside the programs.
            return [.. packages.Where(package => package.Starts || packages.TrueForAll(other => !other.Starts))
                .Select(package => package.Name)];
        }
    }

    /// <summary>Gets those that the module is for, those below <c>cmd</c> first: no examples, no tools.</summary>
    public IReadOnlyList<string> Meant =>
        [.. Programs.Where(package => !package.Split('/').Any(Aside.Contains))
            .OrderByDescending(package => package.StartsWith("./cmd/", StringComparison.Ordinal))];

    /// <summary>Returns the first of some packages that a source imports, test files aside; null where none does.</summary>
    /// <param name="packages">The packages.</param>
    /// <param name="within">The folders of the sources; null for all.</param>
    public string? Imports(IEnumerable<string> packages, IReadOnlySet<string>? within)
    {
        string[] quoted = [.. packages.Select(package => $"\"{package}")];
        return quoted.FirstOrDefault(package => In(within).Any(file => file.Text.Contains(package + "\"", StringComparison.Ordinal)
            || file.Text.Contains(package + "/", StringComparison.Ordinal)))?[1..];
    }

    /// <summary>Gets what is embedded and doesn't exist: the file that embeds it, and the pattern.</summary>
    public IReadOnlyList<(string File, string Pattern)> MissingEmbedded =>
    [
        .. from file in _files.Value
           where !IsTest(file.Path)
           from Match match in Embed().Matches(file.Text)
           from pattern in match.Groups["patterns"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)
           let named = (pattern.StartsWith("all:", StringComparison.Ordinal) ? pattern["all:".Length..] : pattern).Trim('"', '`')
           let path = file.Path[..(file.Path.LastIndexOf('/') + 1)] + named
           where folder.First(Fixed(path)) is null
           select (file.Path, named),
    ];

    private static bool IsTest(string path) => path.EndsWith("_test.go", StringComparison.Ordinal);

    private static bool IsElsewhere(string path, string text) =>
        OtherSystems.Any(end => path.EndsWith(end, StringComparison.Ordinal)) || Constraint().IsMatch(text);

    /// <summary>Cuts a pattern before its first folder with a wildcard.</summary>
    public static string Fixed(string path) =>
        string.Join('/', path.Split('/').TakeWhile(part => !part.AsSpan().ContainsAny('*', '?', '[')))
        is { Length: > 0 } inside ? inside : ".";

    private static IReadOnlyList<(string Path, string Text)> Read(ProjectFolder folder, IReadOnlyList<string>? members)
    {
        string[] nested = [.. folder.Find("go.mod")
            .Select(path => path[..^"go.mod".Length])
            .Where(inner => inner.Length > 0 && members?.Contains(inner, StringComparer.Ordinal) != true)];
        return
        [
            .. folder.Find("*.go").Where(path => !path.StartsWith("vendor/", StringComparison.Ordinal)
                    // What Go itself leaves out (go help packages), and what belongs to modules of their own.
                    && !path.Split('/').SkipLast(1).Any(part => part is "testdata" || part[0] is '_' or '.')
                    && !nested.Any(inner => path.StartsWith(inner, StringComparison.Ordinal)))
                .Select(path => (path, folder.Read(path))),
        ];
    }

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture;

    [GeneratedRegex(@"^package[ \t]+main\b", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MainPackage();

    [GeneratedRegex(@"^//go:build[ \t]+(?<words>[^\n]+)", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BuildLine();

    [GeneratedRegex(@"^func[ \t]+main[ \t]*\(", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MainFunction();

    [GeneratedRegex(
        @"^//go:build[ \t]+\(?(ignore|exclude|tools?|mage|gen|generate|manual|never|none"
            + @"|windows|darwin|js|wasm|wasip1|plan9|freebsd|tinygo)\b(?![ \t]*\|\|)",
        Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Constraint();

    [GeneratedRegex(@"""(?<path>[^""\s]+)""", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^(import[ \t]+|[ \t]+)""C""", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ImportOfC();

    // What opens a connection itself, or comes from a package that does nothing else.
    [GeneratedRegex(
        @"\bhttp\.(Client|Get|Post|PostForm|Head|NewRequest|NewRequestWithContext|DefaultClient|DefaultTransport|Transport)\b"
            + @"|\btls\.Dial|\bsmtp\.|\bx509\.SystemCertPool\b|\bcredentials\.NewTLS\b|\bNewSingleHostReverseProxy\b|\bwebsocket\.Dial"
            + @"|""(golang\.org/x/oauth2|github\.com/aws/aws-sdk-go|cloud\.google\.com/go"
            + @"|github\.com/Azure/azure-sdk-for-go|k8s\.io/client-go"
            + @"|github\.com/go-resty/resty|github\.com/stripe/stripe-go|github\.com/minio/minio-go|github\.com/google/go-github"
            + @"|golang\.org/x/crypto/acme|github\.com/slack-go/slack|github\.com/sashabaranov/go-openai|github\.com/coreos/go-oidc)",
        Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Caller();

    [GeneratedRegex(@"^[ \t]*//go:embed[ \t]+(?<patterns>[^\r\n]+)", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Embed();
}
