using System.Text.RegularExpressions;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Projects.Hints;

namespace Cake.MultiStage.Projects.Rust;

/// <summary>How the project builds its program itself, by the lines <c>cargo build</c> of its own Dockerfile.</summary>
/// <param name="File">The Dockerfile.</param>
/// <param name="Features">The features that it builds with.</param>
/// <param name="LeavesDefaults">Whether it leaves out the default ones.</param>
/// <param name="Unknown">What it names by variables that have no value there.</param>
internal sealed partial record RustOwnBuild(string File, IReadOnlyList<string> Features, bool LeavesDefaults, IReadOnlyList<string> Unknown)
{
    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    /// <summary>Finds the lines that build a program; null where there are none that say more than that.</summary>
    public static RustOwnBuild? Of(ProjectFolder folder, string package, string binary, PresetSettings settings)
    {
        if (!settings.ReadDockerfile || OwnDockerfile.Of(folder) is not { } own)
        {
            return null;
        }

        // Without a path, what is installed is another's: a tool such as sqlx-cli.
        var lines = own.Commands.SelectMany(command => Call().Matches(command))
            .Where(match => match.Groups["call"].Value != "install"
                || match.Groups["words"].Value.Contains("--path", StringComparison.Ordinal))
            .Select(match => Filled(match.Groups["words"].Value, own))
            .Where(line => Builds(line, package, binary)).ToList();
        string[] words = [.. lines.SelectMany(line => FeaturesOption().Matches(line))
            .SelectMany(match => match.Groups["names"].Value.Split([' ', ',', '"', '\''], StringSplitOptions.RemoveEmptyEntries))
            .Distinct(StringComparer.Ordinal)];
        string[] features = [.. words.Where(word => FeatureName().IsMatch(word))];
        var leaves = lines.Exists(line => line.Contains("--no-default-features", StringComparison.Ordinal));
        return words.Length == 0 && !leaves ? null
            : new RustOwnBuild(own.File, features, leaves, [.. words.Except(features, StringComparer.Ordinal)]);
    }

    private static bool Builds(string line, string package, string binary) =>
        Named().Matches(line).Select(match => match.Groups["name"].Value).ToList() is var named
            && (named.Count == 0 || named.Contains(package, StringComparer.Ordinal) || named.Contains(binary, StringComparer.Ordinal));

    /// <summary>Puts in the defaults of arguments, and what is set.</summary>
    private static string Filled(string text, OwnDockerfile own)
    {
        var values = own.Content.Arguments.Concat(own.Content.Stages.SelectMany(stage => stage.Instructions).OfType<ArgInstruction>())
            .Where(argument => argument.Default is not null)
            .Select(argument => (argument.Name, Value: argument.Default!))
            .Concat(own.Content.Stages.SelectMany(stage => stage.Instructions).OfType<EnvInstruction>()
                .Select(variable => (variable.Name, variable.Value)))
            .GroupBy(one => one.Name, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Last().Value, StringComparer.Ordinal);
        return Variable().Replace(text, match => values.TryGetValue(match.Groups["name"].Value, out var value) ? value
            : match.Groups["default"] is { Success: true } other ? other.Value : match.Value);
    }

    [GeneratedRegex(@"\b(xx-)?cargo[ \t]+(\+\S+[ \t]+)?(?<call>build|install|rustc|zigbuild|auditable[ \t]+build)[ \t](?<words>[^\n;&|]*)",
        Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Call();

    [GeneratedRegex(@"(?<=\s|\A)(--features|-F)[ =]*(?<names>""[^""]*""|'[^']*'|\S+)", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FeaturesOption();

    [GeneratedRegex(@"(?<=\s|\A)(--package|-p|--bin)[ =]+(?<name>[\w-]+)", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Named();

    [GeneratedRegex(@"\$(\{(?<name>\w+)(:?-(?<default>[^}]*))?\}|(?<name>\w+))", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();

    [GeneratedRegex(@"\A[\w][\w+./?-]*\z", Options | RegexOptions.NonBacktracking)]
    private static partial Regex FeatureName();
}
