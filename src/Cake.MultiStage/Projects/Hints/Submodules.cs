using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.Hints;

/// <summary>Parts of a project that lie in repositories of their own.</summary>
internal static partial class Submodules
{
    /// <summary>Tells of those that are not checked out: the build would miss them (git's documentation, "gitmodules").</summary>
    public static IEnumerable<Assumption> Missing(ProjectFolder folder)
    {
        string[] missing = [.. PathLine().Matches(folder.ReadIfThere(".gitmodules") ?? "")
            .Select(match => match.Groups["path"].Value.Trim())
            .Where(path => !folder.HasFolder(path) || folder.Entries(path).Count == 0)];
        if (missing.Length > 0)
        {
            yield return new Assumption(
                $"{string.Join(", ", missing)} {(missing.Length == 1 ? "is a submodule that is" : "are submodules that "
                + "are")} not checked out: where building needs {(missing.Length == 1 ? "it" : "them")} run 'git submodule update --init "
                + "--recursive' before.", Doubtful: true);
        }
    }

    [GeneratedRegex(@"^\s*path\s*=\s*(?<path>.+)$",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PathLine();
}
