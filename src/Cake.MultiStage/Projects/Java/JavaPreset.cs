using Cake.MultiStage.Projects.Detection;
using Cake.MultiStage.Projects.Hints;
using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Projects.Java;

/// <summary>
/// The preset for Java: Maven, Gradle or the compiler alone builds the jar; it ships with a runtime of the modules it
/// uses on an empty base, or on a base with a runtime; a Spring Boot program in layers.
/// </summary>
internal static class JavaPreset
{
    /// <summary>The folder of the runtime that <c>jlink</c> makes.</summary>
    public const string Runtime = "/java";

    private const string SourceDirectory = "/src";
    private const string AppDirectory = "/app";
    private const string User = "65532:65532";
    private const string DebuggerPort = "5005";
    private const string Debugger = "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=*:" + DebuggerPort;

    /// <summary>What takes natives of the machine's own platform: Maven's and Gradle's detectors, JavaFX, JavaCPP.</summary>
    private static readonly string[] OwnPlatform =
        ["os.detected", "osdetector", "org.openjfx", "javacppPlatform", "javacpp.platform", "org.bytedeco.gradle-javacpp"];

    public static EcosystemPreset Entry => new(Ecosystem.Java, EcosystemPreset.By<JavaProjectSettings>(Describe))
    {
        Manifests = ["pom.xml", "build.gradle.kts", "build.gradle", "settings.gradle.kts", "settings.gradle"],
        Sources = ["*.java"],
        // Sources lie in the folders of their packages.
        Below = path => path.EndsWith(".java", StringComparison.Ordinal) ? SignStrength.Source : null,
    };

    public static ImageProject Describe(string path, JavaProjectSettings settings)
    {
        var folder = new ProjectFolder(path);
        return JavaOwner.Of(folder) is { } owner
            ? Describe(owner,
                ImageProjectSettings.Changed(settings, java => java.Module = owner.Described + java.Module)).Widened(
                    $"'{folder.Path}' is a module of the build above it")
            : Describe(folder, settings);
    }

    private static ImageProject Describe(ProjectFolder folder, JavaProjectSettings settings)
    {
        var project = JavaReader.Read(folder, settings);
        folder = folder.Reaching(project.Outside, "The parent in pom.xml");
        var choice = JavaVersion.Choose(folder, project, settings, ToolchainTable.Default);
        var version = choice.Tag;
        var jlink = (settings.Jlink ?? project.Tool == JavaBuildTool.Plain) && version != "8";
        var final = Base(settings, version, jlink);
        var build = new JavaBuild(project, settings, version, final.HasMusl);
        var builder = build.With(BuilderSteps.Start(build.BuilderImage, settings, folder.In(SourceDirectory), build.Environment), folder);
        string[] modules = [.. settings.RuntimeModules, .. project.UsesTls ? ["jdk.crypto.ec"] : Array.Empty<string>(),
            .. project.UsesLocales ? ["jdk.localedata"] : Array.Empty<string>()];
        builder = jlink
            ? builder.Run(build.Jlink(modules)).Because("A runtime of the modules that the program uses, and no others.")
            : builder;
        List<Artifact> artifacts = [];
        Dictionary<string, string> environment = new(StringComparer.Ordinal) { ["JAVA_TOOL_OPTIONS"] = settings.JavaOptions };
        if (jlink)
        {
            artifacts.Add(new Artifact(Runtime + "/", Runtime + "/") { Reason = "The runtime." });
            environment["LANG"] = "C.UTF-8";
        }

        artifacts.AddRange(Artifacts(project, build));
        var emulated = jlink ? "jlink makes a runtime for the platform that it runs on"
            : OwnPlatform.FirstOrDefault(text => project.Manifests.Any(
                file => folder.ReadIfThere(file)?.Contains(text, StringComparison.Ordinal) == true)) is { } sign
                ? $"The build takes packages for the platform that it runs on ({sign})" : null;
        return new Preset
        {
            Name = settings.Name ?? ProjectDescription.NameFrom(project.Name),
            Builder = builder,
            Base = final,
            BaseReason = final.Flavor == BaseFlavor.Scratch
                ? "An empty base: the program brings its runtime, and that the few libraries it needs."
                : null,
            IsPortable = emulated is null,
            Emulated = emulated,
            Native = jlink ? Native(settings, final) : null,
            Artifacts = artifacts,
            Workdir = AppDirectory,
            Ports = project.Ports,
            Endpoint = project.Health,
            Listens = SourcePorts.OfJava(project.Sources),
            WritableFolders = project.Writes,
            User = User,
            Source = folder.In(SourceDirectory),
            Reads = ProgramReads.Of(folder, SourceLanguage.Java, project.Sources, [],
                project.Module is { } module ? ["", module + "/"] : [""], settings, Ignored(project)),
            Environment = environment,
            Entrypoint = [jlink ? Runtime + "/bin/java" : final.Flavor == BaseFlavor.Distroless ? "/usr/bin/java" : "java",
                .. Start(settings, project, build, folder)],
            Development = new DevelopmentSteps(DevelopmentCommand(settings, project, build, folder), DebuggerPort),
            Tests = new TestSteps(Test(project, build), build.Mounts),
            Credentials = build.Credentials,
            Ignored = Ignored(project),
            Findings = Findings(project, choice, jlink),
            Assumptions =
            [
                .. choice.Assumptions,
                .. project.Assumptions,
                .. PrivateFeed.Missing(JavaFeeds.Of(folder, project), settings),
                .. project is { IsSpring: true, SpringVersion: null }
                    ? [new Assumption("no file says the version of Spring Boot: it is taken to be 3.3 or newer, whose tools extract its "
                        + "layers. Where it is older, write its version where the plugin is named.", Doubtful: true)]
                    : Array.Empty<Assumption>(),
                .. project.IsPackedOtherwise
                    ? [new Assumption("the project has Quarkus make another package than its layers: this image is made of the layers, "
                        + "which start the same program.")]
                    : Array.Empty<Assumption>(),
                .. choice.Asked is null && settings.ToolchainVersion is null && settings.BuilderImage is null
                    ? [new Assumption($"no file says the version of Java: {version} builds. Set ToolchainVersion for another.")]
                    : Array.Empty<Assumption>(),
            ],
        }.Compose(folder, settings).WidenedTo(folder, "pom.xml names a parent outside of the folder");
    }

