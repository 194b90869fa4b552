using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Java;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

public sealed class JavaProjectTests : FolderFixture
{
    private const string Main = "package com.example;\nclass App { public static void main(String[] a) { } }\n";

    private ImageProject Project(Action<JavaProjectSettings>? configure = null)
    {
        var settings = new JavaProjectSettings();
        configure?.Invoke(settings);
        return JavaPreset.Describe(_folder.Path, settings);
    }

    private string Text(Action<JavaProjectSettings>? configure = null) => Project(configure).ToDockerfile().ToString();

    private void Maven(string more, string source = Main) =>
        _folder.File("pom.xml",
            $"<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><groupId>g</groupId><artifactId>app</artifactId>{more}</project>")
                .File("src/main/java/com/example/App.java", source);

    [Test]
    public void Sources_alone_ship_on_scratch_with_a_runtime_of_their_own()
    {
        _folder.File(".java-version", "21\n").File("src/com/example/App.java", Main);
        var text = Text();
        Assert.That(text,
            Does.StartWith("FROM eclipse-temurin:21-jdk AS builder\nWORKDIR /src\nCOPY . .\n")
                .And.Contain("javac --release 21 -d /classes @/tmp/sources.txt"));
        Assert.That(text,
            Does.Contain(
                "jlink --add-modules \"$modules\" --strip-debug --no-header-files --no-man-pages --compress=zip-9 --output /java\n")
                    .And.Contain("FROM scratch AS final\n"));
        Assert.That(text,
            Does.Contain("LD_LIBRARY_PATH=/java/lib/server:/java/lib ldd /java/bin/java /java/lib/*.so /java/lib/server/*.so")
                .And.Contain("grep -v \"^/java/\""));
        Assert.That(text,
            Does.EndWith("USER 65532:65532\nENTRYPOINT [\"/java/bin/java\", \"-cp\", \"/app/app.jar\", \"com.example.App\"]\n")
                .And.Contain("JAVA_TOOL_OPTIONS=-XX:MaxRAMPercentage=75.0"));
    }

    [Test]
    public void Maven_downloads_before_the_source_comes_in_and_its_dependencies_are_a_layer()
    {
        Maven(
            "<properties><maven.compiler.release>21</maven.compiler.release></properties>"
                + "<dependencies><dependency><artifactId>x</artifactId></dependency></dependencies>");
        var text = Text();
        Assert.That(text, Does.StartWith(
            """
            FROM maven:3-eclipse-temurin-21 AS builder
            WORKDIR /src
            COPY pom.xml ./
            RUN --mount=type=cache,target=/root/.m2 mvn -B -ntp dependency:go-offline
            COPY . .
            RUN --mount=type=cache,target=/root/.m2 mvn -B -ntp package dependency:copy-dependencies -DincludeScope=runtime -DskipTests ↩
            -Dproject.build.outputTimestamp=1980-01-01T00:00:02Z \
             && mkdir -p /dependencies \
             && cp target/dependency/*.jar /dependencies/ \
            """.Unfolded()));
        Assert.That(text,
            Does.Contain("FROM gcr.io/distroless/java21-debian13:nonroot AS final\n")
                .And.Contain("COPY --from=builder /dependencies/ /app/lib/\nCOPY --from=builder /application/app.jar /app/app.jar\n"));
        Assert.That(text, Does.EndWith("ENTRYPOINT [\"/usr/bin/java\", \"-cp\", \"/app/app.jar:/app/lib/*\", \"com.example.App\"]\n"));
    }

