using System.Globalization;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Projects.Java;

/// <summary>
/// The steps that build a Java program: they leave its jar in <c>/application</c>, and those it needs in <c>/dependencies</c>.
/// </summary>
internal sealed class JavaBuild(JavaProject project, JavaProjectSettings settings, string version, bool onMusl)
{
    public const string Application = "/application";
    public const string Dependencies = "/dependencies";
    public const string Layers = "/layers";
    private const string CredentialsId = "java-credentials";
    private const string GradleScript = "/multistage.gradle";
    private static readonly string[] GradleVersions = ["9", "8", "7"];
    private const string GradleLibraries = "runtime-libraries";
    private const string Timestamp = "1980-01-01T00:00:02Z";

    public string BuilderImage
    {
        get
        {
            string[] images = [.. Images(project, version, onMusl)];
            return ToolchainTable.Default.First(images) ?? images[0];
        }
    }

    public IReadOnlyDictionary<string, string> Environment => project.Tool == JavaBuildTool.Gradle
        ? new Dictionary<string, string>(StringComparer.Ordinal) { ["GRADLE_USER_HOME"] = "/gradle" }
        : new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Returns the images with the build tool and the JDK, those that are preferred first. Not every Gradle has one for Alpine Linux;
    /// what it makes is the same.
    /// </summary>
    public static IEnumerable<string> Images(JavaProject project, string version, bool onMusl)
    {
        var alpine = onMusl ? "-alpine" : "";
        return (project.Tool, project.HasWrapper) switch
        {
            (JavaBuildTool.Maven, false) => [$"maven:3-eclipse-temurin-{version}{alpine}"],
            (JavaBuildTool.Gradle, false) =>
            [
                .. GradleVersions.Select(gradle => $"gradle:{gradle}-jdk{version}{alpine}"),
                .. GradleVersions.Select(gradle => $"gradle:{gradle}-jdk{version}"),
            ],
            _ => [$"eclipse-temurin:{version}-jdk{alpine}"],
        };
    }

    /// <summary>Gets the tool's command line up to its goals.</summary>
    public string Tool => project.Tool switch
    {
        JavaBuildTool.Maven => Wrapped("mvn", "./mvnw") + " -B -ntp",
        _ => Wrapped("gradle", "./gradlew") + " --no-daemon --console=plain",
    };

    public CredentialsFile? Credentials => project.Tool switch
    {
        JavaBuildTool.Maven => new CredentialsFile(CredentialsId, "/root/.m2/settings.xml"),
        JavaBuildTool.Gradle => new CredentialsFile(CredentialsId, "/gradle/gradle.properties"),
        _ => null,
    };

    public IEnumerable<RunMount> Mounts => project.Tool switch
    {
        JavaBuildTool.Maven => [RunMount.Cache("/root/.m2"), .. Credentials!.Mounts(settings)],
        JavaBuildTool.Gradle => [RunMount.Cache("/gradle", sharing: "locked"), .. Credentials!.Mounts(settings)],
        _ => [],
    };

    private string Wrapped(string tool, string wrapper) =>
        !project.HasWrapper ? tool : project.IsWrapperExecutable ? wrapper : "sh " + wrapper;

    private string Module => project.Module is null ? "" : project.Module + "/";

    /// <summary>Gets what has Maven build the module and those that it needs, in one run: each then finds the others.</summary>
    private string Reactor => project.Module is null ? "" : $" -pl {ShellWord.Quoted(project.Module)} -am";

    /// <summary>Gets what has Quarkus make its layers, whatever the project's own files say; older releases know the second name.</summary>
    private string Layered => project.IsPackedOtherwise
        ? " -Dquarkus.package.jar.type=fast-jar -Dquarkus.package.type=fast-jar -Dquarkus.native.enabled=false" : "";

    private bool HasLibraries => project is { HasDependencies: true, IsFat: false, IsQuarkus: false };

