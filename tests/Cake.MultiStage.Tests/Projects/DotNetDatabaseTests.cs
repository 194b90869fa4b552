using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.DotNet;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>A program that keeps a file of SQLite beside itself may write there, and is told how to keep it.</summary>
public sealed class DotNetDatabaseTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder().File("data/Data.csproj",
        "<Project Sdk='Microsoft.NET.Sdk'><ItemGroup><PackageReference Include='Microsoft.EntityFrameworkCore.Sqlite' /></ItemGroup>"
            + "</Project>")
        .File("web/Web.csproj", "<Project Sdk='Microsoft.NET.Sdk.Web'><PropertyGroup><TargetFramework>net10.0</TargetFramework>"
            + "</PropertyGroup><ItemGroup><ProjectReference Include='../data/Data.csproj' /></ItemGroup></Project>");

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    private ImageProject Project() => DotNetPreset.Describe(_folder.Path, new DotNetProjectSettings());

    private void IsWritable(string folder, string source, string more)
    {
        var project = Project();
        Assert.That(project.ToDockerfile().ToString(), Does.Contain($"chown 1654:1654 /system-files{folder}\n"));
        Assert.That(project.Assumptions.Single(), Has.Property("Doubtful").True
            .And.Property("Text").StartsWith($"{source} has the program write to").And.Property("Text").Contains(more));
    }

    [TestCase("Data Source=shop.db", "/app")]
    [TestCase("DataSource=shop.sqlite;Cache=Shared", "/app")]
    [TestCase("Filename=./App_Data/shop.db3", "/app/App_Data")]
    public void Settings_name_it(string connection, string folder)
    {
        _folder.File("web/appsettings.json",
            $$"""{ /* of the shop */ "ConnectionStrings": { "Shop": "{{connection}}", "Cache": "localhost:6379" }, }""");
        IsWritable(folder, "web/appsettings.json", "dotnet.Environment[\"ConnectionStrings__Shop\"] = \"Data Source=/data/shop.");
    }

    [Test]
    public void What_ships_beside_it_belongs_to_the_user_too()
    {
        _folder.File("web/appsettings.json", """{ "ConnectionStrings": { "Shop": "Data Source=shop.db" } }""");
        Assert.That(Project().ToDockerfile().ToString(), Does.Contain("COPY --from=builder --chown=1654:1654 /app/ /app/"));
    }

    [Test]
    public void A_source_names_it()
    {
        _folder.File("web/Program.cs", "var text = settings[\"Shop\"] ?? \"Data Source=.db/shop.db\";")
            .File("web/Factory.cs", "class Factory : IDesignTimeDbContextFactory<Shop> { string s = \"Data Source=other/x.db\"; }");
        IsWritable("/app/.db", "web/Program.cs", "dotnet.Volumes");
    }

    [TestCase("Data Source=:memory:")]
    [TestCase("Data Source=/data/shop.db")]
    [TestCase("Data Source=shop.db;Mode=ReadOnly")]
    [TestCase("Data Source=shop.db;Mode=Memory")]
    [TestCase("Data Source=../shop.db")]
    [TestCase("Data Source=sql.example.com;Initial Catalog=shop")]
    [TestCase("Data Source=|DataDirectory|shop.db")]
    public void Elsewhere_nothing_is_written(string connection)
    {
        _folder.File("web/appsettings.json", $$"""{ "ConnectionStrings": { "Shop": "{{connection}}" } }""");
        Assert.That(Project().Assumptions, Is.Empty);
    }

    [Test]
    public void Without_a_package_of_SQLite_nothing_is_looked_for()
    {
        _folder.File("data/Data.csproj", "<Project Sdk='Microsoft.NET.Sdk' />")
            .File("web/appsettings.json", """{ "ConnectionStrings": { "Shop": "Data Source=shop.db" } }""");
        Assert.That(Project().Assumptions, Is.Empty);
    }
}
