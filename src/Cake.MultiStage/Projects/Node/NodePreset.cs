using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Projects.Detection;

namespace Cake.MultiStage.Projects.Node;

/// <summary>
/// The preset for Node.js: packages are installed from the lock before the source comes in; production dependencies ship in a layer of
/// their own, and the program in one other.
/// </summary>
internal static class NodePreset
{
    private static readonly string[] DevelopmentScripts = ["dev", "start:dev", "develop"];

    private const string DependencyStage = "dependencies";
    private const string User = "1000:1000"; // 'node' in Node's images
    private const string DebuggerPort = "9229";

    public static EcosystemPreset Entry => new(Ecosystem.Node, EcosystemPreset.By<NodeProjectSettings>(Describe))
    {
        Manifests = ["package.json", "deno.json", "deno.jsonc"],
        Sources = ["server.js", "server.mjs", "index.js", "index.mjs"],
        Read = (files, sign) => sign.File != "package.json"
            ? sign
            : PackageJson.Read(files.Folder) is var package && package.Generator is not null
            ? null
            : package is { HasProgram: false, HasServer: false }
            ? sign with
            {
                Strength = files.Has("server.js", "index.js", "server.mjs", "index.mjs") ? SignStrength.Manifest : SignStrength.Source,
                Reading = "it names no program",
            }
            : sign,
        Beside = (files, _, _) => files.Has("package.json") && PackageJson.Read(files.Folder).HasServer ? null : "assets",
    };

    public static ImageProject Describe(string path, NodeProjectSettings settings)
    {
        var folder = new ProjectFolder(path);
        if (DenoProject.Is(folder, settings))
        {
            return DenoProject.Describe(folder, settings);
        }

        if (settings.Package is null && NodeWorkspace.Owning(folder) is { } owner)
        {
            var inner = owner.Root.Described.TrimEnd('/');
            return Describe(owner.Root, ImageProjectSettings.Changed(settings, node => node.Package = inner))
                .Widened($"'{folder.Path}' is a package of the workspace in '{owner.Root.Path}', which has the lock");
        }

        return Describe(folder, settings);
    }

    private static ImageProject Describe(ProjectFolder folder, NodeProjectSettings settings)
    {
        var source = NodeSource.Of(folder, settings.Package, NodeProgram.IsProgram);
        var package = source.Package;
        var own = source.Member is null ? NodeDockerfile.Of(folder, package, settings) : null;
        var script = settings.BuildScript ?? own?.Script ?? (package.Scripts.ContainsKey("build") ? "build"
            : NodePages.Scripts(package) is [var pages] ? pages : "");
        var program = NodeProgram.Of(source.Folder, package, settings, script.Length > 0);
        var runtime = NodeRuntime.Of(source, program, settings);
        var version = runtime.Version;
        var manager = NodeManager.Of(source.Root, source.RootPackage, version.Tag);
        manager = runtime.IsBun ? manager.AsRuntime(source.Root) : manager;
        var final = ChosenBase.Of(runtime.Name, settings, BaseFlavor.Slim, runtime.Bases);
        var natives = NativePackages.Of(source);
        var isShelled = final.Flavor is not (BaseFlavor.Distroless or BaseFlavor.Scratch);
        // Packages with native parts are built for the C library they run on.
        var toolchain = manager.In(
            BuilderSteps.Start(final.HasMusl ? runtime.MuslBuilder : runtime.Builder, settings, source.Directory,
                own?.Environment, packages: Prisma.HasEngine(package) ? ["openssl", .. natives.Tools] : natives.Tools), settings);
        var commands = Commands(source, program, manager, script);
        var builder = NodeSteps.Source(NodeSteps.Install(toolchain, settings, source, manager), source, manager, commands);
        var shipping = new NodeShipping(source, program, settings, settings.User ?? User, manager.IsRuntime);
        var packages = Packages(source, program, settings, manager, toolchain);
        var command = new NodeCommand(source, program, isShelled);
        var environment = ProjectDescription.Merged(
            ProjectDescription.Merged(new Dictionary<string, string>(StringComparer.Ordinal) { ["NODE_ENV"] = "production" },
                command.Environment), program.Start.Environment);
        var answers = new NodeAnswers(source, program, ProjectDescription.Merged(environment, settings.Environment));
        var emulated = NodePortability.Hindrance(source, manager, natives, shipsAll: program.Development(package).Count > 0);
        var node = final.Flavor == BaseFlavor.Distroless ? runtime.ProgramPath : runtime.Program;
        var project = new Preset
        {
            Name = (package.Name ?? source.Folder.Name).Split('/')[^1],
            Part = source.Member?.Folder ?? "",
            Builder = builder,
            Base = final,
            BaseReason = (runtime.IsBun ? "Bun" : "Node.js") + " itself, without the packages that only building needs.",
            Stages = [.. new[] { packages, shipping.Stage }.OfType<Stage>()],
            Artifacts = [.. packages is null ? [] : new[] { Modules(source) }, .. shipping.Artifacts],
            Workdir = source.Home,
            User = User,
            Environment = environment,
            IsPortable = emulated is null,
            Emulated = emulated,
            Listens = answers.Listens,
            Endpoint = answers.Endpoint,
            Client = runtime.IsBun ? HealthClient.Bun : HealthClient.Node(node),
            Ports = program is { IsFrameworks: true, Framework.Port: { } port } && program.Start.Shell is null
                ? [PortOf(program.Start, answers.Variable("PORT") ?? own?.Port ?? port)] : [],
            WritableFolders = program.IsFrameworks ? [.. program.Framework!.Writes.Select(written => $"{source.Home}/{written}")] : [],
            Entrypoint = command.Entrypoint(node),
            Development = Development(source, program, manager),
            Tests = NodeSteps.Tests(source, manager),
            Credentials = NodeSteps.CredentialsOf(manager),
            Ignored = NodeSteps.Ignored,
            Findings = Findings(source, program, manager, runtime, commands),
            Assumptions = [.. source.Assumptions, .. version.Assumptions, .. program.Assumptions,
                .. natives.Assumptions,
                .. RegistryToken.Missing(source.Root, settings, "node", manager), .. manager.Assumptions,
                .. Assumptions(source, program, manager, runtime, settings), .. NodePages.Assumptions(source, settings, script),
                .. own?.Assumptions(settings, program.Start) ?? []],
        }.Compose(source.Root, settings).WidenedTo(source.Root, "package.json asks for packages in folders outside of its own");
        return Prisma.HasEngine(package) && !final.IsGiven && isShelled ? Prisma.WithOpenSsl(project) : project;
    }