    public Stage With(Stage builder, ProjectFolder folder)
    {
        builder = project.Tool switch
        {
            JavaBuildTool.Maven =>
                Manifests(builder, folder)
                    .Run(Restore(), [.. Mounts])
                    .Because("Downloads what the project depends on once; a change of the source does not repeat it."),
            JavaBuildTool.Gradle =>
                Manifests(builder.Run(Script())
                    .Because("Downloads all that the project depends on, and makes the same jar of the same source."), folder)
                .Run($"{Tool} -I {GradleScript} downloadDependencies", [.. Mounts])
                .Because("Downloads what the project depends on once; a change of the source does not repeat it."),
            _ => builder,
        };
        builder = builder.Source(folder, project.Outside)
            .Run(Package(), [.. Mounts])
            .Because("Builds the jar, and takes it to where the other stages look for it.");
        return project.IsSpring
            ? builder.Run(IsOld
                ? $"java -Djarmode=layertools -jar {Application}/app.jar extract --destination {Layers}"
                : $"java -Djarmode=tools -jar {Application}/app.jar extract --layers --destination {Layers}")
                .Because("Spring Boot's own layers: what changes seldom stays in layers of its own.")
            : builder;
    }

    /// <summary>
    /// Gets a value indicating whether Spring Boot is older than 3.3, which brought the <c>tools</c> mode (Spring Boot reference,
    /// "Dockerfiles").
    /// </summary>
    public bool IsOld => SpringRelease is { } release && release < new Version(3, 3);

    public string Launcher =>
        SpringRelease is { } release && release < new Version(3, 2)
            ? "org.springframework.boot.loader.JarLauncher"
            : "org.springframework.boot.loader.launch.JarLauncher";

    private Version? SpringRelease => project.SpringVersion?.Split('.') is [var major, var minor, ..]
        && int.TryParse(major, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
        && int.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out var second) ? new Version(first, second) : null;

    /// <summary>Makes a runtime of the modules that the program uses.</summary>
    public string Jlink(IEnumerable<string> modules)
    {
        var release = int.Parse(version, NumberStyles.None, CultureInfo.InvariantCulture);
        var more = string.Concat(modules.Distinct(StringComparer.Ordinal).Select(module => "," + module));
        return ShellWord.Sequence(
            $"modules=\"$(jdeps --ignore-missing-deps --multi-release {version} --print-module-deps $(find {Application} {Dependencies} "
                + $"{Layers} -name \"*.jar\" 2>/dev/null))\"",
            $"jlink --add-modules \"$modules{more}\" --strip-debug --no-header-files --no-man-pages "
                + $"--compress={(release < 21 ? "2" : "zip-9")} --output {JavaPreset.Runtime}");
    }

    private Stage Manifests(Stage builder, ProjectFolder folder)
    {
        builder = builder.Manifests(folder, project.Manifests.Where(IsFile),
            "The build's files change less often than the source: what they ask for stays in the cache.");
        return project.Manifests.Where(manifest => !IsFile(manifest))
            .Aggregate(builder,
                (current, inner) => current.CopyNames([folder.InContext(inner)], inner + "/").Because("A folder of the build itself."));
    }

    private static bool IsFile(string manifest) => manifest is not (".mvn" or "gradle" or "buildSrc" or "build-logic");

    private string Restore() => $"{Tool} dependency:go-offline{Reactor}"
        + (project.Groups.Count == 0 ? "" : $" -DexcludeGroupIds={ShellWord.Quoted(string.Join(',', project.Groups))}");

    private static string Script() =>
        "printf \"%s\\n\" \"allprojects {\" \"  tasks.register('downloadDependencies') { doLast { configurations.findAll { "
            + "it.canBeResolved }.each { it.incoming.artifactView { lenient = true }.files.files } } }\""
        + $" \"  tasks.withType(AbstractArchiveTask).configureEach {{ preserveFileTimestamps = false; reproducibleFileOrder = true }}\""
        + " \"  tasks.register('runtimeLibraries', Copy) { from { configurations.findByName('runtimeClasspath') ?: [] }; into "
        + $"layout.buildDirectory.dir('{GradleLibraries}') }}\" \"}}\" > {GradleScript}";

