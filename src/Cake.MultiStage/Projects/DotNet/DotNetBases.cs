namespace Cake.MultiStage.Projects.DotNet;

/// <summary>The images of Microsoft's that a project is built by and ships on ("Official .NET images": their tags).</summary>
internal sealed class DotNetBases(DotNetProjectSettings settings, DotNetProject project, Publishing publishing, bool usesAspNet)
{
    private const string Registry = "mcr.microsoft.com/dotnet/";

    public bool UsesAspNet => usesAspNet;

    public Version Version { get; } = DotNetProject.VersionOf(publishing.Framework) ?? new Version(10, 0);

    /// <exception cref="MultiStageException">There is no base of the flavor that the settings ask for.</exception>
    public ChosenBase Final => field ??= ChosenBase.Of(".NET", settings, BaseFlavor.Chiseled, Images());

    public string FinalReason => (Final.Flavor, publishing.Deployment) switch
    {
        (BaseFlavor.Scratch, _) => "An empty base: the program brings the few libraries it needs.",
        (BaseFlavor.Chiseled, DotNetDeployment.FrameworkDependent) => "The runtime and the libraries it needs: no shell, no package manager.",
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

    /// <summary>Gets what is assumed of texts in the languages of the world: the small bases have no ICU.</summary>
    public string? GlobalizationAssumption =>
        Final.IsGiven || Final.Flavor == BaseFlavor.Slim || project.Property("InvariantGlobalization") is not null ? null
        : Final.Flavor == BaseFlavor.Chiseled ? "the base knows no cultures (no ICU): texts are compared and formatted in the invariant one. Say so in the project by InvariantGlobalization, or set it to false there for the base with ICU."
        : "the base knows no cultures (no ICU): texts are compared and formatted in the invariant one. Say so in the project by InvariantGlobalization, or take Flavor = BaseFlavor.Chiseled or Slim.";

    /// <summary>Works out the builder's image.</summary>
    /// <param name="asked">The SDK that global.json asks for.</param>
    public string Sdk((string Version, bool Exact)? asked)
    {
        var isNewer = asked is { } sdk && System.Version.TryParse(sdk.Version.Split('-')[0], out var wanted) && wanted >= Version;
        var version = settings.ToolchainVersion
            ?? (asked is { Exact: true } exact ? exact.Version : isNewer ? string.Join('.', asked!.Value.Version.Split('.').Take(2)) : Version.ToString(2));
        var onAlpine = Final.HasMusl && publishing.Deployment != DotNetDeployment.FrameworkDependent;
        var suffix = (publishing.Deployment == DotNetDeployment.NativeAot, onAlpine) switch
        {
            (true, true) => "-alpine-aot",
            (true, false) => "-noble-aot",
            (false, true) => "-alpine",
            _ => "",
        };
        return $"{Registry}sdk:{version}{suffix}";
    }

    private Dictionary<BaseFlavor, string> Images()
    {
        var repository = Registry + (publishing.Deployment != DotNetDeployment.FrameworkDependent ? "runtime-deps" : usesAspNet ? "aspnet" : "runtime") + ":" + Version.ToString(2);
        var cultures = string.Equals(project.Property("InvariantGlobalization"), "false", StringComparison.OrdinalIgnoreCase) ? "-extra" : "";
        var bases = new Dictionary<BaseFlavor, string>
        {
            [BaseFlavor.Chiseled] = $"{repository}-{(Version.Major < 8 ? "jammy" : "noble")}-chiseled{cultures}",
            [BaseFlavor.Alpine] = $"{repository}-alpine",
            [BaseFlavor.Slim] = repository,
        };
        if (publishing.Deployment != DotNetDeployment.FrameworkDependent)
        {
            bases[BaseFlavor.Scratch] = "scratch";
        }

        return bases;
    }
}
