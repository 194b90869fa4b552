using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Java;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>What the configuration of a Java program says of its port, its health and its database.</summary>
public sealed class JavaConfigurationTests : FolderFixture
{
    private const string Main = "package com.example;\nclass App { public static void main(String[] a) { } }\n";

    private ImageProject Spring(string configuration, string name = "application.properties", string starters = "spring-boot-starter-web")
    {
        _folder.File("pom.xml",
            "<project><parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId>"
            + "<version>3.5.0</version></parent><groupId>g</groupId><artifactId>app</artifactId><properties><java.version>21</java.version>"
            + "</properties><dependencies>"
            + string.Concat(starters.Split(' ').Select(starter => "<dependency><groupId>org.springframework.boot</groupId><artifactId>"
                + $"{starter}</artifactId></dependency>"))
            + "</dependencies><build><plugins><plugin><groupId>org.springframework.boot</groupId>"
            + "<artifactId>spring-boot-maven-plugin</artifactId>"
            + "</plugin></plugins></build></project>").File("src/main/java/com/example/App.java", Main).File("src/main/resources/"
                + name, configuration);
        return JavaPreset.Describe(_folder.Path, new JavaProjectSettings());
    }

    private static string[] Told(ImageProject project) => [.. project.Assumptions.Select(one => one.Text)];

    [TestCase("server.port=9000\n", "application.properties", "9000")]
    [TestCase("server.port = ${PORT:9001}\n", "application.properties", "9001")]
    [TestCase("spring:\n  application:\n    name: shop\nserver:\n  port: 9002 # ours\n", "application.yml", "9002")]
    [TestCase("server:\n  servlet:\n    context-path: /shop\n", "application.yml", "8080")]
    [TestCase("server.port=${PORT}\n", "application.properties", "8080")]
    [TestCase("server.port=0\n", "application.properties", "8080")]
    [TestCase("a: 1\n---\nserver:\n  port: 9003\n", "application.yml", "8080")]
    public void The_port_is_the_one_it_says(string text, string name, string port) =>
        Assert.That(Spring(text, name).Ports, Is.EqualTo(new[] { port }));

    [TestCase("", "/actuator/health")]
    [TestCase("server.servlet.context-path=/shop\n", "/shop/actuator/health")]
    [TestCase("server.servlet.contextPath=/shop\n", "/shop/actuator/health")]
    [TestCase("management.endpoints.web.base-path=/manage\n", "/manage/health")]
    public void An_actuator_answers_whether_it_is_well(string text, string path)
    {
        var project = Spring(text, starters: "spring-boot-starter-web spring-boot-starter-actuator");
        Assert.That(Told(project), Has.One.StartsWith(
            $"spring-boot-starter-actuator says at '{path}' whether the program is well, and nothing "
            + "in the image can ask it."));
        Assert.That(Told(Spring(text)), Has.None.Contains("is well"));
    }

    [TestCase("management.endpoints.web.exposure.include=prometheus,info\n", "leaves it out")]
    [TestCase("server.ssl.key-store=classpath:keys.p12\n", "answers by TLS alone")]
    public void What_does_not_answer_there_is_not_asked(string text, string why)
    {
        Spring(text, starters: "spring-boot-starter-web spring-boot-starter-actuator");
        var project = JavaPreset.Describe(_folder.Path, new JavaProjectSettings { Flavor = BaseFlavor.Alpine });
        Assert.That(project.HealthCheck, Is.Null);
        Assert.That(Told(project), Has.One.Contains(why));
    }

    [Test]
    public void A_filter_chain_of_its_own_may_ask_for_a_login()
    {
        _folder.File("src/main/java/com/example/Safe.java", "package com.example;\nclass Safe { SecurityFilterChain chain; }\n");
        Spring("", starters: "spring-boot-starter-web spring-boot-starter-actuator spring-boot-starter-security");
        Assert.That(JavaPreset.Describe(_folder.Path, new JavaProjectSettings { Flavor = BaseFlavor.Alpine }).HealthCheck, Is.Null);
    }

    [Test]
    public void On_Alpine_wget_asks_there_on_the_port_of_its_own()
    {
        Spring("server.port=9000\nmanagement.server.port=9100\nserver.servlet.context-path=/shop\n",
            starters: "spring-boot-starter-web spring-boot-starter-actuator");
        var project = JavaPreset.Describe(_folder.Path, new JavaProjectSettings { Flavor = BaseFlavor.Alpine });
        Assert.That(project.HealthCheck!.Command, Does.Contain("http://127.0.0.1:9100/actuator/health"));
    }

    [TestCase("spring.datasource.url=jdbc:sqlite:shop.db\n", "/app")]
    [TestCase("spring.datasource.url=jdbc:h2:file:./data/shop;AUTO_SERVER=TRUE\n", "/app/data")]
    [TestCase("spring.datasource.url=jdbc:h2:/var/lib/shop/db\n", "/var/lib/shop")]
    public void The_folder_of_a_database_in_files_belongs_to_the_user(string text, string folder)
    {
        var project = Spring(text);
        Assert.That(project.ToDockerfile().ToString(), Does.Contain($"chown 65532:65532 /system-files{folder}\n"));
        Assert.That(Told(project), Has.One.StartsWith(
            $"src/main/resources/application.properties keeps a database in files in {folder}, which "
            + "belongs to the image's user."));
    }

    [TestCase("jdbc:sqlite::memory:")]
    [TestCase("jdbc:h2:mem:shop")]
    [TestCase("jdbc:h2:tcp://db/shop")]
    [TestCase("jdbc:postgresql://db/shop")]
    [TestCase("jdbc:h2:file:~/shop")]
    [TestCase("jdbc:sqlite:${DB_FILE}")]
    [TestCase("jdbc:postgresql://db/shop\n# spring.datasource.url=jdbc:h2:file:./data/shop")]
    public void Others_need_none(string address) =>
        Assert.That(Told(Spring($"spring.datasource.url={address}\n")), Has.None.Contains("database"));

    [Test]
    public void Quarkus_answers_below_its_own_path()
    {
        _folder.File("pom.xml",
            "<project><groupId>g</groupId><artifactId>app</artifactId><dependencies><dependency><groupId>io.quarkus</groupId>"
            + "<artifactId>quarkus-smallrye-health</artifactId></dependency><dependency><groupId>io.quarkus</groupId>"
            + "<artifactId>quarkus-rest"
            + "</artifactId></dependency></dependencies><build><plugins><plugin><groupId>io.quarkus</groupId>"
            + "<artifactId>quarkus-maven-plugin"
            + "</artifactId></plugin></plugins></build></project>").File("src/main/java/com/example/App.java",
                "package com.example;\nclass App { }\n")
            .File("src/main/resources/application.properties", "quarkus.http.port=8888\n");
        var project = JavaPreset.Describe(_folder.Path, new JavaProjectSettings());
        Assert.That(project.Ports, Is.EqualTo(new[] { "8888" }));
        Assert.That(Told(project), Has.One.StartsWith("quarkus-smallrye-health says at '/q/health/live' whether"));
    }
}