    /// <summary>Returns the port that the arguments of a start say, before the one that a variable does.</summary>
    private static string PortOf(NodeStart start, string otherwise) =>
        start.Arguments.SelectMany(word => word.Split('=')).SkipWhile(word => word is not ("-p" or "--port")).Skip(1).FirstOrDefault()
            is { Length: > 0 } port && port.All(char.IsAsciiDigit) ? port : otherwise;

    private static IReadOnlyList<string> Commands(NodeSource source, NodeProgram program, NodeManager manager, string script)
    {
        var folder = source.Member?.Folder ?? "";
        var before = source.Built.Where(package => package != source.Member && package.Package.Scripts.ContainsKey("build"))
            .Select(package => manager.Run("build", package.Folder));
        // A start script may build, too: what 'build' does is not done twice.
        var building = script.Length > 0 ? [] : program.Start.Building;
        var own = building.Select(text => NodeSteps.Inside(folder, manager.Line(text))).ToList();
        if (script.Length > 0)
        {
            own.Add(manager.Run(script, folder));
        }
        else if (own.Count == 0 && program is { IsBuilt: true, Framework.Build: { } build })
        {
            own.Add(NodeSteps.Inside(folder, $"{manager.Npx} {build}"));
        }

        if (Prisma.Step(source.Folder, source.Package, script) is { } generate)
        {
            own.Insert(0, NodeSteps.Inside(folder, $"{manager.Npx} {generate}"));
        }

        return [.. before, .. own];
    }

    /// <summary>Makes the stage with the packages that ship; null where none do.</summary>
    private static Stage? Packages(NodeSource source, NodeProgram program, NodeProjectSettings settings, NodeManager manager,
        Stage toolchain)
    {
        var needsAny = source.Member is not null ? source.Needed.Any(package => package.Package.Dependencies.Count > 0)
            : source.Package.Dependencies.Count > 0;
        var development = program.Development(source.Package);
        if ((!needsAny && development.Count == 0) || program is { IsFrameworks: true, Framework.BringsPackages: true })
        {
            return null;
        }

        if (development.Count > 0 || NodeSteps.ChangesPackages(source))
        {
            var stage = Stage.From(StageBase.Stage(ImageProject.BuilderStage)).Named(DependencyStage)
                .Because("What the program needs when it runs, of what the builder installed.");
            return NodeSteps.Prune(stage, settings, source, manager, keepsAll: development.Count > 0);
        }

        return NodeSteps.InstallProduction(
            toolchain.Named(DependencyStage) with { Reason = "Installs, beside the builder, what the program needs when it "
                + "runs." }, settings, source, manager);
    }

