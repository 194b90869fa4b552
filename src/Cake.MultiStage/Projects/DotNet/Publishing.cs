using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects.DotNet;

/// <summary>The commands that restore and publish a project, and what they leave in <c>/app</c>.</summary>
internal sealed class Publishing(DotNetProjectSettings settings, DotNetProject project, DotNetFolder folder)
{
    public DotNetDeployment Deployment { get; } = settings.Deployment ?? project.Deployment;

    /// <summary>Gets the target framework.</summary>
    public string Framework { get; } = settings.Framework ?? (project.Frameworks is [var newest, ..] ? newest : "net10.0");

    public bool IsLocked { get; } = folder.RestoreFiles([project])
        .Contains(PosixPath.Join(project.Folder, "packages.lock.json"), StringComparer.Ordinal);

    /// <summary>
    /// Gets a value indicating whether the lock file has what is restored: a program that brings its runtime, or is native, is restored for
    /// a platform, and one that is locked for others alone is refused (NuGet's NU1004).
    /// </summary>
    private bool IsLockKept => IsLocked && (Deployment == DotNetDeployment.FrameworkDependent || folder.LocksLinux(project));

    /// <summary>
    /// Gets a value indicating whether it is published for the image's platform alone, without the native libraries of all others. A lock
    /// file that was made for no platform allows no restore for one (NuGet's NU1004).
    /// </summary>
    public bool IsForOnePlatform => project.Property("RuntimeIdentifier") is null && (!IsLocked || folder.LocksLinux(project));

    public IEnumerable<Assumption> PlatformAssumptions
    {
        get
        {
            if (project.Property("RuntimeIdentifier") is { } fixedTo && !fixedTo.StartsWith("linux", StringComparison.Ordinal))
            {
                yield return new Assumption(
                    $"{project.Path} is published for {fixedTo}, which is not the image's platform. Set "
                        + "dotnet.Properties[\"RuntimeIdentifier\"] = \"linux-x64\".", Doubtful: true);
            }
            else if (IsLocked && !IsLockKept)
            {
                yield return new Assumption(
                    $"packages.lock.json is not locked for Linux, for which {project.Path} is published: what it lacks is restored by "
                        + "version alone. Add <RuntimeIdentifiers>linux-x64;linux-arm64</RuntimeIdentifiers> to the project, and make the "
                        + "lock file anew by dotnet restore --force-evaluate.", Doubtful: true);
            }
            else if (Deployment == DotNetDeployment.FrameworkDependent
                && !IsForOnePlatform
                && project.Property("RuntimeIdentifier") is null)
            {
                yield return new Assumption(
                    "packages.lock.json is locked for no platform, so that packages are restored for all of them and the folders of "
                        + "others are deleted. "
                    + "<RuntimeIdentifiers>linux-x64;linux-arm64</RuntimeIdentifiers> in the project and a new lock file would restore for "
                    + "Linux alone.");
            }
        }
    }

    public string? FrameworkAssumption =>
        settings.Framework is not null ? null
        : project.Frameworks.Count == 0
        ? $"{project.Path} names no target framework such as net10.0: {Framework} is assumed. Set Framework to another."
        : project.Frameworks.Count > 1
        ? $"{project.Path} has several target frameworks: {string.Join(", ", project.Frameworks)}. The newest is taken; set Framework to "
            + "another."
        : null;

    public bool BringsRuntime => Deployment is DotNetDeployment.SelfContained or DotNetDeployment.Trimmed;

    public string Described => Deployment switch
    {
        DotNetDeployment.FrameworkDependent => "for the runtime of the base image",
        DotNetDeployment.SelfContained => "with its runtime",
        DotNetDeployment.Trimmed => "with its runtime, trimmed to what it uses",
        _ => "as a native program",
    };

    public string Reason => Deployment switch
    {
        DotNetDeployment.NativeAot => "Compiles to a native program, without symbols and paths of the builder: no runtime is needed.",
        DotNetDeployment.FrameworkDependent => "Publishes without symbols and paths of the builder; the runtime is the base image's.",
        _ => "Publishes with the runtime, without symbols and paths of the builder.",
    };

    public string Restore => $"dotnet restore {ShellWord.Quoted(project.Path)}{(IsLockKept ? " --locked-mode" : "")}{Properties(Shared())}";

