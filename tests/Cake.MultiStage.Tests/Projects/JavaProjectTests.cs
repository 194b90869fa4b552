using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Java;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

public sealed class JavaProjectTests
{
    private const string Main = "package com.example;\nclass App { public static void main(String[] a) { } }\n";

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    private ImageProject Project(Action<JavaProjectSettings>? configure = null)
    {
        var settings = new JavaProjectSettings();
        configure?.Invoke(settings);
        return JavaPreset.Describe(_folder.Path, settings);
    }

    private string Text(Action<JavaProjectSettings>? configure = null) => Project(configure).ToDockerfile().ToString();

    private void Maven(string more, string source = Main) =>
        _folder.File("pom.xml", $"<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><groupId>g</groupId><artifactId>app</artifactId>{more}</project>").File("src/main/java/com/example/App.java", source);

    [Test]
    public void Sources_alone_ship_on_scratch_with_a_runtime_of_their_own()
    {
        _folder.File(".java-version", "21\n").File("src/com/example/App.java", Main);
        var text = Text();
        Assert.That(text, Does.StartWith("FROM eclipse-temurin:21-jdk AS builder\nWORKDIR /src\nCOPY . .\n").And.Contain("javac --release 21 -d /classes @/tmp/sources.txt"));
        Assert.That(text, Does.Contain("jlink --add-modules \"$modules\" --strip-debug --no-header-files --no-man-pages --compress=zip-9 --output /java\n").And.Contain("FROM scratch AS final\n"));
        Assert.That(text, Does.Contain("LD_LIBRARY_PATH=/java/lib/server:/java/lib ldd /java/bin/java /java/lib/*.so /java/lib/server/*.so").And.Contain("grep -v \"^/java/\""));
        Assert.That(text, Does.EndWith("USER 65532:65532\nENTRYPOINT [\"/java/bin/java\", \"-cp\", \"/app/app.jar\", \"com.example.App\"]\n").And.Contain("JAVA_TOOL_OPTIONS=-XX:MaxRAMPercentage=75.0"));
    }

    [Test]
    public void Maven_downloads_before_the_source_comes_in_and_its_dependencies_are_a_layer()
    {
        Maven("<properties><maven.compiler.release>21</maven.compiler.release></properties><dependencies><dependency><artifactId>x</artifactId></dependency></dependencies>");
        var text = Text();
        Assert.That(text, Does.StartWith(
            """
            FROM maven:3-eclipse-temurin-21 AS builder
            WORKDIR /src
            COPY pom.xml ./
            RUN --mount=type=cache,target=/root/.m2 mvn -B -ntp dependency:go-offline
            COPY . .
            RUN --mount=type=cache,target=/root/.m2 mvn -B -ntp package -DskipTests -Dproject.build.outputTimestamp=1980-01-01T00:00:02Z \
             && mvn -B -ntp dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=/dependencies \
            """));
        Assert.That(text, Does.Contain("FROM gcr.io/distroless/java21-debian13:nonroot AS final\n").And.Contain("COPY --from=builder /dependencies/ /app/lib/\nCOPY --from=builder /application/app.jar /app/app.jar\n"));
        Assert.That(text, Does.EndWith("ENTRYPOINT [\"/usr/bin/java\", \"-cp\", \"/app/app.jar:/app/lib/*\", \"com.example.App\"]\n"));
    }

    [TestCase("3.3.1", "java -Djarmode=tools -jar /application/app.jar extract --layers --destination /layers\n", "[\"/usr/bin/java\", \"-jar\", \"app.jar\"]")]
    [TestCase("3.2.0", "java -Djarmode=layertools -jar /application/app.jar extract --destination /layers\n", "[\"/usr/bin/java\", \"org.springframework.boot.loader.launch.JarLauncher\"]")]
    [TestCase("2.7.18", "java -Djarmode=layertools", "[\"/usr/bin/java\", \"org.springframework.boot.loader.JarLauncher\"]")]
    public void Spring_Boot_ships_in_its_layers(string version, string extract, string entrypoint)
    {
        Maven($"<parent><artifactId>spring-boot-starter-parent</artifactId><version>{version}</version></parent><properties><java.version>17</java.version></properties><build><plugins><plugin><artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build>");
        var text = Text();
        Assert.That(text, Does.Contain(extract).And.Contain("FROM gcr.io/distroless/java17-debian13:nonroot AS final\n").And.Contain("ENTRYPOINT " + entrypoint + "\n"));
        Assert.That(text, Does.Contain("COPY --from=builder /layers/dependencies/ /app/\nCOPY --from=builder /layers/spring-boot-loader/ /app/\nCOPY --from=builder /layers/snapshot-dependencies/ /app/\nCOPY --from=builder /layers/application/ /app/\n"));
    }

    [Test]
    public void Wrappers_are_used_and_travel_with_the_build_files()
    {
        Maven("");
        _folder.Files("mvnw", ".mvn/wrapper/maven-wrapper.properties");
        Assert.That(Text(), Does.StartWith("FROM eclipse-temurin:25-jdk AS builder\n").And.Contain("COPY pom.xml mvnw ./\nCOPY .mvn .mvn/\n").And.Contain("./mvnw -B -ntp package"));
    }

    [Test]
    public void Surefire_reports_come_out_of_the_test_run()
    {
        Maven("");
        _folder.File("src/test/java/AppTest.java");
        Assert.That(Text(), Does.Contain("(mvn -B -ntp test; code=$?; find . -path \"*/surefire-reports/*.xml\" -exec cp {} /test-results/ \\;; exit $code)"));
    }

    [TestCase("plugins { id 'org.springframework.boot' version '3.4.0' }\njava { toolchain { languageVersion = JavaLanguageVersion.of(21) } }", "9-jdk21", "bootJar")]
    [TestCase("plugins { id(\"com.gradleup.shadow\") version \"8\" }\nsourceCompatibility = JavaVersion.VERSION_17", "9-jdk17", "shadowJar")]
    [TestCase("plugins { id 'application' }\ndependencies { implementation 'a:b:1' }\njava.sourceCompatibility = '1.8'", "8-jdk8", "installDist")]
    [TestCase("tasks.withType<JavaCompile> { options.release = 25 }", "9-jdk25", "jar")]
    public void Gradle_builds_the_jar_that_its_plugins_make(string script, string image, string task)
    {
        _folder.File("build.gradle", script).File("settings.gradle", "rootProject.name = 'app'\n").File("src/main/java/com/example/App.java", Main);
        Assert.That(Text(), Does.StartWith($"FROM gradle:{image} AS builder\nENV GRADLE_USER_HOME=/gradle\n").And.Contain("COPY build.gradle settings.gradle ./\n").And.Contain("-I /multistage.gradle downloadDependencies\nCOPY . .\n").And.Contain($"-I /multistage.gradle {task} \\\n"));
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
        Assert.That(() => Text(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("A, B").And.Message.Contains("java.MainClass = \"A\""));
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
        Assert.That(Text(), Does.Contain("EXPOSE 5005\nCMD [\"java\", \"-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=*:5005\""));
    }

    [Test]
    public void A_folder_without_Java_is_told() =>
        Assert.That(() => Text(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("is no Java project"));
}
