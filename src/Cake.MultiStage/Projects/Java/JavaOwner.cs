using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.Java;

/// <summary>Finds the build that a folder is a module of: it has to be run from there.</summary>
internal static partial class JavaOwner
{
    private static readonly string[] SettingsFiles = ["settings.gradle", "settings.gradle.kts"];

    public static ProjectFolder? Of(ProjectFolder folder) =>
        folder.Has("pom.xml") ? Maven(folder)
        : folder.Existing("build.gradle", "build.gradle.kts").Count > 0 && folder.Existing(SettingsFiles).Count == 0
            ? SettingsFiles.Select(folder.Above).OfType<ProjectFolder>().FirstOrDefault(Includes)
        : null;

    /// <summary>Follows the poms above as long as each lists the one below it as a module.</summary>
    private static ProjectFolder? Maven(ProjectFolder folder)
    {
        ProjectFolder? owner = null;
        for (var (at, child) = (folder.Above("pom.xml"), ""); at is not null; at = at.Above("pom.xml"))
        {
            var module = at.Described[..(at.Described.Length - child.Length)].TrimEnd('/');
            if (!Module()
                .Matches(at.Read("pom.xml"))
                .Any(match => match.Groups["path"].Value.Trim().TrimEnd('/').Replace("/pom.xml", "", StringComparison.Ordinal) == module))
            {
                break;
            }

            (owner, child) = (at, at.Described);
        }

        return owner;
    }

    private static bool Includes(ProjectFolder root)
    {
        var name = root.Described.TrimEnd('/').Replace('/', ':');
        return SettingsFiles.Select(root.ReadIfThere).OfType<string>()
            .Any(text => Quoted().Matches(text).Any(match => match.Groups["text"].Value.TrimStart(':') == name));
    }

    [GeneratedRegex(@"<module>(?<path>[^<]*)</module>",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Module();

    [GeneratedRegex(@"[""'](?<text>[^""'\n]*)[""']",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Quoted();
}
