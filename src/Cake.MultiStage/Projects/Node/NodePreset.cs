using Cake.MultiStage.Projects.Detection;
using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Projects.Node;

/// <summary>
/// The preset for Node.js: packages are installed from the lock before the source comes in; only production dependencies and what the
/// build put out ship.
/// </summary>
internal static class NodePreset
{
    private const string AppDirectory = "/app";
    private const string DependencyStage = "dependencies";
    private const string User = "1000:1000"; // 'node' in Node's images
    private const string DebuggerPort = "9229";

    private static readonly HashSet<string> NotShipped = new(StringComparer.OrdinalIgnoreCase) { "node_modules", "test", "tests", "__tests__", "coverage", "artifacts", "tools", "docs", "package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "pnpm-workspace.yaml", "tsconfig.json", "LICENSE", "build.cake" };

    public static EcosystemPreset Entry => new(Ecosystem.Node, EcosystemPreset.By<NodeProjectSettings>(Describe))
    {
        Manifests = ["package.json"],
        Sources = ["server.js", "server.mjs", "index.js", "index.mjs"],
        Read = (files, sign) => PackageJson.Read(files.Folder) is var package && package.Generator is not null ? null
            : package is { HasProgram: false, HasServer: false }
            ? sign with { Strength = files.Has("server.js", "index.js", "server.mjs", "index.mjs") ? SignStrength.Manifest : SignStrength.Source, Reading = "it names no program" }
            : sign,
        Beside = (files, _, _) => files.Has("package.json") && PackageJson.Read(files.Folder).HasServer ? null : "assets",
    };

    public static ImageProject Describe(string path, NodeProjectSettings settings)
    {
        var folder = new ProjectFolder(path);
        if (!folder.Has("package.json"))
        {
            throw new MultiStageException($"'{folder.Path}' is no Node.js project: it has no package.json.");
        }

        var package = NodePackage.Read(folder);
        var version = NodeVersion.Choose(folder, package, settings, ToolchainTable.Default);
        var manager = NodeManager.Of(folder, package, version.Tag);
        var script = settings.BuildScript ?? (package.Scripts.ContainsKey("build") ? "build" : "");
        var entry = EntryFile(folder, package, settings, script);
        var final = Base(settings, version.Tag, ToolchainTable.Default);
        // Packages with native parts are built for the C library they run on.
        var toolchain = BuilderSteps.Start(NodeVersion.Image(version.Tag, final.HasMusl ? "-alpine" : "-slim"), settings, AppDirectory);
        var builder = NodeSteps.Source(toolchain, folder, settings, package, manager, script);
        var dependencies = NodeSteps.Install(
            toolchain.Named(DependencyStage) with { Reason = "Installs, beside the builder, what the program needs when it runs." },
            settings, folder, manager, manager.InstallProduction, "Leaves out the packages that only building needs.");
        var modules = $"{AppDirectory}/node_modules";
        return new Preset
        {
            Name = (package.Name ?? folder.Name).Split('/')[^1],
            Builder = builder,
            Base = final,
            BaseReason = "Node.js itself, without the packages that only building needs.",
            Stages = package.Dependencies.Count > 0 ? [dependencies] : [],
            Artifacts =
            [
                .. package.Dependencies.Count > 0 ? [new Artifact(modules, modules, DependencyStage) { Reason = "The production dependencies, in a layer that changes less often than the program." }] : Array.Empty<Artifact>(),
                // npm links to packages that lie in the project.
                .. package.LocalDependencies.Select(local => new Artifact($"{AppDirectory}/{local}", $"{AppDirectory}/{local}", DependencyStage) { Reason = "A dependency that lies in the project itself." }),
                .. Files(folder, settings, script, entry).Where(file => !package.LocalDependencies.Any(local => local == file || local.StartsWith(file + "/", StringComparison.Ordinal))).Select(file => Artifact.Named(AppDirectory, file)),
            ],
            Workdir = AppDirectory,
            User = User,
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["NODE_ENV"] = "production" },
            Entrypoint = [final.Flavor == BaseFlavor.Distroless ? "/nodejs/bin/node" : "node", entry],
            Development = new DevelopmentSteps(
                package.Scripts.ContainsKey("dev") ? [manager.Name, "run", "dev"] : ["node", $"--inspect=0.0.0.0:{DebuggerPort}", "--watch", entry], DebuggerPort),
            Tests = Tests(package, manager),
            Credentials = NodeSteps.Credentials,
            Ignored = NodeSteps.Ignored,
            Findings =
            [
                $"{manager.Name} installs the packages",
                .. version.Asked is { } asked ? [$"{asked.File} asks for Node.js {asked.Text}"] : Array.Empty<string>(),
                .. script.Length > 0 ? [$"the script '{script}' builds"] : Array.Empty<string>(),
                $"node runs {entry}",
            ],
            Assumptions =
            [
                .. version.Assumptions,
                .. version.Asked is null && settings.ToolchainVersion is null && settings.BuilderImage is null ? [new Assumption($"No file names a version of Node.js: {version.Tag}, the long-term support, runs. Set \"engines\" in package.json, or ToolchainVersion.")] : Array.Empty<Assumption>(),
                .. package.IsWorkspace ? [new Assumption("package.json has workspaces: packages are installed by the root's manifest alone. Describe the folder of one package, or set Files.", Doubtful: true)] : Array.Empty<Assumption>(),
                .. package.HasAnyDependencies && !manager.IsLocked ? [new Assumption("There is no lock file: two builds may install different versions.")] : Array.Empty<Assumption>(),
            ],
        }.Compose(folder, settings);
    }

