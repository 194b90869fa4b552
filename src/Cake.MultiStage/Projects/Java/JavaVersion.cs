using System.Globalization;
using System.Text.RegularExpressions;
using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Projects.Java;

/// <summary>
/// Chooses the feature release of Java: a pin (<c>.java-version</c>, <c>.sdkmanrc</c>, <c>.tool-versions</c>, <c>mise.toml</c>) takes
/// precedence, then Gradle's toolchain, which wants exactly that one, then the release that the build compiles for: itself where it is
/// supported, else the next that is.
/// </summary>
internal static partial class JavaVersion
{
    /// <exception cref="MultiStageException">There is no such version.</exception>
    public static VersionChoice Choose(ProjectFolder folder, JavaProject project, PresetSettings settings, ToolchainTable table)
    {
        var java = table["java"];
        if (settings.ToolchainVersion is { } given)
        {
            return int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? VersionChoice.Given(given, java)
                : throw new MultiStageException(
                    $"The version of Java is '{given}': give its feature release, as in "
                    + $"java.ToolchainVersion = \"{java.Supported(table.Date).First().Version}\".");
        }

        var chooser = new VersionChooser(table, java, tag => table.First(JavaBuild.Images(project, tag, onMusl: false)) is not null
            && (project.NewestForWrapper is not { } newest
                || !int.TryParse(tag, NumberStyles.None, CultureInfo.InvariantCulture, out var release)
                || release <= newest));
        if (settings is { BuilderImage: not null, FinalBase: not null })
        {
            return chooser.Choose();
        }

        IEnumerable<VersionRequest?> pins =
        [
            ToolPins.FirstLine(folder, ".java-version"),
            folder.ReadIfThere(".sdkmanrc") is { } sdk && SdkVersion().Match(sdk) is { Success: true } match
                ? new VersionRequest(match.Groups["version"].Value, ".sdkmanrc", Range: null) : null,
            .. ToolPins.Of(folder, "java"),
            project is { Version: { } exact, IsToolchain: true } ? new VersionRequest(exact, project.File, Range: null) : null,
        ];
        List<VersionRequest> requests = [.. pins.OfType<VersionRequest>().Select(pin => pin with { Text = Feature(pin.Text) ?? pin.Text })];
        if (project is { Version: { } release, IsToolchain: false } && VersionText.Parse(release) is { } least)
        {
            // It is compiled for that release, and runs on it or on a newer one: of those the nearest that is supported.
            var nearest = java.Supported(table.Date).Select(line => VersionText.Parse(line.Version)).LastOrDefault(one => one >= least);
            var range = requests.Count > 0 ? VersionRange.AtLeast(least)
                : nearest is null ? null : new VersionRange(version => version == nearest, []);
            requests.Add(new VersionRequest(release, project.File, range));
        }

        var choice = chooser.Choose(requests);
        return choice is { Asked: { Range: not null } asked } && choice.Tag != asked.Text
            ? choice with { Assumptions = [.. choice.Assumptions, Newer(asked, choice.Tag)] } : choice;
    }

    /// <summary>Takes the feature release of a version: 8 of 1.8, 21 of 21.0.2, 17 of temurin-17.0.1+12.</summary>
    public static string? Feature(string? version) =>
        version is not null && FeatureVersion().Match(version) is { Success: true } match ? match.Groups["feature"].Value : null;

    private static Assumption Newer(VersionRequest asked, string version) => new(
        $"{asked.File} compiles for Java {asked.Text}, whose support has ended: Java {version} builds and runs it. "
        + "Set ToolchainVersion for another.");

    [GeneratedRegex(
        @"\A\D*?(64-)?(1[._])?(?<feature>[0-9]+)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FeatureVersion();

    [GeneratedRegex(
        @"^java=(?<version>\S+)",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SdkVersion();
}
