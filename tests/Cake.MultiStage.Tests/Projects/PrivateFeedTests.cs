using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.DotNet;
using Cake.MultiStage.Projects.Node;
using Cake.MultiStage.Projects.Sites;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>A feed that asks for a login is told with the line that gives it; keys travel as a secret or not at all.</summary>
public sealed class PrivateFeedTests : FolderFixture
{
    private static string Told(ImageProject project, string about) =>
        string.Join('\n', project.Assumptions.Where(one => one.Text.Contains(about, StringComparison.Ordinal)).Select(one => one.Text));

    private ImageProject DotNet(string config, Action<DotNetProjectSettings>? configure = null)
    {
        _folder.File("a.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0"
            + "</TargetFramework></PropertyGroup></Project>").File("nuget.config", $"<configuration>{config}</configuration>");
        var settings = new DotNetProjectSettings();
        configure?.Invoke(settings);
        return DotNetPreset.Describe(_folder.Path, settings);
    }

    private ImageProject Node(string file, string text, string manager, Action<NodeProjectSettings>? configure = null)
    {
        _folder.File("package.json", $$"""{ "main": "server.js", "packageManager": "{{manager}}", "dependencies": { "express": "5" } }""")
            .File("server.js").File(file, text);
        var settings = new NodeProjectSettings();
        configure?.Invoke(settings);
        return NodePreset.Describe(_folder.Path, settings);
    }

    [Test]
    public void A_feed_of_NuGets_is_told_with_its_line()
    {
        const string Feed = "<packageSources><add key=\"our feed\" value=\"https://nuget.example.com/v3/index.json\" />"
            + "<add key=\"nuget.org\" value=\"https://api.nuget.org/v3/index.json\" /></packageSources>";
        var project = DotNet(Feed);
        Assert.That(Told(project, "feed"), Is.EqualTo(
            "nuget.config names the feed https://nuget.example.com/v3/index.json: where it asks for a login, give the credentials as a "
                + "secret: dotnet.Credentials = BuildSecret.FromValue(\"<configuration><packageSourceCredentials><our_x0020_feed>"
                + "<add key='Username' value='USER' /><add key='ClearTextPassword' value='\" + EnvironmentVariable(\"FEED_TOKEN\") + \"' />"
                + "</our_x0020_feed></packageSourceCredentials></configuration>\")"));
        Assert.That(project.Assumptions.Single(one => one.Text.Contains("feed", StringComparison.Ordinal)).Doubtful, Is.False);
        Assert.That(Told(DotNet(Feed, one => one.Credentials = Cake.MultiStage.Images.BuildSecret.FromValue("x")), "feed"), Is.Empty);
    }

    [Test]
    public void Nothing_of_a_password_is_repeated() => Assert.That(
        PrivateFeed.Of("Gemfile", "https://user:p@ss@gems.example.com/x", uri => uri.Host),
        Has.Property("Address").EqualTo("https://gems.example.com/x").And.Property("Line").EqualTo("gems.example.com"));

    [TestCase("%TOKEN%", "its password is to come from %TOKEN%, which the build has not.")]
    [TestCase("hunter2", "its password stands there, and travels to the builder.")]
    public void A_password_in_it_is_a_warning(string password, string text)
    {
        var project = DotNet("<packageSources><add key=\"own\" value=\"https://nuget.example.com/v3/index.json\" /></packageSources>"
            + $"<packageSourceCredentials><own><add key=\"ClearTextPassword\" value=\"{password}\" /></own></packageSourceCredentials>");
        Assert.That(Told(project, "feed"), Does.Contain(text));
        Assert.That(project.Assumptions.Single(one => one.Text.Contains("feed", StringComparison.Ordinal)).Doubtful, Is.True);
    }

    [Test]
    public void A_registry_of_npms_is_told_with_its_line()
    {
        var project = Node(".npmrc", "@own:registry=https://npm.example.com/x/\nregistry=https://registry.npmjs.org/\n", "npm@11.3.0");
        Assert.That(Told(project, "feed"), Is.EqualTo(".npmrc names the feed https://npm.example.com/x: where it asks for a login, give "
            + "the credentials as a secret: node.Credentials = BuildSecret.FromValue(\"//npm.example.com/x/:_authToken=\" + "
            + "EnvironmentVariable(\"NPM_TOKEN\"))"));
        Assert.That(Told(project, "npm 11.3.0"), Does.Match("package.json names npm 11.3.0: the npm that Node.js \\S+ brings installs, "
            + "which reads the same lock."));
    }

    [TestCase("${OWN_TOKEN}", "takes the token of its registry from the variable OWN_TOKEN, which the build has not")]
    [TestCase("abc", "holds the token of its registry, and travels to the builder")]
    public void Yarn_of_today_reads_a_file_of_its_own(string token, string text)
    {
        Assert.That(Told(Node(".yarnrc.yml", $"npmAuthToken: {token}\n", "yarn@4.9.0"), ".yarnrc.yml"), Does.Contain(text)
            .And.Contain("node.Credentials = BuildSecret.FromValue(\"npmAuthToken: \""));
        var given = Node(".yarnrc.yml", "nodeLinker: node-modules\n", "yarn@4.9.0",
            node => node.Credentials = Cake.MultiStage.Images.BuildSecret.FromValue("x")).ToDockerfile().ToString();
        Assert.That(given, Does.Contain("--mount=type=secret,id=yarnrc,target=/root/.yarnrc.yml,required"));
        Assert.That(given, Does.Not.Contain("npmrc"));
    }

    [Test]
    public void Variables_for_everybody_travel_and_others_are_told()
    {
        _folder.File("package.json", """{ "scripts": { "build": "vite build" }, "devDependencies": { "vite": "7" } }""").File("index.html")
            .File(".env.production", "VITE_API=https://api.example.com\n").File(".env", "VITE_TITLE=x\nDATABASE_PASSWORD=y\n");
        var project = SitePreset.Describe(_folder.Path, new SiteProjectSettings());
        Assert.That(project.Included, Is.EqualTo(new[] { ".env.production" }));
        Assert.That(Told(project, "'.env'"), Does.Contain("VITE_TITLE. Set site.Include.Add(\".env\")"));
    }
}
