using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.Node;

/// <summary>
/// The tokens of registries in a project's <c>.npmrc</c> (npm's documentation, ".npmrc"): they travel as a secret, or not at all.
/// </summary>
internal static partial class RegistryToken
{
    private const string File = ".npmrc";
    private const string YarnFile = ".yarnrc.yml";

    /// <summary>Says which line brings the token to the steps that install, where the settings have none.</summary>
    /// <param name="root">The folder with the lock.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="name">What scripts call them.</param>
    /// <param name="manager">The package manager.</param>
    public static IEnumerable<Assumption> Missing(ProjectFolder root, PresetSettings settings, string name, NodeManager manager) =>
        settings.Credentials is not null ? []
        : manager.IsBerry ? OfYarn(root, name)
        : PrivateFeed.Missing(Feeds(root, name), settings).Concat(OfNpm(root, settings, name));

    /// <summary>Finds the registries for which no line has a token.</summary>
    private static IEnumerable<PrivateFeed> Feeds(ProjectFolder root, string name) => root.ReadIfThere(File) is not { } text ? []
        : Registry().Matches(text).Select(match => match.Groups["url"].Value.TrimEnd('/'))
            .Where(url => !PublicRegistry().IsMatch(url) && !text.Contains(Place(url) + "/:_", StringComparison.Ordinal)
                && !text.Contains(Place(url) + ":_", StringComparison.Ordinal))
            .Select(url => new PrivateFeed(File, url, $"{name}.Credentials = BuildSecret.FromValue(\"{Place(url)}/:_authToken=\" + "
                + "EnvironmentVariable(\"NPM_TOKEN\"))"));

    private static string Place(string url) => url[url.IndexOf("//", StringComparison.Ordinal)..];

    /// <summary>Tells of the tokens that Yarn 2 and newer read (Yarn's documentation, ".yarnrc.yml").</summary>
    private static IEnumerable<Assumption> OfYarn(ProjectFolder root, string name)
    {
        if (YarnLine().Match(root.ReadIfThere(YarnFile) ?? "") is not { Success: true } match)
        {
            yield break;
        }

        var variable = Variable().Match(match.Groups["token"].Value).Groups["name"].Value;
        yield return new Assumption($"{YarnFile} "
            + (variable.Length > 0 ? $"takes the token of its registry from the variable {variable}, which the build has not"
                : "holds the token of its registry, and travels to the builder")
            + $". Take the line out, and give it as a secret: {name}.Credentials = BuildSecret.FromValue(\"npmAuthToken: \" + "
            + $"EnvironmentVariable(\"{(variable.Length > 0 ? variable : "NPM_TOKEN")}\"))", Doubtful: true);
    }

    private static IEnumerable<Assumption> OfNpm(ProjectFolder root, PresetSettings settings, string name)
    {
        if (Line().Match(root.ReadIfThere(File) ?? "") is not { Success: true } match)
        {
            yield break;
        }

        yield return Variable().Match(match.Groups["token"].Value) is { Success: true } variable
            ? settings.BuilderEnvironment.ContainsKey(variable.Groups["name"].Value)
                ? new Assumption($"{File} takes the token of its registry from the variable "
                + $"{variable.Groups["name"].Value}, which the builder's stage has, and its history with it.", Doubtful: true)
            : new Assumption(
                $"{File} takes the token of its registry from the variable {variable.Groups["name"].Value}, which the build has not. Give "
                    + "it as a secret: "
                + $"{name}.Credentials = "
                + $"BuildSecret.FromValue(System.IO.File.ReadAllText(\"{File}\").Replace(\"{match.Groups["token"].Value}\", "
                + $"EnvironmentVariable(\"{variable.Groups["name"].Value}\")))",
                Doubtful: true)
            : new Assumption($"{File} holds the token of a registry, so that it stays out of the build context. Give it as a secret: "
                + $"{name}.Credentials = BuildSecret.FromFile(\"{File}\")", Doubtful: true);
    }

    [GeneratedRegex(@"^\s*[^#;\s][^=]*(_authToken|_auth|_password)\s*=\s*(?<token>\S+)",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Line();

    [GeneratedRegex(@"\A\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(\?|:?-[^}]*)?\}\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Variable();

    [GeneratedRegex(@"^\s*(@[\w.-]+:)?registry\s*=\s*['""]?(?<url>https?://[^\s'""$]+)",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Registry();

    [GeneratedRegex(@"\A(https?://(registry\.(npmjs\.org|yarnpkg\.com|npmmirror\.com)|npm\.jsr\.io)|http://(localhost|127\.))",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex PublicRegistry();

    [GeneratedRegex(@"^\s*npmAuth(Token|Ident):\s*['""]?(?<token>[^\s'""]+)",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex YarnLine();
}
