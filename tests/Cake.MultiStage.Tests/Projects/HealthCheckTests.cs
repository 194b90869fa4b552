using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.DotNet;
using Cake.MultiStage.Projects.Go;
using Cake.MultiStage.Projects.Node;
using Cake.MultiStage.Projects.Sites;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>Where a file of the project says at which path it is well, what the image has asks there.</summary>
public sealed class HealthCheckTests : FolderFixture
{
    private const string Web = "<Project Sdk=\"Microsoft.NET.Sdk.Web\"><PropertyGroup><TargetFramework>net10.0</TargetFramework>"
        + "</PropertyGroup></Project>";

    private const string Wget = "HEALTHCHECK CMD [\"wget\", \"-q\", \"-O\", \"/dev/null\", \"http://127.0.0.1:";

    private ImageProject DotNet(string source, Action<DotNetProjectSettings>? configure = null)
    {
        _folder.File("Shop.csproj", Web).File("Program.cs", source);
        var settings = new DotNetProjectSettings { Flavor = BaseFlavor.Alpine };
        configure?.Invoke(settings);
        return DotNetPreset.Describe(_folder.Path, settings);
    }

    private static string Text(ImageProject project) => project.ToDockerfile().ToString();

    private static string Told(ImageProject project) => string.Join('\n', project.Assumptions.Select(one => one.Text));

    [TestCase("app.MapHealthChecks(\"/healthz\");", "/healthz")]
    [TestCase("app.UseHealthChecks(\"/state\");", "/state")]
    [TestCase("app.MapHealthChecks(\"/ready\"); app.MapHealthChecks(\"/livez\", new() { Predicate = _ => false });", "/livez")]
    [TestCase("const string Path = \"/well\"; app.MapHealthChecks(Path);", "/well")]
    [TestCase("var api = app.MapGroup(\"/api\"); api.MapHealthChecks(\"health\");", "/api/health")]
    [TestCase("app.MapGroup(\"/v1\").MapHealthChecks(\"/health\");", "/v1/health")]
    [TestCase("app.MapGet(\"/health\", () => \"ok\");", "/health")]
    [TestCase("if (!app.Environment.IsDevelopment()) { app.MapHealthChecks(\"/health\"); }", "/health")]
    public void ASP_NET_Core_says_the_path(string source, string path)
    {
        var project = DotNet(source);
        Assert.That(Text(project), Does.Contain($"{Wget}8080{path}\"]"));
        Assert.That(Told(project), Does.Contain($"Program.cs says at '{path}' whether the program is well: the image's HEALTHCHECK asks "
            + "there by wget. Set HealthCheck for another, HealthCheck.None for none."));
    }

    [Test]
    public void A_value_that_the_image_sets_comes_before_a_default()
    {
        _folder.File("Dockerfile", "FROM alpine:3\nENV PORT=3000\nEXPOSE 3000\n"
            + "HEALTHCHECK CMD wget -qO- http://localhost:${PORT:-8080}/health || exit 1\nCMD [\"dotnet\", \"Shop.dll\"]\n");
        Assert.That(Text(DotNet("app.Run();", one => one.Ports = ["3000"])), Does.Contain($"{Wget}3000/health\"]"));
    }

    [TestCase("// app.MapHealthChecks(\"/health\");")]
    [TestCase("/* app.MapHealthChecks(\"/health\"); */")]
    [TestCase("if (app.Environment.IsDevelopment()) { app.MapHealthChecks(\"/health\"); }")]
    [TestCase("if (app.Environment.IsDevelopment()) app.MapHealthChecks(\"/health\");")]
    [TestCase("app.MapHealthChecks(\"/health\").RequireAuthorization();")]
    [TestCase("app.MapHealthChecks(\"/health\").RequireHost(\"*:9000\");")]
    [TestCase("app.UseHealthChecks(\"/health\", 9000);")]
    [TestCase("app.MapHealthChecks($\"/{name}\");")]
    [TestCase("app.MapGet(\"/orders/status\", () => 1);")]
    [TestCase("static class X { static void MapNothing(this WebApplication app) { app.MapHealthChecks(\"/health\"); } }")]
    public void What_is_not_there_in_production_is_not_asked(string source) =>
        Assert.That(Text(DotNet(source)), Does.Not.Contain("HEALTHCHECK"));

    [Test]
    public void A_method_that_something_calls_counts() => Assert.That(
        Text(DotNet("app.MapOwn(); static class X { static void MapOwn(this WebApplication app) { app.MapHealthChecks(\"/health\"); } }")),
        Does.Contain(Wget));

    [Test]
    public void A_setting_takes_precedence_or_switches_it_off()
    {
        const string Source = "app.MapHealthChecks(\"/health\");";
        Assert.That(Text(DotNet(Source, one => one.HealthCheck = new HealthCheck("/own"))), Does.Contain("HEALTHCHECK CMD [\"/own\"]"));
        var off = DotNet(Source, one => one.HealthCheck = HealthCheck.None);
        Assert.That(Text(off), Does.Contain("HEALTHCHECK NONE"));
        Assert.That(Told(off), Does.Not.Contain("well"));
    }

