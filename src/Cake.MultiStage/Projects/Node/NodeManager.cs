using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Projects.Node;

/// <summary>A package manager, in the version that the project is for.</summary>
/// <param name="Name">Its name: <c>npm</c>, <c>pnpm</c>, <c>yarn</c> or <c>bun</c>.</param>
/// <param name="Package">The package that brings it, as <c>pnpm@10</c>; null where Node's image or the project has it.</param>
/// <param name="Reason">Why it is that version.</param>
internal sealed record NodeManager(string Name, string? Package, string? Reason)
{
    /// <summary>Gets a value indicating whether there is a lock.</summary>
    public required bool IsLocked { get; init; }

    /// <summary>Gets the files and folders of the root that it reads, besides the packages' own manifests.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Gets the folders among them.</summary>
    public IReadOnlyList<string> Folders { get; init; } = [];

    /// <summary>Gets what calls it: its name, or node and the program of it that the project brings.</summary>
    public required string Call { get; init; }

    /// <summary>Gets a value indicating whether it is Yarn 2 or newer.</summary>
    public bool IsBerry { get; init; }

    public required RunMount Cache { get; init; }

    /// <summary>Gets what is to be told of its version.</summary>
    public IReadOnlyList<Assumption> Assumptions { get; init; } = [];

    /// <summary>Gets a value indicating whether it is Bun, which runs the program as well: its images have no npm.</summary>
    public bool IsRuntime { get; init; }

    /// <summary>Gets what runs a program of a package.</summary>
    public string Npx => IsRuntime ? "bunx" : "npx";

    private string Frozen => IsLocked ? " --frozen-lockfile" : "";

    // A linker of its own, without node_modules, would leave nothing that node finds by itself.
    private string Berry => "YARN_NODE_LINKER=node-modules " + Call;

    /// <summary>Gets the command that installs everything.</summary>
    public string Install => Name switch
    {
        "npm" => IsLocked ? "npm ci" : "npm install --no-package-lock",
        "yarn" when IsBerry => $"{Berry} install{(IsLocked ? " --immutable" : "")}",
        _ => $"{Call} install{Frozen}",
    };

    /// <summary>Returns the command that installs what the program needs when it runs.</summary>
    /// <param name="member">The package of a workspace that it is, by its name and its folder; null where there is no workspace.</param>
    /// <param name="hasScripts">Whether install scripts of the packages run.</param>
    public string InstallProduction((string Name, string Folder)? member, bool hasScripts)
    {
        var scripts = hasScripts ? "" : " --ignore-scripts";
        return Name switch
        {
            "npm" => $"{Install} --omit=dev{scripts}" + (member is var (_, folder) ? $" --workspace={ShellWord.Quoted(folder)} "
                + "--include-workspace-root" : ""),
            "pnpm" => $"CI=true {Call} install{Frozen} --prod{scripts}" + (member is var (name, _)
                ? $" --filter={ShellWord.Quoted(name + "...")}" : ""),
            "yarn" when IsBerry => $"{Berry} workspaces focus --production" + (member is var (name, _) ? " " + ShellWord.Quoted(name)
                : " --all"),
            "yarn" => $"{Call} install{Frozen} --production{scripts}",
            _ => $"{Call} install{Frozen} --production{scripts}",
        };
    }

    /// <summary>Returns the command that takes the packages of development away from what is installed.</summary>
    public string Prune((string Name, string Folder)? member) => Name switch
    {
        "npm" => "npm prune --omit=dev --ignore-scripts",
        "pnpm" when member is null => $"CI=true {Call} prune --prod --ignore-scripts",
        _ => InstallProduction(member, hasScripts: false),
    };

    /// <summary>Returns the command that runs a script of a package.</summary>
    /// <param name="script">The script.</param>
    /// <param name="folder">The package's folder in a workspace; empty for the root.</param>
    public string Run(string script, string folder = "") => (Name, folder) switch
    {
        (_, "") => $"{(IsBerry ? Berry : Call)} run {ShellWord.Quoted(script)}",
        ("npm", _) => $"npm run {ShellWord.Quoted(script)} --workspace={ShellWord.Quoted(folder)}",
        ("pnpm", _) => $"{Call} --dir {ShellWord.Quoted(folder)} run {ShellWord.Quoted(script)}",
        ("yarn", _) when IsBerry => $"{Berry} --cwd {ShellWord.Quoted(folder)} run {ShellWord.Quoted(script)}",
        _ => $"{Call} --cwd {ShellWord.Quoted(folder)} run {ShellWord.Quoted(script)}",
    };

    /// <summary>Returns the command that runs a line of a script as a script would.</summary>
    public string Line(string text) => IsRuntime ? $"PATH=\"$PWD/node_modules/.bin:$PATH\" sh -c {ShellWord.Quoted(text)}"
        : "npm exec -c " + ShellWord.Quoted(text);

    /// <summary>Returns it as what Bun's own image has.</summary>
    public NodeManager AsRuntime(ProjectFolder folder) => this with
    {
        Name = "bun", Call = "bun", Package = null, Reason = null, IsRuntime = true, IsBerry = false,
        IsLocked = folder.Has("bun.lock") || folder.Has("bun.lockb"), Cache = RunMount.Cache("/root/.bun/install/cache"),
    };

    /// <summary>Brings it into a stage.</summary>
    public Stage In(Stage stage, PresetSettings settings) => Package is null ? stage : stage
        // Node's images may have a yarn of their own, which stands in the way.
        .Run($"npm install --global {(Name == "yarn" ? "--force " : "")}{Package}",
            [RunMount.Cache("/root/.npm"), .. IsBerry ? [] : NodeSteps.Credentials.Mounts(settings)])
        .Because(Reason ?? "Node's images do not have it.");

    /// <exception cref="MultiStageException">There are locks of several package managers.</exception>
    public static NodeManager Of(ProjectFolder folder, NodePackage package, string version) =>
        new NodeManagerReader(folder, package, version).Read();
}