    [TestCase("3.3.1", "java -Djarmode=tools -jar /application/app.jar extract --layers --destination /layers\n",
        "[\"/usr/bin/java\", \"-jar\", \"app.jar\"]")]
    [TestCase("3.2.0", "java -Djarmode=layertools -jar /application/app.jar extract --destination /layers\n",
        "[\"/usr/bin/java\", \"org.springframework.boot.loader.launch.JarLauncher\"]")]
    [TestCase("2.7.18", "java -Djarmode=layertools", "[\"/usr/bin/java\", \"org.springframework.boot.loader.JarLauncher\"]")]
    public void Spring_Boot_ships_in_its_layers(string version, string extract, string entrypoint)
    {
        Maven(
            $"<parent><artifactId>spring-boot-starter-parent</artifactId><version>{version}</version></parent>"
                + "<properties><java.version>17</java.version></properties>"
                + "<build><plugins><plugin><artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build>");
        var text = Text();
        Assert.That(text,
            Does.Contain(extract).And.Contain("FROM gcr.io/distroless/java17-debian13:nonroot AS final\n").And.Contain("ENTRYPOINT "
                + entrypoint
                + "\n"));
        Assert.That(text,
            Does.Contain(
                "COPY --from=builder /layers/dependencies/ /app/\nCOPY --from=builder /layers/spring-boot-loader/ /app/\nCOPY "
                    + "--from=builder /layers/snapshot-dependencies/ /app/\nCOPY --from=builder /layers/application/ /app/\n"));
    }

