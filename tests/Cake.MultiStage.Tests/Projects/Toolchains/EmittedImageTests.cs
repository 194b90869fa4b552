using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.C;
using Cake.MultiStage.Projects.DotNet;
using Cake.MultiStage.Projects.Go;
using Cake.MultiStage.Projects.Java;
using Cake.MultiStage.Projects.Node;
using Cake.MultiStage.Projects.Php;
using Cake.MultiStage.Projects.Python;
using Cake.MultiStage.Projects.Ruby;
using Cake.MultiStage.Projects.Rust;
using Cake.MultiStage.Projects.Sites;
using Cake.MultiStage.Projects.Toolchains;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects.Toolchains;

/// <summary>
/// Every image that a preset can emit for a release of the table stands in the table: presets describe projects for each release, flavor
/// and way to build.
/// </summary>
internal sealed class EmittedImageTests : FolderFixture
{
    private static readonly BaseFlavor?[] Flavors = [null, .. Enum.GetValues<BaseFlavor>().Cast<BaseFlavor?>()];

    private static ToolchainTable Table => ToolchainTable.Default;

    [Test]
    public void Of_Node([ValueSource(nameof(Flavors))] BaseFlavor? flavor)
    {
        _folder.File("index.js").File("package.json", "{}");
        Check("node", flavor, version => _folder.File(".nvmrc", version),
            () => NodePreset.Describe(_folder.Path, new() { Flavor = flavor }));
    }

    [Test]
    public void Of_Python([ValueSource(nameof(Flavors))] BaseFlavor? flavor)
    {
        _folder.File("main.py");
        Check("python", flavor, version => _folder.File(".python-version", version),
            () => PythonPreset.Describe(_folder.Path, new() { Flavor = flavor }));
    }

    [Test]
    public void Of_Go([ValueSource(nameof(Flavors))] BaseFlavor? flavor, [Values] bool cgo)
    {
        _folder.File("main.go", "package main\nfunc main() {}\n").File("go.mod", "module a\n");
        Check("go", flavor, version => _folder.File(".go-version", version),
            () => GoPreset.Describe(_folder.Path, new() { Flavor = flavor, Cgo = cgo }));
    }

    [Test]
    public void Of_Rust([ValueSource(nameof(Flavors))] BaseFlavor? flavor, [Values] bool musl)
    {
        _folder.File("Cargo.toml", "[package]\nname = \"a\"\n").File("src/main.rs");
        Check("rust", flavor, version => _folder.File("rust-toolchain", version),
            () => RustPreset.Describe(_folder.Path, new() { Flavor = flavor, Musl = musl }));
    }

    [Test]
    public void Of_Java([ValueSource(nameof(Flavors))] BaseFlavor? flavor, [Values] JavaBuildTool tool, [Values] bool jlink,
        [Values] bool wrapper)
    {
        _folder.File("pom.xml", "<project><artifactId>a</artifactId></project>")
            .File("build.gradle", "")
            .File("src/main/java/Main.java", "class Main { static void main(String[] a) {} }");
        if (wrapper)
        {
            _folder.Files("mvnw", "gradlew");
        }

        Check("java", flavor, version => _folder.File(".java-version", version),
            () => JavaPreset.Describe(_folder.Path, new() { Flavor = flavor, BuildTool = tool, Jlink = jlink }));
    }

    [Test]
    public void Of_DotNet([ValueSource(nameof(Flavors))] BaseFlavor? flavor, [Values] DotNetDeployment deployment, [Values] bool web,
        [Values("true", "false", null)] string? invariant)
    {
        var properties = invariant is null ? "" : $"<InvariantGlobalization>{invariant}</InvariantGlobalization>";
        Check(
            "dotnet", flavor,
            version => _folder.File("a.csproj",
                "<Project "
                    + $"Sdk=\"Microsoft.NET.Sdk{(web ? ".Web" : "")}\"><PropertyGroup><OutputType>Exe</OutputType>"
                    + $"<TargetFramework>net{version}</TargetFramework>{properties}</PropertyGroup></Project>"),
            () => DotNetPreset.Describe(_folder.Path, new() { Flavor = flavor, Deployment = deployment }));
    }

    [Test]
    public void Of_Php([ValueSource(nameof(Flavors))] BaseFlavor? flavor, [Values("index.php", "main.php")] string file)
    {
        _folder.File(file);
        Check("php", flavor, version => _folder.File(".php-version", version),
            () => PhpPreset.Describe(_folder.Path, new() { Flavor = flavor }));
    }

    [Test]
    public void Of_Ruby([ValueSource(nameof(Flavors))] BaseFlavor? flavor)
    {
        _folder.File("main.rb").File("Gemfile", "gem 'pg'");
        Check("ruby", flavor, version => _folder.File(".ruby-version", version),
            () => RubyPreset.Describe(_folder.Path, new() { Flavor = flavor }));
    }

    [Test]
    public void Of_C([ValueSource(nameof(Flavors))] BaseFlavor? flavor, [Values] bool @static)
    {
        _folder.File("main.c");
        Check("gcc", flavor, _ => { }, () => CPreset.Describe(_folder.Path, new() { Flavor = flavor, Static = @static }));
    }

    [TestCase("index.html")]
    [TestCase("hugo.toml")]
    [TestCase("package.json")]
    public void Of_sites(string file)
    {
        _folder.File(file, """{ "scripts": { "build": "x" } }""");
        foreach (var flavor in Flavors)
        {
            Check("node", flavor, version => _folder.File(".nvmrc", version),
                () => SitePreset.Describe(_folder.Path, new() { Flavor = flavor }));
        }
    }

    /// <summary>
    /// Describes the project for each release, and holds the images against the table; only a release that has ended may have those that
    /// are no longer rebuilt.
    /// </summary>
    private static void Check(string toolchain, BaseFlavor? flavor, Action<string> ask, Func<ImageProject> describe)
    {
        var described = 0;
        foreach (var release in Table[toolchain].Releases)
        {
            ask(release.Version);
            if (Described(describe) is not { } project)
            {
                continue;
            }

            described++;
            var images = project.ToDockerfile().Stages.Select(stage => stage.Base)
                .OfType<ImageBase>()
                .Select(image => image.Text)
                .ToHashSet(StringComparer.Ordinal);
            Assert.That(images, Is.Not.Empty);
            Assert.Multiple(() =>
            {
                foreach (var image in images)
                {
                    Assert.That(release.HasEnded(Table.Date) ? Table.Exists(image) : Table.IsListed(image),
                        $"{image}, for {toolchain} {release.Version} and flavor {flavor}");
                }
            });
        }

        Assert.That(described, flavor is null ? Is.GreaterThan(2) : Is.GreaterThanOrEqualTo(0));
    }

    /// <summary>Describes; null where the preset has no base of the flavor, or there is no image of the release, and says so.</summary>
    private static ImageProject? Described(Func<ImageProject> describe)
    {
        try
        {
            return describe();
        }
        catch (MultiStageException exception)
        {
            Assert.That(exception.Message,
                Does.Contain("no base of flavor").Or.Contain("no image is known").Or.Contain("musl").Or.Contain("older than"));
            return null;
        }
    }
}
