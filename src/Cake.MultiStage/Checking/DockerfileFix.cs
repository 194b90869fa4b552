using System.Text.RegularExpressions;
using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Checking;

/// <summary>
/// Words remedies for who has a Dockerfile: settings of a description have no effect on one that is built as it stands.
/// </summary>
internal static partial class DockerfileFix
{
    private static readonly (string Setting, string Instruction)[] Phrases =
    [
        ("such as project.User = \"65532:65532\"", "such as USER 65532:65532"),
        ("as in project.Entrypoint.Add(\"/bin/app\")", "as in ENTRYPOINT [\"/bin/app\"]"),
        ("as in project.Arguments[\"VERSION\"] = \"1.0\"", "as in ARG VERSION=1.0"),
        ("Set project.CaCertificates = true, or copy", "Copy"),
        ("Set project.TimeZones = true, or copy", "Copy"),
        ("Set project.TimeZones = true, copy", "Copy"),
        ("Set project.TemporaryDirectory = true, or", "Make it in the image with the mode 1777, or"),
        ("a flavor such as BaseFlavor.Distroless", "a distroless image"),
        ("(RunMount.Secret)", "(RUN --mount=type=secret)"),
    ];

    /// <summary>Words the remedies of findings, where the Dockerfile was read and not made.</summary>
    public static IEnumerable<Finding> With(IEnumerable<Finding> findings, Dockerfile? file) =>
        file?.Source is null ? findings : findings.Select(finding => finding with { Fix = Of(finding.Fix) });

    /// <summary>Words a remedy.</summary>
    public static string Of(string fix)
    {
        foreach (var (setting, instruction) in Phrases)
        {
            fix = fix.Replace(setting, instruction, StringComparison.Ordinal);
        }

        return Libraries().Replace(Folders().Replace(fix, "as in RUN mkdir -p ${folder} && chown USER ${folder}"), " from the builder");
    }

    [GeneratedRegex("""as in project\.WritableFolders\.Add\("(?<folder>[^"]*)"\)""", Options)]
    private static partial Regex Folders();

    [GeneratedRegex(""",? by project\.SharedLibraries\.Add\("[^"]*"\)""", Options)]
    private static partial Regex Libraries();

    private const RegexOptions Options =
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;
}