    private static string? Distroless(string version) => ToolchainTable.Default.First($"gcr.io/distroless/java{version}-debian13:nonroot");

    /// <summary>What Maven and Gradle leave beside each of their files; elsewhere a folder of such a name is a package's.</summary>
    private static IReadOnlyList<string> Ignored(JavaProject project)
    {
        var folders =
            project.Manifests.Where(file => Path.GetFileName(file) is "pom.xml" || file.Contains(".gradle", StringComparison.Ordinal))
            .Select(file => file[..(file.LastIndexOf('/') + 1)]).Distinct(StringComparer.Ordinal);
        return [.. folders.Select(above => above + (project.Tool == JavaBuildTool.Maven ? "target" : "build")), "**/.gradle",
            "**/.settings", "**/.classpath", "**/.project"];
    }

    private static NativeProgram Native(JavaProjectSettings settings, ChosenBase final) => new(
        $"{Runtime}/bin/java {Runtime}/lib/*.so {Runtime}/lib/server/*.so",
        ChosenBase.LibraryOf(settings.BuilderImage ?? (final.HasMusl ? "jdk:alpine" : "jdk:noble"), settings),
        "Leave out java.BuilderImage, or choose another base, as in java.Flavor = BaseFlavor.Slim.")
    {
        Own = Runtime,
        Search = $"{Runtime}/lib/server:{Runtime}/lib",
    };

    private static ChosenBase Base(JavaProjectSettings settings, string version, bool jlink)
    {
        Dictionary<BaseFlavor, string> bases = jlink
            ? new()
            {
                [BaseFlavor.Scratch] = "scratch",
                [BaseFlavor.Distroless] = "gcr.io/distroless/cc-debian13:nonroot",
                [BaseFlavor.Alpine] = "alpine:3",
                [BaseFlavor.Slim] = "debian:trixie-slim",
            }
            : new()
            {
                [BaseFlavor.Alpine] = $"eclipse-temurin:{version}-jre-alpine",
                [BaseFlavor.Slim] = $"eclipse-temurin:{version}-jre",
            };
        if (!jlink && Distroless(version) is { } distroless)
        {
            bases[BaseFlavor.Distroless] = distroless;
        }

        var preferred = jlink ? BaseFlavor.Scratch : bases.ContainsKey(BaseFlavor.Distroless) ? BaseFlavor.Distroless : BaseFlavor.Slim;
        return ChosenBase.Of(jlink ? "Java with a runtime of jlink's" : $"Java {version}", settings, preferred, bases);
    }

    private static IEnumerable<Artifact> Artifacts(JavaProject project, JavaBuild build)
    {
        if (project.IsQuarkus)
        {
            string[] parts = ["lib/", "quarkus-run.jar", "app/", "quarkus/"];
            return parts.Select(
                part => new Artifact($"{JavaBuild.Application}/{part}", $"{AppDirectory}/{part}")
                    { Reason = "A layer of Quarkus' own: what changes seldom comes first." });
        }

        if (project.IsSpring)
        {
            string[] layers = ["dependencies", "spring-boot-loader", "snapshot-dependencies", "application"];
            return layers.Select(
                layer => new Artifact($"{JavaBuild.Layers}/{layer}/", AppDirectory + "/")
                    { Reason = $"Spring Boot's layer '{layer}'{(build.IsOld ? "" : ", as its own tools extract it")}." });
        }

        var jar = new Artifact(JavaBuild.Application + "/app.jar", AppDirectory + "/app.jar") { Reason = "The program." };
        return HasLibraries(project)
            ? [new Artifact(JavaBuild.Dependencies + "/", AppDirectory + "/lib/")
                { Reason = "What the program depends on changes less often than the program: a layer of its own." }, jar]
            : [jar];
    }

    private static bool HasLibraries(JavaProject project) => project is { HasDependencies: true, IsFat: false, IsQuarkus: false };