    private string Package() => project.Tool switch
    {
        JavaBuildTool.Maven => ShellWord.Sequence(
            [
                $"{Tool} package{(HasLibraries ? " dependency:copy-dependencies -DincludeScope=runtime" : "")} -DskipTests"
                    + Layered
                    + $"{(project.IsReproducible ? "" : " -Dproject.build.outputTimestamp=" + Timestamp)}{Reactor}",
                .. HasLibraries
                    ? [$"mkdir -p {Dependencies}", $"cp {ShellWord.Quoted(Module + "target/dependency")}/*.jar {Dependencies}/"]
                    : Array.Empty<string>(),
                .. Take($"{Module}target"),
            ]),
        JavaBuildTool.Gradle => ShellWord.Sequence(
            [
                $"{Tool} -I {GradleScript} {GradleTask()}{Layered}",
                .. !HasLibraries ? Array.Empty<string>()
                    : [$"mkdir -p {Dependencies}", project.IsApplication ? $"cp {Module}build/install/*/lib/*.jar {Dependencies}/"
                        : $"find {Module}build/{GradleLibraries} -name \"*.jar\" -exec cp {{}} {Dependencies}/ \\;"],
                .. Take($"{Module}build"),
                .. HasLibraries && project.IsApplication ? [$"rm -f {Dependencies}/\"$(basename \"$jar\")\""] : Array.Empty<string>(),
            ]),
        _ => Javac(),
    };

    private string GradleTask()
    {
        var prefix = project.Module is null ? "" : ":" + project.Module.Replace('/', ':') + ":";
        string[] tasks = project.IsQuarkus ? ["quarkusBuild"] : project.IsSpring ? ["bootJar"] : project.IsFat ? ["shadowJar"]
            : !project.HasDependencies ? ["jar"] : project.IsApplication ? ["installDist"] : ["jar", "runtimeLibraries"];
        return string.Join(' ', tasks.Select(task => prefix + task));
    }

    /// <summary>Takes the largest jar, which is the one that has all: plugins leave the one they started from beside it.</summary>
    private string[] Take(string folder)
    {
        if (project.IsQuarkus)
        {
            return [$"mv {ShellWord.Quoted(folder + "/quarkus-app")} {Application}"];
        }

        var jars = project.Tool == JavaBuildTool.Gradle ? folder + "/libs" : folder;
        // A parent from elsewhere may have put all libraries into the jar; what is its own stays beside it.
        var plain = project.HasParentElsewhere && HasLibraries
            ? $"ls {ShellWord.Quoted(jars)}/original-*.jar 2>/dev/null || " : "";
        return
        [
            $"jar=\"$({plain}ls -S {ShellWord.Quoted(jars)}/*.jar "
                + "| grep -vE \"/original-|-(sources|javadoc|tests|plain)\\.jar$\" | head -n 1)\"",
            $"mkdir -p {Application}",
            $"cp \"$jar\" {Application}/app.jar",
        ];
    }

    private string Javac()
    {
        var libraries = project.HasDependencies ? " -cp \"lib/*\"" : "";
        return ShellWord.Sequence(
        [
            $"mkdir -p {Application} /classes",
            $"find . -name \"*.java\" ! -path \"*/test/*\" ! -path \"*/tests/*\" > /tmp/sources.txt",
            $"javac --release {version}{libraries} -d /classes @/tmp/sources.txt",
            "for folder in resources src/main/resources; do if test -d \"$folder\"; then cp -r \"$folder\"/. /classes/; fi; done",
            .. project.HasDependencies ? [$"mkdir -p {Dependencies}", $"cp lib/*.jar {Dependencies}/"] : Array.Empty<string>(),
            $"jar --create --file {Application}/app.jar"
                + (int.Parse(version, NumberStyles.None, CultureInfo.InvariantCulture) >= 17 ? $" --date={Timestamp}" : "")
                + " -C /classes .",
        ]);
    }
}
