using System.Text.RegularExpressions;
using Cake.MultiStage.Projects.Hints;

namespace Cake.MultiStage.Projects.Node;

/// <summary>What the project's own Dockerfile says of its scripts: which one builds, with what values, and which one starts.</summary>
internal sealed partial class NodeDockerfile
{
    private const string Build = "build";

    // Scripts whose commands are not all the program's start.
    private static readonly string[] Runners = ["npm-run-all", "run-s", "run-p", "npm-run-all2", "concurrently"];

    private readonly NodePackage _package;
    private readonly OwnDockerfile _own;

    private NodeDockerfile(NodePackage package, OwnDockerfile own)
    {
        (_package, _own) = (package, own);
        var builds = own.Commands.SelectMany(text => ScriptRun().Matches(text))
            .Where(match => package.Scripts.ContainsKey(match.Groups["script"].Value)
                && match.Groups["script"].Value.StartsWith(Build, StringComparison.Ordinal)).ToList();
        string[] scripts = [.. builds.Select(match => match.Groups["script"].Value).Distinct(StringComparer.Ordinal)];
        Script = scripts is [var one and not Build] ? one : null;
        var given = own.VariablesWhere(text => ScriptRun().Matches(text)
            .Any(match => scripts.Contains(match.Groups["script"].Value, StringComparer.Ordinal)))
            .Concat(builds.SelectMany(Inline))
            .Where(pair => !pair.Value.Contains('$', StringComparison.Ordinal) && pair.Key != "CI"
                && !DockerfileHints.IsToolchain(pair.Key))
            .GroupBy(pair => pair.Key, StringComparer.Ordinal).Select(group => group.Last()).ToList();
        Withheld = [.. given.Where(pair => DockerfileHints.IsSecret(pair.Key, pair.Value) && !Nowhere().IsMatch(pair.Value))
            .Select(pair => pair.Key)];
        Environment = given.Where(pair => !Withheld.Contains(pair.Key, StringComparer.Ordinal)).ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>Gets the script that builds, where it is another one than <c>build</c>.</summary>
    public string? Script { get; }

    /// <summary>Gets the values that the build is given.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>Gets the port that it has the program listen on; null where it does not say one.</summary>
    public string? Port => _own.Variables.TryGetValue("PORT", out var port) && port.Length > 0 && port.All(char.IsAsciiDigit) ? port : null;

    private string[] Withheld { get; }

    /// <summary>Reads that of a folder; null where it has no Dockerfile, or the settings leave it alone.</summary>
    public static NodeDockerfile? Of(ProjectFolder folder, NodePackage package, PresetSettings settings) =>
        settings.ReadDockerfile && OwnDockerfile.Of(folder) is { } own ? new NodeDockerfile(package, own) : null;

    /// <summary>Says what was taken over, and what its start does besides.</summary>
    public IEnumerable<Assumption> Assumptions(NodeProjectSettings settings, NodeStart start)
    {
        if (Script is { } script && settings.BuildScript is null)
        {
            yield return new Assumption($"{_own.File} builds by the script '{script}': so does this image. Set BuildScript for another.");
        }

        string[] taken = [.. Environment.Keys.Where(name => !settings.BuilderEnvironment.ContainsKey(name))];
        if (taken.Length > 0)
        {
            yield return new Assumption($"{_own.File} gives {string.Join(", ", taken.Order(StringComparer.Ordinal))} to the build: so does "
                + "this one. BuilderEnvironment sets others.");
        }

        foreach (var name in Withheld.Where(name => !settings.BuilderEnvironment.ContainsKey(name)))
        {
            yield return new Assumption($"{_own.File} gives {name} to the build, which may be a secret: this one does not. Where the build "
                + $"needs a value, set BuilderEnvironment[\"{name}\"] to one that is none.", Doubtful: true);
        }

        string[] words = [.. DockerfileHints.Words(_own.Entrypoint).Concat(DockerfileHints.Words(_own.Cmd))];
        if (settings.Entrypoint.Count == 0 && settings.EntryFile is null && new NodeScripts(_package).CalledBy(words) is { } called
            && !start.Origin.EndsWith($"'{called}'", StringComparison.Ordinal) && _package.Reached(called).Any(DoesMore))
        {
            yield return new Assumption($"{_own.File} starts the script '{called}', this image {start.Text}: what "
                + $"'{_package.Scripts[called]}' does besides, such as migrations, is not done. Set Entrypoint where it is needed.",
                Doubtful: true);
        }
    }

    private static bool DoesMore(string script) => ShellLine.Parse(script).Commands is var commands
        && (commands.Count > 1 || (commands is [{ Words: [var first, _, _, ..] }] && Runners.Contains(first, StringComparer.Ordinal)));

    private static IEnumerable<KeyValuePair<string, string>> Inline(Match match) => match.Groups["name"].Captures
        .Zip(match.Groups["value"].Captures, (name, value) => KeyValuePair.Create(name.Value, value.Value.Trim('"', '\'')));

    [GeneratedRegex(@"((?<name>[A-Za-z_][A-Za-z0-9_]*)=(?<value>[^\s;&|]*)\s+)*\b(npm|pnpm|yarn|bun)\s+((run|run-script)\s+)?"
        + @"(?<script>[A-Za-z][A-Za-z0-9:._-]*)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex ScriptRun();

    // An address at which nothing is: a value that only has to be there.
    [GeneratedRegex(@"@(localhost|127\.0\.0\.1|example|dummy|placeholder|fake)\b|dummy|placeholder|\bfake\b|\bchangeme\b",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Nowhere();
}
