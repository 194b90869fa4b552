using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.DotNet;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>The image exposes the ports that the sources say, and what listens for the container alone is told.</summary>
public sealed class ListeningTests : FolderFixture
{
    private const string Web = "<Project Sdk=\"Microsoft.NET.Sdk.Web\"><PropertyGroup><TargetFramework>net10.0</TargetFramework>"
        + "</PropertyGroup></Project>";

    private ImageProject DotNet(string source, string settings = "{}", Action<DotNetProjectSettings>? configure = null)
    {
        _folder.File("Shop.csproj", Web).File("Program.cs", source).File("appsettings.json", settings)
            .File("Properties/launchSettings.json", "{ \"applicationUrl\": \"http://localhost:5123\" }")
            .File("appsettings.Development.json", "{ \"Urls\": \"http://localhost:5999\" }");
        var given = new DotNetProjectSettings();
        configure?.Invoke(given);
        return DotNetPreset.Describe(_folder.Path, given);
    }

    private static string Told(ImageProject project) =>
        string.Join('\n', project.Assumptions.Where(one => one.Doubtful).Select(one => one.Text));

    [TestCase("", "{}", "8080")]
    [TestCase("builder.WebHost.UseUrls(\"http://*:5005\");", "{}", "5005")]
    [TestCase("app.Urls.Add(\"http://0.0.0.0:5006\");", "{}", "5006")]
    [TestCase("app.Run(\"http://+:5007\");", "{}", "5007")]
    [TestCase("options.ListenAnyIP(5008);", "{ \"Urls\": \"http://*:1\" }", "5008")]
    [TestCase("options.Listen(IPAddress.Any, 5009, x => { });", "{}", "5009")]
    [TestCase("", "{ \"Urls\": \"https://*:5443;http://*:5010\" }", "5010,5443")]
    [TestCase("", "{ \"Kestrel\": { \"Endpoints\": { \"Http\": { \"Url\": \"http://*:5011\" } } } }", "5011")]
    [TestCase("app.Run(\"http://*\");", "{}", "80")]
    [TestCase("if (app.Environment.IsDevelopment()) { app.Urls.Add(\"http://localhost:5012\"); }", "{}", "8080")]
    public void ASP_NET_Core_says_the_port(string source, string settings, string ports)
    {
        var project = DotNet(source, settings);
        Assert.That(string.Join(',', project.Ports), Is.EqualTo(ports));
        Assert.That(Told(project), Is.Empty);
        Assert.That(DotNet(source, settings, one => one.Ports = ["1"]).Ports, Is.EqualTo(new[] { "1" }));
    }

    [TestCase("app.Run(\"http://localhost:5000\");", "{}", "Program.cs", "have it listen on 'http://+:5000'.")]
    [TestCase("options.ListenLocalhost(5000);", "{}", "Program.cs", "have it call ListenAnyIP there.")]
    [TestCase("options.Listen(IPAddress.Loopback, 5000);", "{}", "Program.cs", "have it call ListenAnyIP there.")]
    [TestCase("", "{ \"Urls\": \"http://127.0.0.1:5000\" }", "appsettings.json", "set dotnet.Environment[\"Urls\"] = \"http://+:5000\".")]
    [TestCase("", "{ \"Kestrel\": { \"Endpoints\": { \"Web\": { \"Url\": \"http://localhost:5000\" } } } }", "appsettings.json",
        "set dotnet.Environment[\"Kestrel__Endpoints__Web__Url\"] = \"http://+:5000\".")]
    public void What_listens_for_the_container_alone_is_a_warning_with_the_line(string source, string settings, string file, string line)
    {
        var project = DotNet(source, settings);
        Assert.That(project.Ports, Is.EqualTo(new[] { "5000" }));
        Assert.That(Told(project), Is.EqualTo(
            $"{file} has the program listen on the container's own address alone, which nobody outside of it reaches: {line}"));
    }

    [TestCase("options.ListenAnyIP(Port);\nconst int Port = 5010;", "5010")]
    [TestCase("options.ListenAnyIP(Config.Port);\nclass Config { public static int Port { get; } = 5011; }", "5011")]
    [TestCase("options.Listen(address, port, x => { });", "")]
    public void A_port_by_a_name_is_the_one_that_it_stands_for_or_none(string source, string ports)
    {
        var project = DotNet(source);
        Assert.That(string.Join(',', project.Ports), Is.EqualTo(ports));
        Assert.That(project.Assumptions.Any(one => one.Text.StartsWith("Program.cs has the program listen on a port that it works out",
            StringComparison.Ordinal)), Is.EqualTo(ports.Length == 0));
        _folder.File("Dockerfile", "FROM mcr.microsoft.com/dotnet/aspnet:10.0\nEXPOSE 5000\nENTRYPOINT [\"dotnet\", \"Shop.dll\"]\n");
        Assert.That(DotNet(source).Ports, Is.EqualTo(new[] { "5000" }));
    }

    [Test]
    public void A_value_of_the_settings_takes_precedence_over_the_source() => Assert.That(
        DotNet("app.Logger.LogInformation(\"x\");", "{ \"Urls\": \"http://localhost:5000\" }",
            one => one.Environment["ASPNETCORE_URLS"] = "http://+:7000").Ports, Is.EqualTo(new[] { "7000" }));
}
