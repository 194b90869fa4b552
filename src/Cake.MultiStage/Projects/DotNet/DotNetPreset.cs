using System.Globalization;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects.Detection;
using Cake.MultiStage.Projects.Sites;
using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Projects.DotNet;

/// <summary>
/// The preset for .NET: project files are restored before the source comes in, the program is published without symbols
/// and paths of the builder, and ships on the runtime it needs, or on none.
/// </summary>
internal static class DotNetPreset
{
    private const string SourceDirectory = "/src";
    private const string Home = "/app";
    private const string WebPort = "8080";

    // Without BuildKit the argument is empty, and the machine's own architecture is built for.
    private const string Target = " ${TARGETARCH:+-a $TARGETARCH}";

    private static CredentialsFile Credentials => new("nuget-config", "/root/.nuget/NuGet/NuGet.Config");

    public static EcosystemPreset Entry => new(Ecosystem.DotNet, EcosystemPreset.By<DotNetProjectSettings>(Describe))
    {
        Manifests = ["*.slnx", "*.sln", "*.csproj", "*.fsproj", "*.vbproj"],
        // A cake.cs beside a project of any kind is what builds it.
        Program = folder => FileProgram.In(folder).FirstOrDefault(path => new DotNetProject(folder, path).Role != DotNetRole.Build),
        Read = (files, sign) => DotNetSite.IsBlazor(files.Folder) ? null : sign,
        Below = path => path.EndsWith(".csproj", StringComparison.Ordinal) || path.EndsWith(".fsproj", StringComparison.Ordinal)
            ? SignStrength.Nested
            : null,
    };

    public static ImageProject Describe(string path, DotNetProjectSettings settings)
    {
        var folder = new ProjectFolder(path);
        var all = new DotNetFolder(folder);
        var (project, choice) = all.Chosen(settings.Project);
        if (all.Outside(project) is not { Count: > 0 } outside)
        {
            return Describe(folder, all, project, choice, settings);
        }

        var root = folder;
        var (whole, chosen) = (all, project);
        // What lies above may import what lies above it.
        for (var needed = outside; needed.Count > 0; needed = whole.Outside(chosen))
        {
            var above = root.Holding(needed, project.Path);
            if (above.Path == root.Path)
            {
                break;
            }

            root = above;
            whole = new DotNetFolder(root);
            chosen = whole.Chosen(root.Described + project.Path).Project;
        }

        return Describe(root, whole, chosen, choice, settings).Widened($"{project.Path} needs {string.Join(", ", outside)}");
    }

    private static ImageProject Describe(
        ProjectFolder folder, DotNetFolder all, DotNetProject project, Assumption? choice, DotNetProjectSettings settings)
    {
        var closure = all.Closure(project);
        var publishing = new Publishing(settings, project, all);
        var bases = new DotNetBases(settings, project, publishing, closure.Any(other => other.UsesAspNet), ToolchainTable.Default);
        var sdk = bases.Sdk(all.Sdk());
        var tools = new LocalTools(folder);
        var databases = new DatabaseFiles(folder, project, closure);
        var answers = new WebAnswers(folder, project, closure, settings);
        var listens = answers.Listens;
        var node = settings.BuilderImage is null ? NodeForPublish.Of(folder, closure, bases.Final.HasMusl, ToolchainTable.Default) : null;
        const string reason = "What a restore reads changes less often than the source: the packages stay in the cache.";
        string[] restored = [.. all.RestoreFiles(closure).Concat(tools.Files(closure)).Distinct(StringComparer.Ordinal)];
        var builder = BuilderSteps.Start(sdk.Image, settings, SourceDirectory, packages: sdk.Packages.Concat(node?.Packages ?? []));
        builder = node is null ? builder : node.AddTo(builder);
        builder = builder.Manifests(folder, restored.Where(file => !folder.HasFolder(file)), reason);
        builder = restored.Where(folder.HasFolder)
            .Aggregate(builder, (current, feed) => current.CopyNames([feed], feed + "/").Because(reason));
        builder = tools.Restore(closure) is not { } toolRestore ? builder
            : builder.Run(toolRestore, Mounts(settings)).Because("Restores the tools of the repository, which its targets run.");
        // Node.js would come for the other platform, and what a lock file fixes is for none.
        var isForAny = publishing.Deployment != DotNetDeployment.NativeAot && node is null && publishing.IsForOnePlatform;
        return new Preset
        {
            Name = project.AssemblyName,
            Part = project.Folder,
            Builder = Published(builder, publishing, settings, "", node is not null),
            CrossBuilder = isForAny ? Published(builder.ForTarget("TARGETARCH"), publishing, settings, Target, usesNode: false) : null,
            Base = bases.Final,
            BaseReason = bases.FinalReason,
            Native = publishing.Native(bases),
            Artifacts = [new Artifact("/app/", "/app/") { Reason = "The published program is all that ships." }],
            Workdir = Home,
            WritableFolders = [.. databases.Folders.Select(inner => PosixPath.Join(Home, inner).TrimEnd('/'))],
            User = "1654:1654",
            Entrypoint = publishing.Entrypoint,
            Environment = bases.Environment,
            Ports = bases.UsesAspNet && project.IsWeb && listens.Count == 0 ? [WebPort] : [],
            Listens = listens,
            Endpoint = answers.Endpoint,
            Development = Development(project, bases),
            Tests = new TestSteps(TestCommand(all, project), Mounts(settings)),
            Credentials = Credentials,
            Ignored = ["**/[Bb]in", "**/[Oo]bj", "**/TestResults", "**/*.user"],
            Findings = [.. Findings(project, publishing, closure, all),
                .. node is null ? [] : new[] { $"Node.js comes into the builder: {node.Reason}" }],
            Assumptions = [.. choice is null ? [] : new[] { choice }, .. bases.VersionAssumptions, .. sdk.Assumptions,
                .. Assumptions(publishing, bases), .. databases.Assumptions(Home),
                .. PrivateFeed.Missing(all.PrivateFeeds(closure), settings)],
        }.Compose(folder, settings);
    }

