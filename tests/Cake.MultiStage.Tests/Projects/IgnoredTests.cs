using Cake.MultiStage.Contexts;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Detection;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>What tools write into a project's folder stays out of its context, with or without a .dockerignore.</summary>
public sealed class IgnoredTests : FolderFixture
{
    private static readonly string[] Common =
        ["artifacts/image/report.html", ".git/HEAD", "build.cake", "tools/Addins/x.dll",
            "tools/GitVersion.Tool.6.0.0/GitVersion.Tool.6.0.0.nupkg", ".env", "deep/server.key", ".vs/x", "Dockerfile"];

    private async Task<IReadOnlyList<string>> FilesAsync(Action<PresetSettings>? configure = null)
    {
        var project = ProjectDetector.Describe(_folder.Path, new DetectSettings { Configure = configure });
        string[] sources = [.. project.ToDockerfile().ContextSources().Select(source => source.Pattern)];
        var ignore = (await IgnoreFile.LoadAsync(_folder.Path, "Dockerfile", CancellationToken.None)).WithDefaults(project.Ignored, sources,
            project.Included);
        var context = await BuildContext.CollectAsync(_folder.Path, ignore, sources, CancellationToken.None);
        return [.. context.Files.Where(file => file.Kind == ContextFileKind.File).Select(file => file.Path)];
    }

    [TestCase("go.mod main.go bin/tool build/x", "app.test coverage.out")]
    [TestCase("Cargo.toml src/main.rs src/target/mod.rs", "target/release/app")]
    [TestCase("app.csproj Program.cs", "bin/Release/app.dll obj/project.assets.json Sub/Obj/x TestResults/a.trx")]
    [TestCase("package.json server.js bin/run.js", "node_modules/a/index.js packages/b/node_modules/x .next/x coverage/x npm-debug.log")]
    [TestCase("requirements.txt main.py",
        "__pycache__/main.pyc pkg/__pycache__/a.pyc .venv/bin/python venv/x .pytest_cache/x a.egg-info/PKG-INFO")]
    [TestCase("pom.xml src/main/java/Main.java src/main/java/target/Main.java", "target/classes/Main.class")]
    [TestCase("build.gradle src/main/java/build/Main.java", "build/libs/a.jar .gradle/x")]
    [TestCase("CMakeLists.txt main.c build/helper.cmake", "out/CMakeCache.txt out/app main.o CMakeFiles/x")]
    public async Task Each_ecosystem_knows_what_its_tools_leave(string own, string left)
    {
        foreach (var file in own.Split(' '))
        {
            _folder.File(file, file switch
            {
                "Cargo.toml" => "[package]\nname = \"app\"\n",
                "app.csproj" =>
                    "<Project "
                        + "Sdk=\"Microsoft.NET.Sdk.Web\"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>"
                        + "</Project>",
                "package.json" => "{ \"name\": \"app\", \"main\": \"server.js\", \"scripts\": { \"start\": \"node server.js\" } }",
                "pom.xml" => "<project><artifactId>a</artifactId></project>",
                "main.go" => "package main\n",
                "CMakeLists.txt" => "add_executable(app main.c)",
                _ when file.EndsWith(".java", StringComparison.Ordinal) => "class Main { static void main(String[] a) { } }",
                _ => "",
            });
        }

        _folder.Files([.. left.Split(' '), .. Common]);
        foreach (var ignore in (string[])["", "unrelated\n"])
        {
            _folder.File(".dockerignore", ignore);
            Assert.That(await FilesAsync(), Is.EquivalentTo(own.Split(' ')));
        }
    }

    [Test]
    public async Task A_setting_brings_back_what_the_build_needs()
    {
        _folder.File("go.mod", "module m\n").File("main.go", "package main\n").Files(Common);
        Assert.That(
            await FilesAsync(settings => settings.Include = ["deep/server.key", "artifacts"]),
            Is.EquivalentTo(new[] { "go.mod", "main.go", "deep/server.key", "artifacts/image/report.html" }));
    }

    [Test]
    public async Task The_projects_own_tools_folder_travels()
    {
        _folder.File("go.mod", "module m\n")
            .File("main.go", "package main\n")
            .File("tools/tools.go", "package tools\n")
            .File("tools/Addins/a.dll");
        Assert.That(await FilesAsync(), Is.EquivalentTo(new[] { "go.mod", "main.go", "tools/tools.go" }));
    }

    [Test]
    public async Task Keys_stay_out_and_their_samples_travel()
    {
        string[] keys =
        [
            ".env", ".env.production", "web/.env.staging", ".npmrc", ".netrc", ".pypirc", "ssh/id_ed25519", "a/server.pem", "a/site.pfx",
            "a/server.key", "credentials.json", "config/service-account-prod.json", "x-firebase-adminsdk-1.json", ".aws/credentials",
            "db.sqlite3", "data/app.db-wal", "node_modules/a/b.js", "data/local.db",
        ];
        string[] own = ["main.go", "go.mod", ".env.example", "web/.env.local.example", "id_generator.go", "locales/en/credentials.json",
            "data/countries.db", ".gitignore"];
        _folder.Files([.. keys, .. own]).File("go.mod", "module m\n").File("main.go", "package main\n").File(".gitignore",
            "/data/local.db\n");
        Assert.That(await FilesAsync(), Is.EquivalentTo(own));
        Assert.That(await FilesAsync(settings => settings.Include = [".env.production", "db.sqlite3"]),
            Is.EquivalentTo(own.Append(".env.production").Append("db.sqlite3")));
    }
}