    public string Publish
    {
        get
        {
            var framework = project.Property("TargetFrameworks") is null ? "" : $" -f {ShellWord.Quoted(Framework)}";
            IEnumerable<(string, string)> own =
            [
                .. Shared(),
                .. Deployment == DotNetDeployment.FrameworkDependent ? [("UseAppHost", "false")] : Array.Empty<(string, string)>(),
                ("DebugType", "none"), ("ContinuousIntegrationBuild", "true"), ("Deterministic", "true"), ("PathMap", "/src=/_"),
            ];
            var publish =
                $"dotnet publish {ShellWord.Quoted(project.Path)} -c {ShellWord.Quoted(settings.Configuration)}{framework} --no-restore -o "
                    + $"/app{Properties(own)}";
            return Deployment switch
            {
                // The native program's symbols lie beside it, whatever DebugType says.
                DotNetDeployment.NativeAot => ShellWord.Sequence(publish, "rm -f /app/*.dbg"),
                DotNetDeployment.FrameworkDependent when !IsForOnePlatform => ShellWord.Sequence(publish, OtherPlatformsDeleted),
                _ => publish,
            };
        }
    }

    public IReadOnlyList<string> Entrypoint =>
        Deployment == DotNetDeployment.FrameworkDependent ? ["dotnet", $"/app/{project.AssemblyName}.dll"] : [Program];

    /// <summary>Returns the files whose shared libraries an empty base lacks: the program, and what a runtime loads by itself.</summary>
    public NativeProgram? Native(DotNetBases bases) => Deployment == DotNetDeployment.FrameworkDependent ? null : new NativeProgram(
        string.Join(' ', NativeFiles.Select(ShellWord.Quoted)),
        ChosenBase.LibraryOf(settings.BuilderImage ?? (bases.Final.HasMusl ? "sdk:alpine" : "sdk:noble"), settings),
        "Leave out dotnet.BuilderImage, or choose another base, as in dotnet.Flavor = BaseFlavor.Chiseled.") { BaseSuffices = true };

    // The host looks at the folders of the platform that it runs on, and at the common ones.
    private const string OtherPlatformsDeleted =
        "arch=$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/') && libc=$(ls /lib/ld-musl-* >/dev/null 2>&1 && echo linux-musl || echo "
            + "linux) && "
        + "if [ -d /app/runtimes ]; then find /app/runtimes -mindepth 1 -maxdepth 1 ! -name any ! -name unix ! -name linux ! -name "
        + "\"$libc\" "
        + "! -name \"$libc-$arch\" -exec rm -rf {} +; fi";

    private IReadOnlyList<string> NativeFiles => Deployment == DotNetDeployment.NativeAot || project.Is("PublishSingleFile") ? [Program]
        : [Program, "/app/libcoreclr.so", "/app/libclrjit.so", "/app/libhostfxr.so", "/app/libhostpolicy.so", "/app/libSystem.Native.so"];

    private string Program => "/app/" + project.AssemblyName;

    /// <summary>Returns what restoring and publishing must be told alike, less what the project file says itself.</summary>
    private IEnumerable<(string Name, string Value)> Shared() =>
    [
        .. Deployment == DotNetDeployment.NativeAot ? Unsaid("PublishAot") : [],
        .. BringsRuntime ? Unsaid("SelfContained") : [],
        .. (BringsRuntime && project.Property("RuntimeIdentifier") is null)
            || (Deployment == DotNetDeployment.FrameworkDependent && IsForOnePlatform)
            ? Unsaid("UseCurrentRuntimeIdentifier") : [],
        // A platform alone made programs self-contained before .NET 8.
        .. Deployment == DotNetDeployment.FrameworkDependent ? [("SelfContained", "false")] : Array.Empty<(string, string)>(),
        .. Deployment == DotNetDeployment.Trimmed ? Unsaid("PublishTrimmed") : [],
        // The settings have the last word over what the project file says, too.
        .. Deployment != DotNetDeployment.NativeAot && project.Is("PublishAot")
            ? [("PublishAot", "false")]
            : Array.Empty<(string, string)>(),
        .. Deployment is DotNetDeployment.FrameworkDependent or DotNetDeployment.SelfContained && project.Is("PublishTrimmed")
            ? [("PublishTrimmed", "false")]
            : Array.Empty<(string, string)>(),
        .. Deployment == DotNetDeployment.FrameworkDependent && project.Is("PublishSelfContained")
            ? [("PublishSelfContained", "false")]
            : Array.Empty<(string, string)>(),
        // One file needs a host of its own, which the base image's takes the place of.
        .. Deployment == DotNetDeployment.FrameworkDependent && project.Is("PublishSingleFile")
            ? [("PublishSingleFile", "false")]
            : Array.Empty<(string, string)>(),
        .. settings.Properties.Select(pair => (pair.Key, pair.Value)),
    ];

    private IEnumerable<(string Name, string Value)> Unsaid(string property) => project.Is(property) ? [] : [(property, "true")];

    private static string Properties(IEnumerable<(string Name, string Value)> properties) =>
        string.Concat(properties.Select(property => " " + ShellWord.Quoted($"-p:{property.Name}={property.Value}")));
}
