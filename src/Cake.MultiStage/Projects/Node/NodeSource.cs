using System.Text.RegularExpressions;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects.Node;

/// <summary>Where a program lies, and where what it is installed with does.</summary>
/// <param name="Root">The folder with the lock; the same as <paramref name="Folder"/> where there is no workspace.</param>
/// <param name="RootPackage">Its package.json.</param>
/// <param name="Folder">The program's own folder.</param>
/// <param name="Package">Its package.json.</param>
internal sealed partial record NodeSource(ProjectFolder Root, NodePackage RootPackage, ProjectFolder Folder, NodePackage Package)
{
    /// <summary>The folder in the stages.</summary>
    public const string Top = "/app";

    /// <summary>What scripts call the settings of a site.</summary>
    public const string Site = "site";

    private static readonly string[] Aside =
        ["example", "examples", "demo", "demos", "sample", "samples", "test", "tests", "e2e", "fixtures", "benchmark", "benchmarks",
            "docs", "website", "storybook"];

    // What 'dev:proxy' starts is beside the program; these are the program.
    private static readonly string[] Plain = ["build", "start", "start:prod", "serve"];

    public NodeWorkspace? Workspace { get; private init; }

    /// <summary>Gets the package of the workspace that the program is; null where it is the root, or alone.</summary>
    public WorkspacePackage? Member { get; private init; }

    /// <summary>Gets what is to be told of how it was chosen.</summary>
    public IReadOnlyList<Assumption> Assumptions { get; private init; } = [];

    /// <summary>Gets where the root lies in the stages.</summary>
    public string Directory => Root.In(Top);

    /// <summary>Gets where the program lies in the stages.</summary>
    public string Home => Member is null ? Directory : $"{Directory}/{Member.Folder}";

    /// <summary>Gets a value indicating whether packages lie in several folders, so that the whole tree ships.</summary>
    public bool IsTree => Member is not null || Root.Below.Length > 0;

    /// <summary>Gets the folders outside of the root that packages are installed from.</summary>
    public IReadOnlyList<string> Outside =>
        [.. RootPackage.LocalDependencies.Where(PosixPath.Leaves)];

    /// <summary>Gets the packages of the workspace that the program needs when it runs, itself the last.</summary>
    public IReadOnlyList<WorkspacePackage> Needed => Member is null ? [] : Workspace!.With(Member, development: false);

    /// <summary>Gets those that are built, each after those it needs.</summary>
    public IReadOnlyList<WorkspacePackage> Built => Member is null ? [] : Workspace!.With(Member, development: true);

    /// <param name="folder">The folder.</param>
    /// <param name="chosen">The package that the settings name; null for the one that it can be.</param>
    /// <param name="isProgram">Tells whether a package could be it.</param>
    /// <param name="settings">What scripts call the settings.</param>
    /// <exception cref="MultiStageException">There is no package.json, or several packages could be the program.</exception>
    public static NodeSource Of(
        ProjectFolder folder, string? chosen, Func<ProjectFolder, NodePackage, bool> isProgram, string settings = "node")
    {
        if (!folder.Has("package.json"))
        {
            throw new MultiStageException($"'{folder.Path}' is not a Node.js project: it has no package.json.");
        }

        var root = NodePackage.Read(folder);
        var workspace = NodeWorkspace.Read(folder);
        if (workspace is null)
        {
            var alone = new NodeSource(folder, root, folder, root);
            folder = alone.Outside.Count == 0 ? folder : folder.Reaching(alone.Outside, "package.json");
            return chosen is null ? alone with { Root = folder, Folder = folder }
                : throw new MultiStageException($"'{folder.Path}' is not a workspace of several packages, so '{chosen}' can't be chosen. "
                    + "Describe the folder of that package.");
        }

        if (chosen is not null)
        {
            return chosen is "." or "./" ? new NodeSource(folder, root, folder, root) { Workspace = workspace }
                : Part(workspace, root, workspace.Find(chosen));
        }

        var all = workspace.Packages.Where(package => isProgram(FolderOf(workspace, package), package.Package)).ToList();
        var programs = all.Where(package => !IsAside(package.Folder)).ToList();
        // A site may be what shows the others.
        programs = programs.Count == 0 && settings == Site && !isProgram(folder, root) ? all : programs;
        return programs switch
        {
            [] => new NodeSource(folder, root, folder, root) { Workspace = workspace },
            _ when isProgram(folder, root) && !Leads(root, programs) =>
                new NodeSource(folder, root, folder, root)
                {
                    Workspace = workspace,
                    Assumptions = [new Assumption($"The root of the workspace is taken for the program; set {settings}.Package = "
                        + $"\"{programs[0].Folder}\" for {Listed(programs)}.", Doubtful: true)],
                },
            [var one] => Part(workspace, root, one),
            _ => throw new MultiStageException($"Several packages of the workspace in '{folder.Path}' could be the "
                + $"program: {Listed(programs)}. Choose one, as in {settings}.Package = \"{programs[0].Folder}\"."),
        };
    }

    /// <summary>Tells whether the root builds and starts its packages, and not itself.</summary>
    private static bool Leads(NodePackage root, List<WorkspacePackage> programs)
    {
        string[] plain = [.. root.Reached(Plain)];
        return (plain.Length > 0 ? plain : root.Scripts.Values).Any(script => ForAll().IsMatch(script)
            || programs.Exists(program => script.Contains(program.Folder, StringComparison.Ordinal)
                || script.Contains(program.Name, StringComparison.Ordinal)));
    }

    private static NodeSource Part(NodeWorkspace workspace, NodePackage root, WorkspacePackage member) =>
        new(workspace.Root, root, FolderOf(workspace, member), member.Package) { Workspace = workspace, Member = member };

    /// <summary>Tells whether a folder has what shows, tests or documents the others.</summary>
    public static bool IsAside(string folder) => folder.Split('/').Any(part => Aside.Contains(part, StringComparer.OrdinalIgnoreCase));

    private static ProjectFolder FolderOf(NodeWorkspace workspace, WorkspacePackage package) =>
        new(Path.Combine(workspace.Root.Path, package.Folder));

    private static string Listed(IEnumerable<WorkspacePackage> packages) => string.Join(", ", packages.Select(package => package.Folder));

    [GeneratedRegex(@"\b(turbo|lerna|nx|wsrun|rush)\b|\s(-ws|-r|--recursive|--workspaces?|--filter|workspaces\s+foreach)\b",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ForAll();
}
