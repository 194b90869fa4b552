using Cake.MultiStage.Aliases;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.EngineTests.Projects;

/// <summary>Services of the shapes that people have: they are restored for real, built, started and asked.</summary>
public sealed class DotNetServiceTests
{
    private const string Service =
        """
        using System.Globalization;
        using Microsoft.Data.Sqlite;

        var app = WebApplication.CreateBuilder(args).Build();
        app.MapGet("/", () =>
        {
            using var connection = new SqliteConnection("Data Source=kept/shop.db");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "create table orders (id int); select sqlite_version()";
            var separator = new CultureInfo("de-DE").NumberFormat.NumberDecimalSeparator;
            return $"{separator} {TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin").Id} SQLite {((string)command.ExecuteScalar()!)[0]}";
        });
        app.Run();
        """;

    [TestCase(false)]
    [TestCase(true)]
    public async Task Native_packages_ship_for_one_platform_with_cultures_time_zones_and_a_folder_for_the_database(bool isOneFile)
    {
        await using var work = new Workspace();
        if (isOneFile)
        {
            work.Write("web.cs",
                "#:sdk Microsoft.NET.Sdk.Web\n#:package Microsoft.Data.Sqlite@10.0.0\n#:property PublishAot=false\n" + Service);
        }
        else
        {
            work.Write("Web.csproj",
                Project("Microsoft.NET.Sdk.Web", "<PackageReference Include=\"Microsoft.Data.Sqlite\" Version=\"10.0.0\" />"));
            work.Write("Program.cs", Service);
            await Shell.RunAsync("dotnet", ["restore", work.Folder, "--use-lock-file"]);
            Directory.Delete(Path.Combine(work.Folder, "obj"), recursive: true);
        }

        var measured = await BuildAndMeasureAsync(work);
        await using var service = await work.Engine.ServeAsync(work.Tag, 8080);
        Assert.That(await service.ReadAsync("/"), Is.EqualTo(", Europe/Berlin SQLite 3"));
        Assert.That(measured.Files.Find("/app/runtimes/win-x64"), Is.Null);
        Assert.That(measured.Files.Find("/app/runtimes/osx-arm64"), Is.Null);
        Assert.That(measured.OwnSize!.Value.Bytes, Is.LessThan(5_000_000));
    }

    [Test]
    public async Task Pages_that_npm_builds_while_publishing_are_served()
    {
        await using var work = new Workspace();
        work.Write("src/Web/Web.csproj", Project(
            "Microsoft.NET.Sdk.Web",
            "",
            "<Target Name=\"Pages\" BeforeTargets=\"BeforeBuild\"><Exec WorkingDirectory=\"ClientApp\" Command=\"npm ci &amp;&amp; npm run "
                + "build\" /></Target>"));
        work.Write("src/Web/Program.cs", "var app = WebApplication.CreateBuilder(args).Build(); app.UseFileServer(); app.Run();");
        work.Write("src/Web/ClientApp/package.json",
            """{ "name": "pages", "version": "1.0.0", "engines": { "node": "22" }, "scripts": { "build": "node build.js" } }""");
        work.Write("src/Web/ClientApp/package-lock.json",
            """{ "name": "pages", "version": "1.0.0", "lockfileVersion": 3, "packages": { "": """
                + """{ "name": "pages", "version": "1.0.0" } } }""");
        work.Write("src/Web/ClientApp/build.js",
            "const fs = require('fs'); fs.mkdirSync('../wwwroot', { recursive: true }); fs.writeFileSync('../wwwroot/index.html', 'made by "
                + "' + process.version.split('.')[0]);");
        work.Write("host/Shop.AppHost/Shop.AppHost.csproj",
            Project("Microsoft.NET.Sdk", "",
                "<PropertyGroup><OutputType>Exe</OutputType><IsAspireHost>true</IsAspireHost></PropertyGroup>"));
        await BuildAndMeasureAsync(work);
        await using var service = await work.Engine.ServeAsync(work.Tag, 8080);
        Assert.That(await service.ReadAsync("/"), Is.EqualTo("made by v22"));
    }

    private static string Project(string sdk, string items, string more = "") =>
        "<Project "
            + $"Sdk=\"{sdk}\"><PropertyGroup><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings>"
            + "</PropertyGroup>"
        + $"<ItemGroup>{items}</ItemGroup>{more}</Project>";

    private static async Task<MeasuredImage> BuildAndMeasureAsync(Workspace work)
    {
        var project = work.Cake.MultiStageDotNet(".", dotnet => dotnet.Tags.Add(work.Tag));
        // Where packages come from is the host's network.
        var image = await work.Cake.MultiStageBuildAsync(project, new MultiStageBuildSettings { Network = "host" });
        return await work.Cake.MultiStageMeasureAsync(image);
    }
}
