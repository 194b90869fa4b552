using System.Text.RegularExpressions;
using Cake.MultiStage.Projects.Hints;

namespace Cake.MultiStage.Projects.Java;

/// <summary>Reads what a folder holds of a Java or Kotlin program, whatever builds it.</summary>
internal static partial class JavaReader
{
    /// <exception cref="MultiStageException">The folder is not a Java project, two tools fit, or several modules are programs.</exception>
    public static JavaProject Read(ProjectFolder folder, JavaProjectSettings settings)
    {
        var sources = new JavaSources(folder);
        var hasMaven = folder.Has("pom.xml");
        var gradle = folder.Existing("build.gradle.kts", "build.gradle", "settings.gradle.kts", "settings.gradle");
        if (settings.BuildTool is null && hasMaven && gradle.Count > 0)
        {
            throw new MultiStageException(
                $"'{folder.Path}' has both pom.xml and {gradle[0]}. Choose one, as in java.BuildTool = JavaBuildTool.Maven.");
        }

        var tool = settings.BuildTool ?? (hasMaven ? JavaBuildTool.Maven : gradle.Count > 0 ? JavaBuildTool.Gradle : JavaBuildTool.Plain);
        if (tool == JavaBuildTool.Plain && !sources.HasJava)
        {
            throw new MultiStageException(sources.HasKotlin
                ? $"'{folder.Path}' has Kotlin's sources and nothing that builds them: the compiler alone builds Java. Add a "
                    + "build.gradle.kts or a pom.xml."
                : $"'{folder.Path}' is not a Java project: it has neither a pom.xml nor a build.gradle nor a .java file.");
        }

        var module = settings.Module?.TrimEnd('/') is { Length: > 0 } given ? given : null;
        var project = tool switch
        {
            JavaBuildTool.Maven => new MavenReader(folder, sources, module).Read(),
            JavaBuildTool.Gradle => new GradleReader(folder, sources, module).Read(),
            _ => Plain(folder),
        };
        project = JavaConfiguration.Read(folder, project);
        var program = sources.Of(project.Module).ToList();
        return project with
        {
            Health = project is { IsSpring: true, Health: { Hindrance: null } health } && program.Exists(file => Guards(file.Text))
                && !program.Exists(file => file.Text.Contains("actuator", StringComparison.Ordinal)
                    || file.Text.Contains("EndpointRequest", StringComparison.Ordinal))
                ? health with { Hindrance = "the program's own filters may ask for a login there: permit it, or set HealthCheck." }
                : project.Health,
            MainClasses = [.. program.Select(file => file.MainClass).OfType<string>()],
            Sources = [.. program.Select(file => new SourceFile(file.Path, file.Text))],
            HasTests = tool != JavaBuildTool.Plain && sources.HaveTests,
            UsesTls = program.Exists(file => file.UsesTls),
            UsesLocales = program.Exists(file => file.UsesLocales),
            IsPackedOtherwise = project.IsPackedOtherwise || (project.IsQuarkus && folder.ReadIfThere(
                $"{(project.Module is { } at ? at + "/" : "")}src/main/resources/application.properties") is { } properties
                && OtherPackage().IsMatch(properties)),
        };
    }

    // A filter chain of the program's own takes the place of the one that lets everybody ask (Spring Boot, "Actuator", "Security").
    private static bool Guards(string text) => text.Contains("SecurityFilterChain", StringComparison.Ordinal)
        || text.Contains("WebSecurityConfigurerAdapter", StringComparison.Ordinal)
        || text.Contains("SecurityWebFilterChain", StringComparison.Ordinal);

    /// <summary>Chooses the module that is a program: the only one.</summary>
    /// <param name="folder">The folder of the build.</param>
    /// <param name="programs">The folders of the modules that are programs.</param>
    /// <exception cref="MultiStageException">There are several, or none.</exception>
    public static string Choose(ProjectFolder folder, IReadOnlyList<string> programs) => programs switch
    {
        [var only] => only,
        [] =>
            throw new MultiStageException(
                $"'{folder.Path}' is a build of modules of which none is a program: they are libraries, or make what a server "
            + "loads. Name the one that has the program, as in java.Module = \"server\"."),
        _ =>
            throw new MultiStageException(
                $"'{folder.Path}' is a build of several programs: {string.Join(", ", programs)}. Choose one, as in "
            + $"java.Module = \"{programs[0]}\"."),
    };

    /// <summary>
    /// Tells whether the owner may run a script; where the file system does not say it, whether Git's own default is taken.
    /// </summary>
    public static bool IsExecutable(ProjectFolder folder, string file) => OperatingSystem.IsWindows() || !folder.Has(file)
        || (System.IO.File.GetUnixFileMode(Path.Combine(folder.Path, file)) & UnixFileMode.UserExecute) != UnixFileMode.None;

    private static JavaProject Plain(ProjectFolder folder)
    {
        var manifest = folder.Existing("META-INF/MANIFEST.MF", "MANIFEST.MF", "src/META-INF/MANIFEST.MF", "manifest.txt") is [var file, ..]
            ? folder.Read(file)
            : "";
        return new JavaProject
        {
            Tool = JavaBuildTool.Plain,
            Name = folder.Name,
            Version = JavaVersion.Feature(ManifestVersion().Match(manifest) is { Success: true } match
                ? match.Groups["version"].Value
                : null),
            File = "MANIFEST.MF",
            MainClass = ManifestMain().Match(manifest) is { Success: true } main ? main.Groups["name"].Value : null,
            HasDependencies = folder.HasFolder("lib")
                && folder.Find("*.jar").Any(path => path.StartsWith("lib/", StringComparison.Ordinal)),
        };
    }

    [GeneratedRegex(@"^\s*quarkus\.package\.(jar\.)?type\s*[=:]\s*(?!fast-jar)\S|^\s*quarkus\.native\.enabled\s*[=:]\s*true",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OtherPackage();

    [GeneratedRegex(@"^Build-Jdk-Spec:\s*(?<version>\S+)",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ManifestVersion();

    [GeneratedRegex(@"^Main-Class:\s*(?<name>\S+)", RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex ManifestMain();
}