    [Test]
    public void Wrappers_are_used_and_travel_with_the_build_files()
    {
        Maven("");
        _folder.Files("mvnw", ".mvn/wrapper/maven-wrapper.properties");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder["mvnw"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        Assert.That(Text(),
            Does.StartWith("FROM eclipse-temurin:25-jdk AS builder\n").And.Contain("COPY pom.xml mvnw ./\nCOPY .mvn .mvn/\n")
                .And.Contain(" ./mvnw -B -ntp package"));
    }

    [Test]
    public void Surefire_reports_come_out_of_the_test_run()
    {
        Maven("");
        _folder.File("src/test/java/AppTest.java");
        Assert.That(Text(),
            Does.Contain(
                "(mvn -B -ntp test; code=$?; find . -path \"*/surefire-reports/*.xml\" -exec cp {} /test-results/ \\;; exit $code)"));
    }

    [TestCase(
        "plugins { id 'org.springframework.boot' version '3.4.0' }\njava { toolchain { languageVersion = JavaLanguageVersion.of(21) } }",
        "9-jdk21", "bootJar")]
    [TestCase("plugins { id(\"com.gradleup.shadow\") version \"8\" }\nsourceCompatibility = JavaVersion.VERSION_17", "9-jdk17",
        "shadowJar")]
    [TestCase("plugins { id 'application' }\ndependencies { implementation 'a:b:1' }\njava.sourceCompatibility = '1.8'", "8-jdk8",
        "installDist")]
    [TestCase("tasks.withType<JavaCompile> { options.release = 25 }", "9-jdk25", "jar")]
    public void Gradle_builds_the_jar_that_its_plugins_make(string script, string image, string task)
    {
        _folder.File("build.gradle", script)
            .File("settings.gradle", "rootProject.name = 'app'\n")
            .File("src/main/java/com/example/App.java", Main);
        Assert.That(Text(),
            Does.StartWith($"FROM gradle:{image} AS builder\nENV GRADLE_USER_HOME=/gradle\n").And.Contain(
                "COPY build.gradle settings.gradle ./\n").And.Contain("-I /multistage.gradle downloadDependencies\nCOPY . .\n").And.Contain(
                    $"-I /multistage.gradle {task} \\\n"));
    }

    [Test]
    public void Two_tools_are_a_choice()
    {
        Maven("");
        _folder.File("build.gradle", "");
        Assert.That(() => Text(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("java.BuildTool = JavaBuildTool.Maven"));
        Assert.That(Text(java => java.BuildTool = JavaBuildTool.Maven), Does.Contain("mvn -B"));
    }

    [Test]
    public void Several_main_classes_are_listed_and_one_can_be_chosen()
    {
        _folder.File("A.java", "class A { static void main() { } }").File("B.java", "class B { static void main() { } }");
        Assert.That(() => Text(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("A, B").And.Message.Contains("java.MainClass = \"A\""));
        Assert.That(Text(java => java.MainClass = "B"), Does.Contain("\"/app/app.jar\", \"B\"]"));
    }

    [TestCase(BaseFlavor.Slim, null, "FROM eclipse-temurin:25-jre AS final\n")]
    [TestCase(BaseFlavor.Alpine, null, "FROM eclipse-temurin:25-jre-alpine AS final\n")]
    [TestCase(BaseFlavor.Distroless, true, "FROM gcr.io/distroless/cc-debian13:nonroot AS final\n")]
    [TestCase(null, true, "FROM scratch AS final\n")]
    public void Each_flavor_has_its_base(BaseFlavor? flavor, bool? jlink, string line)
    {
        Maven("");
        Assert.That(Text(java => (java.Flavor, java.Jlink) = (flavor, jlink)), Does.Contain(line));
    }

    [Test]
    public void A_program_that_calls_https_gets_the_elliptic_curves()
    {
        _folder.File("App.java", "class App { static void main() { var a = \"https://example.com\"; } }");
        Assert.That(Text(java => java.RuntimeModules.Add("jdk.zipfs")), Does.Contain("\"$modules,jdk.zipfs,jdk.crypto.ec\""));
    }

    [Test]
    public void Development_listens_for_a_debugger()
    {
        _folder.File("App.java", Main);
        Assert.That(Text(),
            Does.Contain("EXPOSE 5005\nCMD [\"java\", \"-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=*:5005\""));
    }

    private void Module(string folder, string more, string? source = null)
    {
        _folder.File($"{folder}/pom.xml",
            $"<project><parent><groupId>g</groupId><artifactId>all</artifactId></parent>"
                + $"<artifactId>{folder.Split('/')[^1]}</artifactId>{more}</project>");
        if (source is not null)
        {
            _folder.File($"{folder}/src/main/java/{folder}/Main.java", $"package {folder};\n{source}");
        }
    }

    [Test]
    public void The_only_program_of_several_modules_is_built_in_one_reactor_run()
    {
        _folder.File("pom.xml",
            "<project><groupId>g</groupId><artifactId>all</artifactId><packaging>pom</packaging>"
            + "<modules><module>words</module><module>server</module></modules>"
            + "<properties><maven.compiler.release>21</maven.compiler.release></properties></project>");
        Module("words", "<groupId>g.words</groupId>", "class Main { }");
        Module("server", "<dependencies><dependency><artifactId>words</artifactId></dependency></dependencies>",
            "class Main { public static void main(String[] a) { } }");
        var text = Text();
        Assert.That(text, Does.Contain("mvn -B -ntp dependency:go-offline -pl server -am -DexcludeGroupIds=g,g.words\n"));
        Assert.That(text,
            Does.Contain(
                "mvn -B -ntp package dependency:copy-dependencies -DincludeScope=runtime -DskipTests "
                    + "-Dproject.build.outputTimestamp=1980-01-01T00:00:02Z -pl server -am \\\n"
            + " && mkdir -p /dependencies \\\n && cp server/target/dependency/*.jar /dependencies/ \\\n && jar=\"$(ls -S "
            + "server/target/*.jar"));
        Assert.That(text, Does.Contain("\"server.Main\"]").And.StartWith("FROM maven:3-eclipse-temurin-21 "));
        Assert.That(Project().Findings, Has.One.EqualTo("of 2 modules server is the program"));
        Module("batch", "", "class Main { void main() { } }");
        _folder.File("pom.xml",
            "<project><artifactId>all</artifactId><packaging>pom</packaging>"
                + "<modules><module>words</module><module>server</module><module>batch</module></modules></project>");
        Assert.That(() => Text(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("several programs: server, batch")
                .And.Message.Contains("java.Module = \"server\""));
        Assert.That(Text(java => java.Module = "batch"), Does.Contain("\"batch.Main\"]"));
    }

    [Test]
    public void A_build_of_libraries_says_so()
    {
        _folder.File("pom.xml",
            "<project><artifactId>all</artifactId><packaging>pom</packaging>"
                + "<modules><module>words</module></modules></project>");
        Module("words", "", "class Words { }");
        Assert.That(() => Text(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("none is a program: they are libraries"));
        Maven("", "class App { }");
        Assert.That(() => Text(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("no class with a main method: it is a library"));
        Maven("<packaging>war</packaging>");
        Assert.That(() => Text(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("makes a .war").And.Message.Contains("MultiStageProject"));
    }

    [Test]
    public void Classes_of_wrappers_and_of_the_builds_own_tests_are_no_programs()
    {
        Maven("");
        _folder.File(".mvn/wrapper/MavenWrapperDownloader.java", "class MavenWrapperDownloader { public static void main(String[] a) { } }")
            .File("src/it/java/Try.java", "class Try { static void main(String[] a) { } }")
            .File("src/jmh/java/Bench.java", "class Bench { static void main(String[] a) { } }");
        Assert.That(Text(), Does.EndWith("\"com.example.App\"]\n"));
    }

    [Test]
    public void A_wrapper_is_read_by_a_shell_where_it_may_not_be_run()
    {
        Maven("");
        _folder.Files("mvnw", ".mvn/wrapper/maven-wrapper.properties");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder["mvnw"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
            Assert.That(Text(), Does.Contain("sh ./mvnw -B -ntp package"));
        }

        File.Delete(_folder[".mvn/wrapper/maven-wrapper.properties"]);
        Assert.That(Text(), Does.Contain("RUN --mount=type=cache,target=/root/.m2 mvn -B"));
        Assert.That(Project().Assumptions.Select(one => one.Text), Has.One.Contains("the image's own Maven builds"));
    }

    [TestCase("7.4", "17")]
    [TestCase("8.5", "21")]
    [TestCase("9.1.0", "25")]
    public void A_wrapper_gets_a_JDK_that_its_Gradle_runs_on(string gradle, string java)
    {
        _folder.File("build.gradle", "plugins { id 'application' }")
            .File("src/main/java/com/example/App.java", Main)
            .Files("gradlew", "gradle/wrapper/gradle-wrapper.jar")
            .File("gradle/wrapper/gradle-wrapper.properties",
                $"distributionUrl=https\\://services.gradle.org/distributions/gradle-{gradle}-bin.zip\n");
        Assert.That(Text(), Does.StartWith($"FROM eclipse-temurin:{java}-jdk AS builder\n").And.Contain("gradlew --no-daemon"));
        File.Delete(_folder["gradle/wrapper/gradle-wrapper.jar"]);
        Assert.That(Text(), Does.StartWith("FROM gradle:9-jdk25 AS builder\n"));
        Assert.That(Project().Assumptions.Where(one => one.Doubtful).Select(one => one.Text), Has.One.Contains("gradlew lacks"));
    }

    [TestCase("sourceCompatibility = JavaVersion.VERSION_1_8", "8-jdk8")]
    [TestCase("java { sourceCompatibility(JavaVersion.VERSION_17) }", "9-jdk17")]
    [TestCase("kotlin { compilerOptions { jvmTarget.set(JvmTarget.JVM_21) } }", "9-jdk21")]
    [TestCase("kotlinOptions { jvmTarget = \"1.8\" }", "8-jdk8")]
    public void Gradles_words_for_a_release_are_read(string script, string image)
    {
        _folder.File("build.gradle.kts", "plugins {\n    application\n}\n" + script).File("src/main/java/com/example/App.java", Main);
        Assert.That(Text(), Does.StartWith($"FROM gradle:{image} AS builder\n"));
    }

    [Test]
    public void A_toolchain_of_Maven_is_exactly_that_JDK()
    {
        Maven(
            "<properties><java.version>11</java.version></properties>"
                + "<build><plugins><plugin><artifactId>maven-toolchains-plugin</artifactId>"
                + "<configuration><toolchains><jdk><version>17</version></jdk></toolchains></configuration></plugin></plugins></build>");
        Assert.That(Text(), Does.StartWith("FROM maven:3-eclipse-temurin-17 AS builder\n"));
    }

    [TestCase("fun main() { }", "com.example.MainKt")]
    [TestCase("fun main(args: Array<String>) { }", "com.example.MainKt")]
    [TestCase("@file:JvmName(\"Start\")\nsuspend fun main() { }", "com.example.Start")]
    public void Kotlin_runs_the_class_that_is_compiled_of_the_file_and_ships_its_standard_library(string source, string main)
    {
        var lines = source.Split('\n');
        var text = lines.Length > 1 ? $"{lines[0]}\npackage com.example\n{lines[1]}" : $"package com.example\n{source}";
        _folder.File("build.gradle.kts", "plugins {\n    kotlin(\"jvm\") version \"2.3.0\"\n}\nkotlin { jvmToolchain(21) }\n")
            .File("src/main/kotlin/main.kt", text);
        Assert.That(Text(),
            Does.Contain(
                "-I /multistage.gradle jar runtimeLibraries \\\n && mkdir -p /dependencies \\\n && find build/runtime-libraries -name "
                    + "\"*.jar\" -exec cp {} /dependencies/ \\; \\\n")
            .And.EndWith($"\"/app/app.jar:/app/lib/*\", \"{main}\"]\n"));
    }

    [Test]
    public void Kotlin_alone_has_nothing_that_builds_it()
    {
        _folder.File("Main.kt", "fun main() { }");
        Assert.That(() => Text(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("Kotlin's sources and nothing that builds them"));
    }

    [Test]
    public void The_only_program_of_Gradles_projects_is_found_by_its_plugins_also_those_of_the_catalog()
    {
        _folder.File("settings.gradle.kts",
            "rootProject.name = \"shop\"\ninclude(\"words\", \":apps:server\")\nincludeBuild(\"build-logic\")\n")
            .File("build.gradle.kts", "plugins {\n    alias(libs.plugins.spring.boot) apply false\n}\n")
            .File("gradle/libs.versions.toml",
                "[versions]\nboot = \"3.5.0\"\n[plugins]\nspring-boot = { id = \"org.springframework.boot\", version.ref = \"boot\" }\n")
            .File("words/build.gradle.kts", "plugins {\n    `java-library`\n}\n")
            .File("apps/server/build.gradle.kts",
                "plugins {\n    alias(libs.plugins.spring.boot)\n}\njava { toolchain { languageVersion = JavaLanguageVersion.of(21) } }\n")
            .File("apps/server/src/main/java/com/example/App.java", Main);
        Assert.That(Text(),
            Does.Contain("-I /multistage.gradle :apps:server:bootJar \\\n && jar=\"$(ls -S apps/server/build/libs/*.jar")
                .And.Contain("-Djarmode=tools"));
        Assert.That(Project().Findings, Has.One.EqualTo("of 2 projects apps/server is the program").And.One.Contains("of version 3.5.0"));
        _folder.File("words/build.gradle.kts", "plugins {\n    application\n}\n");
        Assert.That(() => Text(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("several programs: words, apps/server"));
    }

    [TestCase("<dependencyManagement><dependencies><dependency><artifactId>spring-boot-dependencies</artifactId><version>${b}</version>"
        + "</dependency></dependencies></dependencyManagement>", "", "layertools")]
    [TestCase("", "<version>${b}</version>", "layertools")]
    [TestCase("", "", "tools")]
    public void Spring_Boot_s_version_is_that_of_its_bill_or_its_plugin(string bill, string version, string mode)
    {
        Maven($"<properties><b>3.1.0</b></properties>{bill}<build><plugins><plugin><artifactId>spring-boot-maven-plugin</artifactId>"
            + $"{version}</plugin></plugins></build>");
        Assert.That(Text(), Does.Contain($"-Djarmode={mode} "));
        Assert.That(Project().Assumptions.Any(one => one.Text.StartsWith("no file says the version of Spring", StringComparison.Ordinal)),
            Is.EqualTo(mode == "tools"));
    }

    [TestCase("<quarkus.package.jar.type>uber-jar</quarkus.package.jar.type>", "", true)]
    [TestCase("", "quarkus.package.type=uber-jar\n", true)]
    [TestCase("", "quarkus.native.enabled = true\n", true)]
    [TestCase("", "quarkus.package.jar.type=fast-jar\n%dev.quarkus.http.port=1\n", false)]
    public void Quarkus_makes_its_layers_whatever_its_files_say(string property, string properties, bool isOther)
    {
        Maven($"<properties>{property}</properties><build><plugins><plugin><artifactId>quarkus-maven-plugin</artifactId></plugin></plugins>"
            + "</build>", "class Resource { }");
        _folder.File("src/main/resources/application.properties", properties);
        Assert.That(Text().Contains(" -Dquarkus.package.jar.type=fast-jar -Dquarkus.package.type=fast-jar", StringComparison.Ordinal),
            Is.EqualTo(isOther));
        Assert.That(Project().Assumptions.Any(one => one.Text.Contains("another package than its layers", StringComparison.Ordinal)),
            Is.EqualTo(isOther));
    }

    [Test]
    public void A_jar_that_a_parent_from_elsewhere_fills_ships_without_what_ships_beside_it()
    {
        Maven("<parent><artifactId>micronaut-parent</artifactId><version>4.5.0</version></parent><dependencies><dependency>"
            + "<artifactId>a</artifactId></dependency></dependencies><properties><exec.mainClass>a.B</exec.mainClass></properties>");
        Assert.That(Text(), Does.Contain("jar=\"$(ls target/original-*.jar 2>/dev/null || ls -S target/*.jar | "));
    }

    [Test]
    public void Quarkus_ships_in_layers_of_its_own()
    {
        Maven(
            "<properties><maven.compiler.release>21</maven.compiler.release></properties><dependencies><dependency>"
                + "<artifactId>quarkus-rest</artifactId></dependency></dependencies><build><plugins><plugin>"
                + "<artifactId>quarkus-maven-plugin</artifactId></plugin></plugins></build>", "class Resource { }");
        Assert.That(Text(),
            Does.Contain(" && mv target/quarkus-app /application\n").And.Contain(
                "COPY --from=builder /application/lib/ /app/lib/\nCOPY --from=builder /application/quarkus-run.jar /app/quarkus-run.jar\n"
            + "COPY --from=builder /application/app/ /app/app/\nCOPY --from=builder /application/quarkus/ /app/quarkus/\n"));
        Assert.That(Text(),
            Does.Contain("EXPOSE 8080\nUSER 65532:65532\nENTRYPOINT [\"/usr/bin/java\", \"-jar\", \"/app/quarkus-run.jar\"]\n")
                .And.Contain("\"quarkus:dev\""));
    }

    [Test]
    public void Micronaut_is_laid_out_by_the_plugin_application()
    {
        _folder.File("build.gradle",
            "plugins {\n    id(\"io.micronaut.application\") version \"4.5.0\"\n}\ndependencies {\n    "
                + "implementation(\"a:b\")\n}\napplication { mainClass = \"com.example.Application\" }\n");
        Assert.That(Text(),
            Does.Contain("-I /multistage.gradle installDist \\\n").And.Contain("EXPOSE 8080\n")
                .And.EndWith("\"/app/app.jar:/app/lib/*\", \"com.example.Application\"]\n"));
    }

    [Test]
    public void An_app_for_Android_is_told()
    {
        _folder.File("build.gradle.kts", "plugins { id(\"com.android.application\") }\n");
        Assert.That(() => Text(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("an app for Android"));
    }

    [TestCase("Locale.GERMANY", true)]
    [TestCase("Locale.ROOT", false)]
    public void A_runtime_keeps_the_locales_that_a_program_formats_by(string locale, bool keeps)
    {
        _folder.File("App.java", $"class App {{ static void main() {{ String.format({locale}, \"\"); }} }}");
        Assert.That(Text().Contains("\"$modules,jdk.localedata\"", StringComparison.Ordinal), Is.EqualTo(keeps));
    }

    [Test]
    public void A_folder_without_Java_is_told() =>
        Assert.That(() => Text(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("is not a Java project"));
}
