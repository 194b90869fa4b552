using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.Node;

/// <summary>
/// The scripts of a project that run when its packages are installed (npm's documentation, "scripts"). They need its files, which come in
/// after the install so that a change of the source does not repeat it: they run then.
/// </summary>
internal sealed partial class InstallScripts(NodePackage package)
{
    /// <summary>Their names, in the order in which they run.</summary>
    private static readonly string[] Names = ["preinstall", "install", "postinstall", "preprepare", "prepare", "postprepare"];

    /// <summary>Gets those that do something for the image: not those that only set up a working copy.</summary>
    public IReadOnlyList<string> Wanted => [.. Existing.Where(name => !SetsUp(package.Scripts[name]))];

    public IReadOnlyList<string> Existing => [.. Names.Where(package.Scripts.ContainsKey)];

    /// <summary>
    /// Returns the command that takes them away from the manifest, until the source brings it back; null where there is none.
    /// </summary>
    public string? Removal(string folder, NodeManager manager) => Existing.Count == 0 ? null
        : manager.IsRuntime
        ? "bun -e "
            + ShellWord.Quoted(
                $"const file = '{(folder.Length == 0 ? "" : folder + "/")}package.json', text = await Bun.file(file).json(); "
            + string.Concat(Existing.Select(name => $"delete text.scripts.{name}; ")) + "await Bun.write(file, JSON.stringify(text))")
        : $"npm {(folder.Length == 0 ? "" : $"--prefix {ShellWord.Quoted(folder)} ")}pkg "
            + $"delete {string.Join(' ', Existing.Select(name => "scripts." + name))}";

    private static bool SetsUp(string script) => ShellLine.Parse(script).Commands.All(command => SetUp().IsMatch(command.Text));

    [GeneratedRegex(
        @"\A(npx\s+(-y\s+)?)?(husky|is-ci|lefthook|simple-git-hooks|only-allow|git|pre-commit|yorkie|lint-staged|true|exit|echo|:|\[|test|"
        + @"playwright|cypress|skip-ci|opencollective|npm-force-resolutions)(@\S+)?(\s|\z)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SetUp();
}
