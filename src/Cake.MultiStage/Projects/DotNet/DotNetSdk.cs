using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Projects.DotNet;

/// <summary>The SDK's image: its version, its variant, and the packages that native compilation needs where no image has them.</summary>
internal sealed record DotNetSdk(string Image, IReadOnlyList<string> Packages, IReadOnlyList<Assumption> Assumptions)
{
    private const string Repository = "mcr.microsoft.com/dotnet/sdk:";

    /// <summary>Chooses it.</summary>
    /// <param name="table">The table.</param>
    /// <param name="framework">The release that the project is for.</param>
    /// <param name="asked">What global.json asks for.</param>
    /// <param name="given">The version that the settings give.</param>
    /// <param name="isNative">Whether it compiles to a native program.</param>
    /// <param name="onAlpine">Whether it builds for Alpine Linux.</param>
    public static DotNetSdk Choose(
        ToolchainTable table, ToolchainRelease framework, (string Version, string RollForward)? asked, string? given, bool isNative,
        bool onAlpine)
    {
        var version = given ?? (asked is { } sdk ? Followed(table, framework, sdk) : framework.TagVersion);
        var line = table["dotnet"].Line(version)?.TagVersion ?? framework.TagVersion;
        string[] variants = (isNative, onAlpine) switch
        {
            (true, true) => ["-alpine-aot", "-alpine"],
            (true, false) => ["-noble-aot", "-resolute-aot", "-noble", "-jammy", ""],
            (false, true) => ["-alpine"],
            _ => [""],
        };
        var variant = variants.FirstOrDefault(variant => table.Exists(Repository + line + variant)) ?? variants[0];
        string[] packages = !isNative || variant.EndsWith("-aot", StringComparison.Ordinal) ? []
            : onAlpine ? ["build-base", "clang", "zlib-dev"] : ["clang", "zlib1g-dev"];
        var told = given is null && asked is { } request ? Told(table, framework, request, version) : [];
        return new DotNetSdk(Repository + version + variant, packages, told);
    }

    /// <summary>Follows <c>rollForward</c> among what has an image: within its feature band, or on to the newest of its line.</summary>
    private static string Followed(ToolchainTable table, ToolchainRelease framework, (string Version, string RollForward) asked)
    {
        if (Number(asked.Version) is not { } wanted || table["dotnet"].Line(asked.Version) is not { IsPreview: false } line
            || asked.Version.Contains('-', StringComparison.Ordinal))
        {
            return asked.Version;
        }

        var newest = line.Sdk is { } sdk ? Number(sdk) : null;
        var isThere = newest is null || newest >= wanted;
        return asked.RollForward switch
        {
            "latestPatch" => newest?.Build / 100 == wanted.Build / 100 && newest >= wanted ? line.Sdk! : asked.Version,
            "major" or "latestMajor" when Number(framework.Version) > Number(line.Version) => framework.TagVersion,
            "feature" or "latestFeature" or "minor" or "latestMinor" or "major" or "latestMajor" =>
                isThere ? line.TagVersion : asked.Version,
            _ => asked.Version,
        };
    }

    private static IReadOnlyList<Assumption> Told(
        ToolchainTable table, ToolchainRelease framework, (string Version, string RollForward) asked, string version)
    {
        if (Number(version) < Number(framework.Version))
        {
            return
            [
                new Assumption(
                    $"global.json asks for the SDK {asked.Version}, which can't build for .NET {framework.Version}. Change it, "
                    + "or add \"rollForward\": \"latestMajor\" to it.",
                    Doubtful: true),
            ];
        }

        var line = table["dotnet"].Line(version);
        return version != asked.Version || line is null || line.Sdk == version || line.TagVersion == version ? [] :
        [
            new Assumption(
                $"global.json asks for exactly the SDK {asked.Version}, whose image is no longer rebuilt. "
                + "\"rollForward\": \"latestFeature\" takes the newest of its line."),
        ];
    }

    private static Version? Number(string text) => VersionText.Parse(text.Split('-')[0]);
}
