using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Projects.DotNet;

/// <summary>The images of Microsoft's that a project is built by and ships on ("Official .NET images": their tags).</summary>
internal sealed class DotNetBases(
    DotNetProjectSettings settings, DotNetProject project, Publishing publishing, bool usesAspNet, ToolchainTable table)
{
    private const string Registry = "mcr.microsoft.com/dotnet/";

    private static readonly string[] Chiseled = ["noble", "resolute", "jammy"];
    private static readonly string[] Alpine = ["alpine", "alpine3.24", "alpine3.23"];

    public bool UsesAspNet => usesAspNet;

    public Version Version { get; } = DotNetProject.VersionOf(publishing.Framework) ?? new Version(10, 0);

    /// <exception cref="MultiStageException">There is no base of the flavor that the settings ask for.</exception>
    public ChosenBase Final => field ??= settings.FinalBase is { } given ? ChosenBase.Given(given, settings, settings.Flavor)
        : ChosenBase.Of(".NET", settings, ChiseledBase is null ? BaseFlavor.Slim : BaseFlavor.Chiseled, Images());

    public string FinalReason => (Final.Flavor, publishing.Deployment) switch
    {
        (BaseFlavor.Scratch, _) => "An empty base: the program brings the few libraries it needs.",
        (BaseFlavor.Chiseled, DotNetDeployment.FrameworkDependent) =>
            "The runtime and the libraries it needs: no shell, no package manager.",
        (BaseFlavor.Chiseled, _) => "The libraries that .NET needs: no runtime, no shell, no package manager.",
        (_, DotNetDeployment.FrameworkDependent) => "The runtime that the program needs.",
        _ => "The libraries that the program needs; it brings its own runtime.",
    };

    public IReadOnlyDictionary<string, string> Environment
    {
        get
        {
            var environment = new Dictionary<string, string>(StringComparer.Ordinal);
            if (Final.IsEmpty)
            {
                environment["DOTNET_RUNNING_IN_CONTAINER"] = "true";
                environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "true";
            }

            // The images of .NET 8 and newer set the port themselves.
            if (project.IsWeb && Version.Major < 8)
            {
                environment["ASPNETCORE_URLS"] = "http://+:8080";
            }
            else if (project.IsWeb && (Final.IsEmpty || Final.IsGiven))
            {
                environment["ASPNETCORE_HTTP_PORTS"] = "8080";
            }

            return environment;
        }
    }

    /// <summary>Gets what is assumed of texts in the languages of the world: only an empty base has no ICU.</summary>
    public Assumption? CultureAssumption => Final.IsEmpty && !project.IsInvariant
        ? new Assumption(
            "the empty base knows no cultures and no time zones (no ICU, no tzdata): the program runs in invariant mode, in which new "
                + "CultureInfo(\"de-DE\") "
            + "fails. Say so in the project by InvariantGlobalization, or take dotnet.Flavor = BaseFlavor.Chiseled.", Doubtful: true)
        : null;

    /// <summary>Gets what is to be told of the version.</summary>
    public IReadOnlyList<Assumption> VersionAssumptions =>
        settings is { FinalBase: not null, BuilderImage: not null } ? []
        : Release.IsPreview ?
        [
            new Assumption(
                $"{project.Path} is for .NET {Release.Version}, which was a preview when the table of toolchains was made: the tags "
                + $"{Release.Tag} are taken. Once it is released set BuilderImage and FinalBase.",
                Doubtful: true),
        ]
        : Release.HasEnded(table.Date) ?
        [
            new Assumption(
                $"{project.Path} is for .NET {Release.Version}, whose support ended on {VersionText.Day(Release.End!.Value)}; nobody mends "
                + $"its faults. The newest with long-term support is {LongTerm.Version}.",
                Doubtful: true),
        ]
        : [];

    /// <exception cref="MultiStageException">There is no image of that version.</exception>
    private ToolchainRelease Release => table["dotnet"].Line(Version.ToString(2)) ?? throw new MultiStageException(
        $"{project.Path} is for .NET {Version.ToString(2)}, and no image is known that has it. There are: "
        + $"{string.Join(", ", table["dotnet"].Releases.Select(release => release.Version))}. "
        + "Change its target framework, or set BuilderImage and FinalBase.");

    private ToolchainRelease LongTerm => table["dotnet"].Supported(table.Date).First(release => release.IsLongTerm(table.Date));

    private bool HasCultures => !project.IsInvariant;

    private string Repository => Registry + Kind + ":" + Release.TagVersion;

    private string Kind =>
        publishing.Deployment != DotNetDeployment.FrameworkDependent ? "runtime-deps" : usesAspNet ? "aspnet" : "runtime";

    private string? ChiseledBase =>
        table.First(Chiseled.Select(system => $"{Repository}-{system}-chiseled{(HasCultures ? "-extra" : "")}"));

    // Not every release has the short tag of Alpine's with cultures.
    private string? AlpineBase =>
        table.First(HasCultures ? Alpine.Select(system => $"{Repository}-{system}-extra") : [$"{Repository}-alpine"]);

    /// <summary>Works out the builder's image.</summary>
    /// <param name="asked">The SDK that global.json asks for, and its policy.</param>
    public DotNetSdk Sdk((string Version, string RollForward)? asked) => settings.BuilderImage is { } given ? new DotNetSdk(given, [], [])
        : DotNetSdk.Choose(
            table, Release, asked, settings.ToolchainVersion, publishing.Deployment == DotNetDeployment.NativeAot,
            onAlpine: Final.HasMusl);

    private Dictionary<BaseFlavor, string> Images()
    {
        Dictionary<BaseFlavor, string?> all = new()
        {
            [BaseFlavor.Chiseled] = ChiseledBase,
            [BaseFlavor.Alpine] = AlpineBase,
            [BaseFlavor.Slim] = Repository,
            [BaseFlavor.Scratch] = publishing.Deployment != DotNetDeployment.FrameworkDependent ? "scratch" : null,
        };
        return all.Where(one => one.Value is not null).ToDictionary(one => one.Key, one => one.Value!);
    }
}
