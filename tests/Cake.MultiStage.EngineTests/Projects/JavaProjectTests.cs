using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests.Projects;

/// <summary>Java projects of the usual shapes restore from a Maven repository on this host, are built, and answer.</summary>
public sealed class JavaProjectTests : WorkspaceFixture
{
    private async Task<string> BuildAsync(string path, Action<JavaProjectSettings>? configure = null)
    {
        var repository = await PackageRegistries.AtAsync("maven");
        _work.Write(".mvn/maven.config", "-s\n/src/.mvn/settings.xml\n");
        _work.Write(".mvn/settings.xml", $"""
            <settings><mirrors><mirror><id>loop</id><mirrorOf>*</mirrorOf><url>{repository}</url></mirror></mirrors></settings>
            """);
        var project = _work.Cake.MultiStageJava(path, java =>
        {
            java.ToolchainVersion = "21";
            java.Tags.Add(_work.Tag);
            configure?.Invoke(java);
        });
        await _work.BuildAsync(project, BuilderKind.BuildKit, build => build.Network = "host");
        return _work.Tag;
    }

    private void Modules()
    {
        _work.Write("pom.xml", """
            <project>
              <modelVersion>4.0.0</modelVersion>
              <groupId>com.example</groupId><artifactId>shop</artifactId><version>1.0.0</version><packaging>pom</packaging>
              <modules><module>words</module><module>server</module></modules>
              <properties>
                <maven.compiler.release>21</maven.compiler.release>
                <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
              </properties>
            </project>
            """);
        _work.Write("words/pom.xml", """
            <project>
              <modelVersion>4.0.0</modelVersion>
              <parent><groupId>com.example</groupId><artifactId>shop</artifactId><version>1.0.0</version></parent>
              <artifactId>words</artifactId>
              <dependencies>
                <dependency><groupId>com.google.code.gson</groupId><artifactId>gson</artifactId><version>2.10.1</version></dependency>
              </dependencies>
            </project>
            """);
        _work.Write("words/src/main/java/com/example/words/Words.java", """
            package com.example.words;

            public final class Words {
                public static String json() { return new com.google.gson.Gson().toJson(java.util.Map.of("word", "Hello")); }
            }
            """);
        _work.Write("server/pom.xml", """
            <project>
              <modelVersion>4.0.0</modelVersion>
              <parent><groupId>com.example</groupId><artifactId>shop</artifactId><version>1.0.0</version></parent>
              <artifactId>server</artifactId>
              <dependencies>
                <dependency><groupId>com.example</groupId><artifactId>words</artifactId><version>1.0.0</version></dependency>
              </dependencies>
            </project>
            """);
        _work.Write("server/src/main/java/com/example/server/Main.java", """
            package com.example.server;

            public final class Main {
                public static void main(String[] args) throws java.io.IOException {
                    var server = com.sun.net.httpserver.HttpServer.create(new java.net.InetSocketAddress(8080), 0);
                    server.createContext("/", exchange -> {
                        var body = com.example.words.Words.json().getBytes();
                        exchange.sendResponseHeaders(200, body.length);
                        exchange.getResponseBody().write(body);
                        exchange.close();
                    });
                    server.start();
                }
            }
            """);
    }

    [TestCase(".")]
    [TestCase("server")]
    public async Task A_module_of_Maven_with_a_sibling_that_has_a_dependency(string path)
    {
        Modules();
        var image = await BuildAsync(path);
        await using var service = await _work.Engine.ServeAsync(image, 8080);
        Assert.That(await service.ReadAsync("/"), Is.EqualTo("""{"word":"Hello"}"""));
    }

    [Test]
    public async Task Sources_alone_that_format_by_locale_keep_its_data()
    {
        _work.Write("Main.java", """
            class Main {
                public static void main(String[] args) {
                    System.out.println(java.text.NumberFormat.getInstance(java.util.Locale.GERMANY).format(1234.5));
                }
            }
            """);
        var (code, output) = await _work.Engine.RunAsync(await BuildAsync("."));
        Assert.That((code, output.Split('\n')[^2]), Is.EqualTo((0, "1.234,5")));
    }
}
