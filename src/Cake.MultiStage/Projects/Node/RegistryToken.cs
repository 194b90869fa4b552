using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.Node;

/// <summary>
/// The tokens of registries in a project's <c>.npmrc</c> (npm's documentation, ".npmrc"): they travel as a secret, or not at all.
/// </summary>
internal static partial class RegistryToken
{
    private const string File = ".npmrc";

    /// <summary>Says which line brings the token to the steps that install, where the settings have none.</summary>
    /// <param name="root">The folder with the lock.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="name">What scripts call them.</param>
    public static IEnumerable<Assumption> Missing(ProjectFolder root, PresetSettings settings, string name)
    {
        if (settings.Credentials is not null || Line().Match(root.ReadIfThere(File) ?? "") is not { Success: true } match)
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

    [GeneratedRegex(@"\A\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)\??\}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Variable();
}
