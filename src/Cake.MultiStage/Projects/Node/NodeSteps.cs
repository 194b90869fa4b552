using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects.Node;

/// <summary>The steps that programs and static sites of Node's tools have alike.</summary>
internal static class NodeSteps
{
    private const string Manifest = "package.json";

    /// <summary>What Node's tools leave in a project.</summary>
    public static IReadOnlyList<string> Ignored =>
    [
        "**/node_modules", "**/.next", "**/.nuxt", "**/.output", "**/.svelte-kit", "**/.astro", "**/.angular", "**/.turbo", "**/.nx",
        "**/.parcel-cache", "**/.vinxi",
        "**/.cache", "**/coverage", "**/.nyc_output", "**/*.tsbuildinfo", "**/.eslintcache", "**/npm-debug.log*", "**/yarn-error.log*",
        "**/.pnpm-store",
    ];

    public static CredentialsFile Credentials => new("npmrc", "/root/.npmrc");

    /// <summary>Returns the file in which a package manager looks for feeds and credentials; Yarn 2 and newer read no .npmrc.</summary>
    public static CredentialsFile CredentialsOf(NodeManager manager) => manager.IsBerry ? new("yarnrc", "/root/.yarnrc.yml") : Credentials;

    // Node's own test runner writes a file beside what it prints.
    private static Dictionary<string, string> JUnit => new(StringComparer.Ordinal)
    {
        ["NODE_OPTIONS"] = "--test-reporter=spec --test-reporter-destination=stdout --test-reporter=junit "
            + $"--test-reporter-destination={ReadyVariants.ResultsFolder}/junit.xml",
    };

    /// <summary>Returns a command as it runs in a folder.</summary>
    public static string Inside(string folder, string command) => folder.Length == 0 ? command
        : $"(cd {ShellWord.Quoted(folder)} && {command})";

    /// <summary>Returns how the tests are run; by nothing where there are none.</summary>
    public static TestSteps Tests(NodeSource source, NodeManager manager)
    {
        var test = source.Package.Scripts.GetValueOrDefault("test");
        var steps = new TestSteps(test?.Contains("no test specified", StringComparison.Ordinal) == false
            ? manager.Run("test", source.Member?.Folder ?? "") : null);
        return test?.Contains("node --test", StringComparison.Ordinal) == true ? steps with { Environment = JUnit } : steps;
    }

    /// <summary>Installs all packages.</summary>
    public static Stage Install(Stage stage, PresetSettings settings, NodeSource source, NodeManager manager) => Installs(source)
        ? Manifests(stage, source, manager)
            .Run(Without(source, manager, manager.Install), [manager.Cache, .. CredentialsOf(manager).Mounts(settings)])
            .Because("Installs the packages once; a change of the source does not repeat it.")
        : stage;

    /// <summary>Installs, beside the builder, what the program needs when it runs.</summary>
    public static Stage InstallProduction(Stage stage, PresetSettings settings, NodeSource source, NodeManager manager) =>
        Manifests(stage, source, manager)
        .Run(Tree(source, Without(source, manager, manager.InstallProduction(Member(source), hasScripts: true))),
            [manager.Cache, .. CredentialsOf(manager).Mounts(settings)])
        .Because("Leaves out the packages that only building needs.");

    /// <summary>Takes what the program needs when it runs from what the builder installed and the project's scripts changed.</summary>
    public static Stage Prune(Stage stage, PresetSettings settings, NodeSource source, NodeManager manager, bool keepsAll) =>
        keepsAll && !source.IsTree ? stage : stage
        .Run(Tree(source, keepsAll ? "true" : manager.Prune(Member(source))), [manager.Cache, .. CredentialsOf(manager).Mounts(settings)])
        .Because("Takes away the packages that only building needs; what the project's own scripts made of the others stays.");

    /// <summary>Brings the source in, runs what it does when it is installed, and builds.</summary>
    public static Stage Source(Stage builder, NodeSource source, NodeManager manager, IReadOnlyList<string> commands)
    {
        builder = builder.Source(source.Root, source.Outside);
        string[] scripts = [.. Installs(source) ? Packages(source)
            .SelectMany(one => new InstallScripts(one.Package).Wanted.Select(script => manager.Run(script, one.Folder))) : []];
        builder = scripts.Length == 0 ? builder : builder.Run(ShellWord.Sequence(scripts))
            .Because("What the project does when it is installed needs its files.");
        return commands.Count == 0 ? builder : builder.Run(ShellWord.Sequence(commands)).Because("Makes of the source what ships.");
    }

    /// <summary>Tells whether scripts of the project change the packages that are installed.</summary>
    public static bool ChangesPackages(NodeSource source) =>
        Packages(source).Any(one => new InstallScripts(one.Package).Wanted.Count > 0 || one.Package.Uses("@prisma/client"));

    private static bool Installs(NodeSource source) => Packages(source).Any(one => one.Package.HasAnyDependencies)
        || source.Workspace is not null;

    /// <summary>Brings in all that the package manager reads: a lock is for all packages of a workspace together.</summary>
    private static Stage Manifests(Stage stage, NodeSource source, NodeManager manager)
    {
        const string reason = "The manifests change less often than the source: what they ask for stays in the cache.";
        var root = source.Root;
        stage = stage.Manifests(root, [Manifest, .. manager.Files, .. (source.Workspace?.Packages ?? [])
            .Select(package => $"{package.Folder}/{Manifest}")], reason);
        foreach (var local in Locals(source).Concat(manager.Folders))
        {
            stage = stage.CopyNames([root.InContext(local)], root.HasFolder(local) ? local + "/"
                : "./" + local[..(local.LastIndexOf('/') + 1)])
                .Because("Packages are installed from there.");
        }

        return stage;
    }

    private static IEnumerable<string> Locals(NodeSource source) =>
        Packages(source).SelectMany(one => one.Package.LocalDependencies.Select(local => one.Folder.Length == 0 ? local
            : PosixPath.Join(one.Folder, local)))
            .Where(local => source.Workspace?.Packages.Any(package => package.Folder == local) != true
                && source.Root.Existing(local).Count > 0)
            .Distinct(StringComparer.Ordinal);

    /// <summary>Writes a command that installs without the project's own scripts, whose files are not there yet.</summary>
    private static string Without(NodeSource source, NodeManager manager, string command)
    {
        string[] removals = [.. Packages(source)
            .Select(one => new InstallScripts(one.Package).Removal(one.Folder, manager))
            .OfType<string>()];
        return removals.Length == 0 ? command : removals.Length == 1 ? $"{removals[0]} && {command}"
            : ShellWord.Sequence([.. removals, command]);
    }

    /// <summary>Writes a command that leaves nothing but packages where their folders lie in a tree.</summary>
    private static string Tree(NodeSource source, string command) => !source.IsTree ? command : ShellWord.Sequence(
        command, $"find {NodeSource.Top} -name node_modules -prune -o ! -type d -exec rm -f {{}} +", $"find {NodeSource.Top} -depth "
            + "-type d -empty -not -path \"*/node_modules/*\" -delete");

    private static (string Name, string Folder)? Member(NodeSource source) => source.Member is { } member ? (member.Name, member.Folder)
        : null;

    /// <summary>Returns the packages that are installed together: the root, and those of its workspace.</summary>
    private static IEnumerable<(string Folder, NodePackage Package)> Packages(NodeSource source) =>
        [("", source.RootPackage), .. (source.Workspace?.Packages ?? []).Select(package => (package.Folder, package.Package))];
}
