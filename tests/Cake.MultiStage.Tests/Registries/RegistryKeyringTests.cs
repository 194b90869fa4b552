using System.Text;
using Cake.MultiStage.Registries;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Registries;

public sealed class RegistryKeyringTests
{
    private string _folder = "";

    [SetUp]
    public void Make_a_folder_for_the_configuration() => _folder = Directory.CreateTempSubdirectory("docker-config-").FullName;

    [TearDown]
    public void Delete_the_folder() => Directory.Delete(_folder, recursive: true);

    [TestCase("registry.example.com")]
    [TestCase("https://registry.example.com")]
    [TestCase("https://registry.example.com/v1/")]
    public async Task A_registry_is_found_however_its_key_is_written(string key)
    {
        Configure($$$$"""{"auths":{"{{{{key}}}}":{"auth":"{{{{Base64("robot:pa:ss")}}}}"}}}""");
        Assert.That(await FindAsync("registry.example.com"), Is.EqualTo(new RegistryCredentials("robot", "pa:ss")));
    }

    [TestCase("docker.io")]
    [TestCase("registry-1.docker.io")]
    [TestCase("https://index.docker.io/v1/")]
    public async Task Docker_Hub_is_found_under_its_old_address(string host)
    {
        Configure($$$$"""{"auths":{"https://index.docker.io/v1/":{"auth":"{{{{Base64("me:secret")}}}}"}}}""");
        Assert.That(await FindAsync(host), Is.EqualTo(new RegistryCredentials("me", "secret")));
    }

    [Test]
    public async Task A_port_makes_another_registry()
    {
        Configure($$$$"""{"auths":{"localhost:5000":{"auth":"{{{{Base64("a:b")}}}}"}}}""");
        Assert.That(await FindAsync("localhost:5001"), Is.Null);
    }

    [Test]
    public async Task An_identity_token_has_no_user()
    {
        Configure("""{"auths":{"r.example.com":{"auth":"","identitytoken":"tok"}}}""");
        Assert.That((await FindAsync("r.example.com"))!.IsIdentityToken, Is.True);
    }

    [Test]
    public async Task What_the_settings_give_wins()
    {
        Configure($$$$"""{"auths":{"r.example.com":{"auth":"{{{{Base64("a:b")}}}}"}}}""");
        var given = new Dictionary<string, RegistryCredentials>(StringComparer.Ordinal) { ["https://r.example.com/v2/"] = new("c", "d") };
        Assert.That(await new RegistryKeyring(_folder, given).FindAsync("r.example.com", CancellationToken.None),
            Is.EqualTo(new RegistryCredentials("c", "d")));
    }