    private static string[] Start(JavaProjectSettings settings, JavaProject project, JavaBuild build, ProjectFolder folder)
    {
        if (project.IsQuarkus)
        {
            return ["-jar", AppDirectory + "/quarkus-run.jar"];
        }

        if (project.IsSpring)
        {
            return build.IsOld ? [build.Launcher] : ["-jar", "app.jar"];
        }

        return project.IsFat && settings.MainClass is null ? ["-jar", AppDirectory + "/app.jar"]
            : ["-cp", AppDirectory + "/app.jar" + (HasLibraries(project) ? $":{AppDirectory}/lib/*" : ""),
                MainClass(settings, project, folder)];
    }

    /// <exception cref="MultiStageException">No class with <c>main</c> is known, or several are.</exception>
    private static string MainClass(JavaProjectSettings settings, JavaProject project, ProjectFolder folder) =>
        (settings.MainClass ?? project.MainClass, project.MainClasses) switch
    {
        ({ } given, _) => given,
        (_, [var only]) => only,
        (_, []) =>
            throw new MultiStageException(
                $"'{folder.Path}{(project.Module is { } module ? "/" + module : "")}' has no class with a main method: it is a library, or "
                    + "the class comes from a dependency. Name it, as in "
            + "java.MainClass = \"com.example.Main\", or describe the program that uses the library."),
        var (_, several) =>
            throw new MultiStageException(
                $"'{folder.Path}' has several classes with a main method: {string.Join(", ", several)}. Choose one, as in java.MainClass = "
                    + $"\"{several[0]}\"."),
    };

    private static string[] DevelopmentCommand(JavaProjectSettings settings, JavaProject project, JavaBuild build, ProjectFolder folder)
    {
        var libraries = HasLibraries(project) ? $":{JavaBuild.Dependencies}/*" : "";
        string[] only = project.Module is null || project.Tool != JavaBuildTool.Maven ? [] : ["-pl", project.Module];
        var task = project.Module is null ? "" : $":{project.Module.Replace('/', ':')}:";
        return (project.IsSpring, project.Tool) switch
        {
            _ when project.IsQuarkus && project.Tool == JavaBuildTool.Maven =>
                [.. build.Tool.Split(' '), .. only, "quarkus:dev", "-Dquarkus.http.host=0.0.0.0", "-DdebugHost=0.0.0.0"],
            _ when project.IsQuarkus => [.. build.Tool.Split(' '), task + "quarkusDev"],
            (true, JavaBuildTool.Maven) =>
                [.. build.Tool.Split(' '), .. only, "spring-boot:run", $"-Dspring-boot.run.jvmArguments={Debugger}"],
            (true, _) => [.. build.Tool.Split(' '), task + "bootRun", "--debug-jvm"],
            _ when project.IsFat => ["java", Debugger, "-jar", JavaBuild.Application + "/app.jar"],
            _ => ["java", Debugger, "-cp", JavaBuild.Application + "/app.jar" + libraries, MainClass(settings, project, folder)],
        };
    }

    private static string? Test(JavaProject project, JavaBuild build) => (project.HasTests, project.Tool) switch
    {
        (true, JavaBuildTool.Maven) => Tests($"{build.Tool} test", "*/surefire-reports/*.xml"),
        (true, JavaBuildTool.Gradle) => Tests($"{build.Tool} test", "*/build/test-results/*.xml"),
        _ => null,
    };

    /// <summary>Runs the tests and takes their reports along, whether they passed or not.</summary>
    private static string Tests(string command, string reports) =>
        $"{command}; code=$?; find . -path \"{reports}\" -exec cp {{}} {ReadyVariants.ResultsFolder}/ \\;; exit $code";

    private static IReadOnlyList<string> Findings(JavaProject project, VersionChoice choice, bool jlink) =>
    [
        (project.Tool, project.HasWrapper) switch
        {
            (JavaBuildTool.Maven, true) => "pom.xml: Maven's wrapper builds it",
            (JavaBuildTool.Maven, false) => "pom.xml: Maven builds it",
            (JavaBuildTool.Gradle, true) => "Gradle's wrapper builds it",
            (JavaBuildTool.Gradle, false) => "Gradle builds it",
            _ => "nothing but sources: javac builds them",
        },
        .. project.Findings,
        .. project.IsQuarkus ? ["a Quarkus program: it ships in layers"] : Array.Empty<string>(),
        .. choice.Asked is { } asked ? [$"{asked.File} asks for Java {asked.Text}"] : Array.Empty<string>(),
        .. project.IsSpring
            ? [$"a Spring Boot program{(project.SpringVersion is { } spring ? " of version " + spring : "")}: it ships in layers"]
            : Array.Empty<string>(),
        .. jlink ? ["jlink makes a runtime of the modules that the program uses"] : Array.Empty<string>(),
        .. jlink && project.UsesTls
            ? ["the source mentions https or TLS: the runtime gets the module jdk.crypto.ec"]
            : Array.Empty<string>(),
        .. jlink && project.UsesLocales
            ? ["the source formats by locale: the runtime gets the module jdk.localedata"]
            : Array.Empty<string>(),
    ];
}