    private static Artifact Modules(NodeSource source) => source.IsTree
        ? new Artifact(NodeSource.Top + "/", NodeSource.Top + "/", DependencyStage) { Reason = "The production dependencies, in a layer "
            + "that changes less often than the program." }
        : new Artifact($"{source.Directory}/node_modules", $"{source.Directory}/node_modules", DependencyStage)
        {
            Reason = "The production dependencies, in a layer that changes less often than the program.",
        };

    private static DevelopmentSteps Development(NodeSource source, NodeProgram program, NodeManager manager)
    {
        var script = DevelopmentScripts.FirstOrDefault(source.Package.Scripts.ContainsKey);
        var run = script is null ? null : manager.Run(script, source.Member?.Folder ?? "");
        string[] command = run is not null ? run.Contains('"', StringComparison.Ordinal) || run.Contains('=', StringComparison.Ordinal)
            ? ["sh", "-c", run] : run.Split(' ')
            : program.Start.File is { } file
            ? [program.Start.IsBun ? "bun" : "node", $"--inspect=0.0.0.0:{DebuggerPort}", "--watch", .. program.Start.Flags,
                source.Member is { } member ? $"{member.Folder}/{file}" : file]
            : ["sh"];
        return new DevelopmentSteps(command, DebuggerPort);
    }

    private static IReadOnlyList<string> Findings(NodeSource source, NodeProgram program, NodeManager manager, NodeRuntime runtime,
        IReadOnlyList<string> commands) =>
    [
        $"{manager.Name} installs the packages",
        .. manager.Package is { } package ? [$"{package} is installed for that: {manager.Reason}"] : Array.Empty<string>(),
        .. runtime.Version.Asked is { } asked
            ? [$"{asked.File} asks for {(runtime.IsBun ? "Bun" : "Node.js")} {asked.Text}"]
            : Array.Empty<string>(),
        .. source.Member is { } member
            ? [$"the program is the package {member.Folder} of a workspace of {source.Workspace!.Packages.Count}"] : Array.Empty<string>(),
        .. program.Framework is { } framework ? [$"it is written with {framework.Name}"] : Array.Empty<string>(),
        .. commands.Select(command => $"'{command}' builds"),
        $"{program.Start.Origin} says what runs: {program.Start.Text}",
    ];

    private static IEnumerable<Assumption> Assumptions(NodeSource source, NodeProgram program, NodeManager manager,
        NodeRuntime runtime, NodeProjectSettings settings)
    {
        if (runtime.Version.Asked is null && settings.ToolchainVersion is null && settings.BuilderImage is null)
        {
            yield return new Assumption(runtime.IsBun
                ? $"No file names a version of Bun: {runtime.Version.Tag} runs. Set \"packageManager\" in package.json, or "
                    + "ToolchainVersion."
                : $"No file names a version of Node.js: {runtime.Version.Tag}, the long-term support, runs. Set "
                    + "\"engines\" in package.json, or ToolchainVersion.");
        }

        if (manager.IsRuntime && source.RootPackage.DevelopmentDependencies.Count > 0 && NodeSteps.ChangesPackages(source))
        {
            yield return new Assumption(
                "Scripts of the project change the packages when they are installed, and Bun takes none of those away: the packages of "
                + "\"devDependencies\" ship, too.");
        }

        if (source.Package.HasAnyDependencies && !manager.IsLocked)
        {
            yield return new Assumption("There is no lock file: two builds may install different versions.");
        }

        if (program.Development(source.Package) is { Count: > 0 } tools)
        {
            yield return new Assumption(
                $"The program needs {string.Join(", ", tools)} when it starts, of \"devDependencies\": all packages ship, those for "
                    + "development, too. Move it to \"dependencies\", or build the program.",
                Doubtful: true);
        }

        if (Prisma.HasEngine(source.Package) && (settings.FinalBase is not null || settings.Flavor == BaseFlavor.Distroless))
        {
            yield return new Assumption(
                "Prisma's engine looks for OpenSSL when it runs: the base that the settings name is taken to have it. Prisma 7 needs "
                    + "none.", Doubtful: true);
        }

        if (program.Start.Shell is not null)
        {
            yield return new Assumption($"{program.Start.Origin} needs a shell: it runs '{program.Start.Shell}' when the container "
                + "starts.");
        }
    }
}