    [Test]
    public void An_image_without_a_client_has_none_and_says_so()
    {
        var project = DotNet("app.MapHealthChecks(\"/health\");", one => one.Flavor = null);
        Assert.That(Text(project), Does.Not.Contain("HEALTHCHECK"));
        Assert.That(Told(project), Does.Contain("Program.cs says at '/health' whether the program is well, and nothing in the image "
            + "can ask it. An orchestrator asks by itself; for a HEALTHCHECK set Flavor = BaseFlavor.Alpine, whose wget asks, or "
            + "HealthCheck to a command of the program's own."));
        Assert.That(Text(DotNet("app.MapHealthChecks(\"/health\");", one => (one.Flavor, one.RuntimePackages) = (null, ["curl"]))),
            Does.Contain("HEALTHCHECK CMD [\"curl\", \"-fsS\", \"-o\", \"/dev/null\", \"http://127.0.0.1:8080/health\"]"));
    }

    [Test]
    public void Who_would_be_turned_away_does_not_ask()
    {
        _folder.File("appsettings.json", "{ \"AllowedHosts\": \"shop.example.com\" }");
        var project = DotNet("app.MapHealthChecks(\"/health\");");
        Assert.That(Text(project), Does.Not.Contain("HEALTHCHECK"));
        Assert.That(Told(project), Does.Contain("AllowedHosts in appsettings.json turns away who asks for 127.0.0.1"));
        _folder.File("appsettings.json", "{ \"AllowedHosts\": \"*\" }");
        Assert.That(Text(DotNet("options.FallbackPolicy = x; app.MapHealthChecks(\"/health\");")), Does.Not.Contain("HEALTHCHECK"));
        Assert.That(Text(DotNet("options.FallbackPolicy = x; app.MapHealthChecks(\"/health\").AllowAnonymous();")),
            Does.Contain("HEALTHCHECK"));
    }

    [TestCase("HEALTHCHECK --interval=7s CMD curl -f http://localhost:3000/api/ping || exit 1", "HEALTHCHECK --interval=7s CMD [\"node\"",
        "http://127.0.0.1:3000/api/ping")]
    [TestCase("HEALTHCHECK CMD wget -qO- http://127.0.0.1:${PORT}/ || exit 1", "HEALTHCHECK CMD [\"node\"", "http://127.0.0.1:3000/'")]
    [TestCase("HEALTHCHECK CMD curl http://localhost:9229/x", "HEALTHCHECK CMD [\"node\"", "http://127.0.0.1:9229/x")]
    [TestCase("HEALTHCHECK CMD node healthcheck.js", "HEALTHCHECK CMD [\"node\", \"healthcheck.js\"]", "")]
    public void The_check_of_the_projects_own_Dockerfile_is_asked_by_what_the_image_has(string line, string begin, string address)
    {
        _folder.File("package.json", "{ \"main\": \"server.js\" }").File("server.js").File("healthcheck.js")
            .File("Dockerfile", $"FROM node:24\nEXPOSE 3000\n{line}\nCMD [\"node\", \"server.js\"]\n");
        var project = NodePreset.Describe(_folder.Path, new NodeProjectSettings());
        Assert.That(Text(project), Does.Contain(begin).And.Contain(address));
        Assert.That(Told(project), Does.Contain("Dockerfile says"));
    }

    [Test]
    public void A_command_that_the_image_lacks_is_told()
    {
        _folder.File("main.go", "package main\nfunc main() {}\n").File("go.mod", "module m\n\ngo 1.24\n")
            .File("Dockerfile", "FROM alpine:3\nHEALTHCHECK CMD /check.sh\nCMD [\"/m\"]\n");
        Assert.That(Told(GoPreset.Describe(_folder.Path, new GoProjectSettings())), Does.Contain(
            "Dockerfile says whether the program is well by '/check.sh', this image does not: set HealthCheck, to a command that the image "
                + "has."));
        _folder.File("Dockerfile", "FROM alpine:3\nHEALTHCHECK CMD [\"/m\", \"-check\"]\nCMD [\"/m\"]\n");
        Assert.That(Text(GoPreset.Describe(_folder.Path, new GoProjectSettings())),
            Does.Contain("HEALTHCHECK CMD [\"/bin/m\", \"-check\"]"));
    }

    [Test]
    public void A_site_is_asked_by_the_wget_of_its_base()
    {
        _folder.File("index.html");
        var text = Text(SitePreset.Describe(_folder.Path, new SiteProjectSettings()));
        Assert.That(text, Does.Contain($"{Wget}8080/healthz\"]")
            .And.Contain("'    location = /healthz { access_log off; try_files $uri =204; }'"));
        Assert.That(Text(SitePreset.Describe(_folder.Path, new SiteProjectSettings { Flavor = BaseFlavor.Slim })),
            Does.Contain("HEALTHCHECK CMD [\"curl\""));
        _folder.File("nginx.conf", "server {\n  listen 9000;\n  location /x { }\n}\n");
        Assert.That(Text(SitePreset.Describe(_folder.Path, new SiteProjectSettings())), Does.Not.Contain("HEALTHCHECK"));
        _folder.File("nginx.conf", "server {\n  listen 9000;\n  location = /health { return 200 \"ok\"; }\n}\n");
        Assert.That(Text(SitePreset.Describe(_folder.Path, new SiteProjectSettings())), Does.Contain($"{Wget}9000/health\"]"));
    }
}