    private static Stage Published(Stage builder, Publishing publishing, DotNetProjectSettings settings, string target, bool usesNode)
    {
        var shares = target.Length > 0 && publishing.Deployment == DotNetDeployment.FrameworkDependent;
        return builder
            .Run(publishing.Restore + (shares ? " -p:UseAppHost=false" : "") + target, Mounts(settings))
            .Because(
                "Restores the packages once; a change of the source does not repeat it. They stay in this stage, where later steps and the "
                    + "variants find them.")
            .Copy(".", ".")
            .Run(publishing.Publish + target, usesNode ? [RunMount.Cache("/root/.npm")] : [])
            .Because(publishing.Reason);
    }

    private static DevelopmentSteps Development(DotNetProject project, DotNetBases bases) =>
        new(["dotnet", "watch", "run", FileProgram.Is(project.Path) ? "--file" : "--project", project.Path, "--no-launch-profile"])
        {
            // The image of the SDK sets no port.
            Environment = !project.IsWeb || bases.Version.Major < 8 ? new Dictionary<string, string>(StringComparer.Ordinal)
                : new(StringComparer.Ordinal) { ["ASPNETCORE_HTTP_PORTS"] = WebPort, ["DOTNET_ENVIRONMENT"] = "Development" },
        };

    /// <summary>Runs the tests of every project that has some, also where those of one fail.</summary>
    private static string? TestCommand(DotNetFolder all, DotNetProject project)
    {
        var arguments = all.UsesTestingPlatform()
            ? $"--results-directory {ReadyVariants.ResultsFolder} --report-trx"
            : $"--logger trx --results-directory {ReadyVariants.ResultsFolder}";
        string[] commands = [.. all.Tests(project).Select(
            test => $"dotnet test {(all.UsesTestingPlatform() ? "--project " : "")}{ShellWord.Quoted(test.Path)} {arguments}")];
        return commands.Length switch
        {
            0 => null,
            1 => commands[0],
            _ => $"failed=0; {string.Concat(commands.Select(command => command + " || failed=1; "))}exit $failed",
        };
    }

    private static IReadOnlyList<string> Findings(DotNetProject project, Publishing publishing, IReadOnlyList<DotNetProject> closure,
        DotNetFolder all) =>
    [
        $"the program is {project.Path}, for {publishing.Framework}",
        .. closure.Count > 1
            ? [$"it is built from {closure.Count.ToString(CultureInfo.InvariantCulture)} projects: "
                + $"{string.Join(", ", closure.Select(other => other.Path))}"]
            : Array.Empty<string>(),
        $"it is published {publishing.Described}",
        .. all.Sdk() is { } sdk ? [$"global.json asks for the SDK {sdk.Version}"] : Array.Empty<string>(),
        .. publishing.IsLocked ? ["packages.lock.json fixes the versions of the packages"] : Array.Empty<string>(),
        .. all.Tests(project).Select(test => $"{test.Path} has tests"),
    ];

    private static IReadOnlyList<Assumption> Assumptions(Publishing publishing, DotNetBases bases) =>
    [
        .. publishing.FrameworkAssumption is { } framework ? [new Assumption(framework)] : Array.Empty<Assumption>(),
        .. publishing.PlatformAssumptions,
        .. bases.CultureAssumption is { } cultures ? [cultures] : Array.Empty<Assumption>(),
    ];

    private static RunMount[] Mounts(DotNetProjectSettings settings) => [DownloadCache(), .. Credentials.Mounts(settings)];

    /// <summary>Caches what is downloaded, not the packages themselves: a later step that needs them must not depend on a cache.</summary>
    private static RunMount DownloadCache() => RunMount.Cache("/root/.local/share/NuGet/http-cache");
}