    [Test]
    public async Task The_exact_key_comes_first_and_then_the_forms_that_the_Docker_CLI_takes()
    {
        string Entry(string key, string user) => $"\"{key}\":{{\"auth\":\"{Base64(user + ":x")}\"}}";
        Configure(
            $"{{\"auths\":{{{Entry("https://r.example.com/v1/", "address")},{Entry("r.example.com",
                "exact")},{Entry("http://r.example.com", "other")}}}}}");
        Assert.That((await FindAsync("r.example.com"))?.Username, Is.EqualTo("exact"));
        Configure($"{{\"auths\":{{{Entry("https://r.example.com:443/v1/", "port")},{Entry("https://me@r.example.com/v2", "address")}}}}}");
        Assert.That((await FindAsync("r.example.com"))?.Username, Is.EqualTo("address"));
    }

    [TestCase("{\"AUTHS\":{\"r.example.com\":{\"Auth\":\"YTpi\"}}}")]
    [TestCase("{\"auths\":{\"r.example.com\":{\"auth\":\"YTpi\"}}} and more")]
    [TestCase("\ufeff{\"auths\":{\"r.example.com\":{\"auth\":\"YTpi\"}}}")]
    [TestCase("{\"auths\":{\"r.example.com\":{\"auth\":\"YTpiAAA=\"}}}")]
    [TestCase("{\"auths\":{\"r.example.com\":{\"username\":\"a\",\"password\":\"b\",\"auth\":null}}}")]
    [TestCase(
        "{\"auths\":{\"r.example.com\":{\"auth\":\"YTpi\"},\"odd\":{\"auth\":7}},\"credsStore\":null,\"detachKeys\":7,\"plugins\":[]}")]
    public async Task Odd_configurations_are_read_as_the_Docker_CLI_reads_them(string json)
    {
        Configure(json);
        Assert.That(await FindAsync("r.example.com"), Is.EqualTo(new RegistryCredentials("a", "b")));
    }

    [TestCase("")]
    [TestCase(" \n")]
    [TestCase("null")]
    [TestCase("{}")]
    [TestCase("{\"auths\":null}")]
    [TestCase("{\"auths\":{\"r.example.com\":{}}}")]
    [TestCase("{\"auths\":{\"r.example.com\":null}}")]
    [TestCase("{\"auths\":{\"r.example.com\":{\"auth\":\"\"}}}")]
    public async Task Without_a_login_there_is_none(string json)
    {
        Configure(json);
        Assert.That(await FindAsync("r.example.com"), Is.Null);
    }

    [TestCase("{\"auths\":[]}", "auths")]
    [TestCase("{\"auths\":{\"r.example.com\":7}}", "r.example.com")]
    [TestCase("{\"auths\":{\"r.example.com\":{\"auth\":7}}}", "auths['r.example.com'].auth")]
    [TestCase("{\"auths\":{\"r.example.com\":{\"auth\":\"OmI=\"}}}", "no user")]
    [TestCase("{\"auths\":{\"r.example.com\":{\"auth\":\"YQ==\"}}}", "no colon")]
    [TestCase("{\"auths\":{\"r.example.com\":{\"auth\":\"YTo=\"}}}", "empty password")]
    [TestCase("{\"auths\":{\"r.example.com\":{\"username\":\"a\"}}}", "empty password")]
    [TestCase("{\"credHelpers\":{\"r.example.com\":7}}", "credHelpers['r.example.com']")]
    [TestCase("{\"credHelpers\":7}", "credHelpers")]
    [TestCase("{\"credsStore\":[]}", "credsStore")]
    [TestCase("{\"credsStore\":\"../../evil\"}", "docker-credential-../../evil")]
    [TestCase("[[[[[[[[[[", "not valid JSON")]
    public void What_can_not_be_used_is_one_error_that_names_the_file_or_the_helper(string json, string found)
    {
        Configure(json);
        Assert.That(() => FindAsync("r.example.com"),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains(found).And.Message.Contains("config.json"));
    }

    [Test]
    public async Task A_configuration_that_is_a_device_is_empty_and_one_that_is_a_folder_is_an_error()
    {
        File.CreateSymbolicLink(Path.Combine(_folder, "config.json"), "/dev/zero");
        Assert.That(await FindAsync("r.example.com"), Is.Null);
        File.Delete(Path.Combine(_folder, "config.json"));
        Directory.CreateDirectory(Path.Combine(_folder, "config.json"));
        Assert.That(() => FindAsync("r.example.com"), Throws.InstanceOf<MultiStageException>().With.Message.Contains("is a folder"));
    }

    [Test]
    public async Task The_variable_comes_before_the_file_and_the_file_after_it()
    {
        Configure(
            $$$$"""{"auths":{"r.example.com":{"auth":"{{{{Base64("file:x")}}}}"},"s.example.com":{"auth":"{{{{Base64("file:x")}}}}"}}}""");
        var variable = $$$$"""{"auths":{"r.example.com":{"auth":"{{{{Base64("variable:x")}}}}"}}}""";
        Assert.That((await FindAsync("r.example.com", variable))?.Username, Is.EqualTo("variable"));
        Assert.That((await FindAsync("s.example.com", variable))?.Username, Is.EqualTo("file"));
        Assert.That(() => FindAsync("r.example.com", "{"),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("DOCKER_AUTH_CONFIG"));
    }

    [Test]
    public void A_given_login_without_a_password_is_an_error()
    {
        var given = new Dictionary<string, RegistryCredentials>(StringComparer.Ordinal) { ["r.example.com"] = new("robot", "") };
        Assert.That(
            () => new RegistryKeyring(_folder, given).FindAsync("r.example.com", CancellationToken.None),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("r.example.com")
                .And.Message.Contains("'robot' and an empty password"));
    }

    [Test]
    public void A_login_from_a_variable_names_it_where_it_is_not_set() => Assert.That(
        () => RegistryCredentials.FromEnvironment("robot", "NO_SUCH_VARIABLE_HERE"),
        Throws.InstanceOf<MultiStageException>().With.Message.Contains("'robot'").And.Message.Contains("'NO_SUCH_VARIABLE_HERE'"));

    [Test]
    public void Proxies_are_the_build_arguments_that_the_Docker_CLI_makes_of_them()
    {
        Configure(
            """
            {"proxies":{"default":{"httpProxy":"http://p:1","noProxy":"localhost","allProxy":""},
            "tcp://build:2375":{"HTTPSPROXY":"http://q:2"}}}
            """);
        var logins = new RegistryKeyring(_folder, new Dictionary<string, RegistryCredentials>(StringComparer.Ordinal));
        Assert.That(logins.ProxyArguments(new Uri("unix:///var/run/docker.sock")),
            Is.EquivalentTo(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["HTTP_PROXY"] = "http://p:1", ["http_proxy"] = "http://p:1", ["NO_PROXY"] = "localhost", ["no_proxy"] = "localhost",
        }));
        Assert.That(logins.ProxyArguments(new Uri("tcp://build:2375")).Keys, Is.EquivalentTo(["HTTPS_PROXY", "https_proxy"]));
        Assert.That(RegistryKeyring.None.ProxyArguments(new Uri("tcp://build:2375")), Is.Empty);
    }

    [Test]
    public async Task No_configuration_is_no_login() => Assert.That(await FindAsync("r.example.com"), Is.Null);

    [Test]
    public void A_broken_configuration_is_named()
    {
        Configure("{");
        Assert.That(() => FindAsync("r.example.com"),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("config.json' is not valid JSON"));
    }

    [Test]
    public void A_broken_login_says_what_to_do()
    {
        Configure("""{"auths":{"r.example.com":{"auth":"%%%"}}}""");
        Assert.That(() => FindAsync("r.example.com"),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("docker login r.example.com"));
    }

    [Test]
    public void A_missing_credential_helper_says_so()
    {
        Configure("""{"credHelpers":{"r.example.com":"not-installed-here"}}""");
        Assert.That(() => FindAsync("r.example.com"),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("docker-credential-not-installed-here"));
    }

    [Test]
    public void A_login_does_not_show_its_secret() =>
        Assert.That($"{new RegistryCredentials("robot", "hush-hush")} "
            + $"{new RegistryCredentials("", "hush-hush")}", Does.Not.Contain("hush"));

    private Task<RegistryCredentials?> FindAsync(string host, string? variable = null) =>
        new RegistryKeyring(_folder, new Dictionary<string, RegistryCredentials>(StringComparer.Ordinal),
            name => name == "DOCKER_AUTH_CONFIG" ? variable : null)
            .FindAsync(host, CancellationToken.None);

    private void Configure(string json) => File.WriteAllText(Path.Combine(_folder, "config.json"), json);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
