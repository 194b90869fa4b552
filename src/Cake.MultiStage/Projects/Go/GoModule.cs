using System.Text.RegularExpressions;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Projects.Go;

/// <summary>What a project's go.mod and go.work say (Go modules reference, "go.mod files" and "go.work files").</summary>
internal sealed partial record GoModule(string? Name, string? Version, string VersionFile, IReadOnlyList<string> Manifests, bool HasSums,
    bool IsWorkspace, IReadOnlyList<string> Outside)
{
    /// <summary>Gets the folders of a workspace's modules, each empty or ending in <c>/</c>; null where there is no workspace.</summary>
    public IReadOnlyList<string>? Members { get; private init; }

    /// <summary>Gets the path that sources import the module by; null for a workspace, whose modules have one each.</summary>
    public string? Path { get; private init; }

    /// <summary>Reads a folder's; null where it has neither.</summary>
    public static GoModule? Read(ProjectFolder folder)
    {
        var workspace = folder.ReadIfThere("go.work");
        var module = folder.ReadIfThere("go.mod");
        if (workspace is null && module is null)
        {
            return null;
        }

        var version = VersionIn(workspace) ?? VersionIn(module);
        string[] members = workspace is null ? [""] : [.. MembersOf(workspace)];
        string[] replacements = [.. members.SelectMany(
            member => Replacements(folder.ReadIfThere(member + "go.mod") ?? "").Select(path => PosixPath.Join(member, path)))];
        string[] outside = [.. replacements.Where(path => PosixPath.Leaves(path) || path.StartsWith('/'))];
        if (Array.Find(outside, path => path.StartsWith('/')) is { } absolute)
        {
            throw new MultiStageException(
                $"go.mod in '{folder.Path}' replaces a module by '{absolute}', a path of this machine. Write it relative to the module, as "
                    + "in '../name'.");
        }

        string[] modules = [.. members.Concat(replacements.Select(path => path + "/")).Distinct(StringComparer.Ordinal)];
        string[] manifests = [.. folder.Existing(["go.work", "go.work.sum",
            .. modules.SelectMany(member => new[] { member + "go.mod", member + "go.sum" })])];
        return new GoModule(
            module is null ? null : NameOf(module),
            version,
            VersionIn(workspace) is null ? "go.mod" : "go.work",
            manifests,
            manifests.Any(manifest => manifest.EndsWith(".sum", StringComparison.Ordinal)),
            workspace is not null,
            outside)
        {
            Members = workspace is null ? null : members,
            Path = workspace is null && ModuleLine().Match(module!) is { Success: true } line ? line.Groups["path"].Value.Trim('"') : null,
        };
    }

    /// <summary>Tells whether a workspace uses the module in a folder, which ends in <c>/</c>.</summary>
    public static bool Uses(ProjectFolder workspace, string member) =>
        MembersOf(workspace.Read("go.work")).Contains(member, StringComparer.Ordinal);

    private static string? NameOf(string module) =>
        ModuleLine().Match(module) is { Success: true } match
            ? match.Groups["path"].Value.Trim('"').Split('/').LastOrDefault(part => !MajorVersion().IsMatch(part))
            : null;

    /// <summary>The least version that builds it: of the language, or the newer one that the line <c>toolchain</c> suggests.</summary>
    private static string? VersionIn(string? text) => text is null ? null
        : new[] { ToolchainLine().Match(text), GoLine().Match(text) }.Where(match => match.Success)
            .Select(match => match.Groups["version"].Value).MaxBy(VersionText.Parse);

    private static IEnumerable<string> MembersOf(string workspace) => Entries(workspace, "use")
        .Select(entry => entry.Trim('"')).Select(PosixPath.Clean).Select(path => path.Length == 0 ? "" : path + "/");

    private static IEnumerable<string> Replacements(string module) => Entries(module, "replace")
        .Where(entry => entry.Contains("=>", StringComparison.Ordinal))
        .Select(entry => entry[(entry.IndexOf("=>", StringComparison.Ordinal) + 2)..].Trim().Trim('"'))
        .Where(target => target.StartsWith('.') || target.StartsWith('/'));

    /// <summary>The entries of a directive, written in a line each or in a block.</summary>
    private static IEnumerable<string> Entries(string text, string directive)
    {
        var inBlock = false;
        foreach (var line in text.Split('\n').Select(line => line.Split("//")[0].Trim()))
        {
            if (inBlock && line == ")")
            {
                inBlock = false;
            }
            else if (inBlock && line.Length > 0)
            {
                yield return line;
            }
            else if (line.StartsWith(directive + " ", StringComparison.Ordinal) || line == directive + "(")
            {
                var rest = line[directive.Length..].Trim();
                inBlock = rest == "(";
                if (!inBlock)
                {
                    yield return rest;
                }
            }
        }
    }

    [GeneratedRegex(@"^module[ \t]+(?<path>[^ \t\r\n]+)",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ModuleLine();

    [GeneratedRegex(@"^go[ \t]+(?<version>[0-9]+(\.[0-9]+){0,2})",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GoLine();

    [GeneratedRegex(@"^toolchain[ \t]+go(?<version>[0-9]+(\.[0-9]+){0,2})",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ToolchainLine();

    [GeneratedRegex(@"\Av[0-9]+\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex MajorVersion();
}