    /// <exception cref="MultiStageException">No file is named, or it is neither there nor made by a build.</exception>
    private static string EntryFile(ProjectFolder folder, NodePackage package, NodeProjectSettings settings, string script)
    {
        var entry = settings.EntryFile ?? package.StartFile ?? package.Main ?? package.Bin ?? folder.First("server.js", "index.js", "app.js", "src/index.js")
            ?? throw new MultiStageException($"package.json in '{folder.Path}' does not say what node runs. Set its \"main\", or node.EntryFile = \"server.js\".");
        entry = entry.StartsWith("./", StringComparison.Ordinal) ? entry[2..] : entry;
        // What require() resolves, node resolves for its main file, too.
        return script.Length > 0 || folder.Existing(entry, entry + ".js", entry + ".cjs", entry + ".mjs", entry + ".json").Count > 0 ? entry
            : throw new MultiStageException(
                $"node is to run '{entry}', which is not in '{folder.Path}', and no script builds it. Name the file, as in node.EntryFile = \"server.js\", "
                + "or the script that makes it, as in node.BuildScript = \"compile\".");
    }

    /// <summary>What ships of the builder's folder: the build's output, or else the source.</summary>
    private static List<string> Files(ProjectFolder folder, NodeProjectSettings settings, string script, string entry)
    {
        if (settings.Files.Count > 0)
        {
            return [.. settings.Files];
        }

        var top = entry.Split('/')[0];
        return script.Length > 0 && entry.Contains('/', StringComparison.Ordinal) && top != "src" ? ["package.json", top]
            : [.. folder.Travelling(settings, NodeSteps.Ignored).Where(IsShipped)];
    }

    private static bool IsShipped(string name) =>
        name[0] != '.' && !NotShipped.Contains(name) && !name.EndsWith(".md", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("Dockerfile", StringComparison.Ordinal) && !name.Contains(".test.", StringComparison.Ordinal);

    private static ChosenBase Base(NodeProjectSettings settings, string version, ToolchainTable table)
    {
        Dictionary<BaseFlavor, string> bases = new()
        {
            [BaseFlavor.Slim] = NodeVersion.Image(version, "-slim"),
            [BaseFlavor.Alpine] = NodeVersion.Image(version, "-alpine"),
        };
        if (table.First($"gcr.io/distroless/nodejs{version.Split('.')[0]}-debian13:nonroot") is { } distroless)
        {
            bases[BaseFlavor.Distroless] = distroless;
        }

        return ChosenBase.Of($"Node.js {version}", settings, BaseFlavor.Slim, bases);
    }

    private static TestSteps Tests(NodePackage package, NodeManager manager)
    {
        var test = package.Scripts.GetValueOrDefault("test");
        var steps = new TestSteps(test?.Contains("no test specified", StringComparison.Ordinal) == false ? manager.Run("test") : null);
        return test?.Contains("node --test", StringComparison.Ordinal) == true ? steps with { Environment = JUnit } : steps;
    }

    // Node's own test runner writes a file beside what it prints.
    private static Dictionary<string, string> JUnit => new(StringComparer.Ordinal)
    {
        ["NODE_OPTIONS"] = $"--test-reporter=spec --test-reporter-destination=stdout --test-reporter=junit --test-reporter-destination={ReadyVariants.ResultsFolder}/junit.xml",
    };
}
