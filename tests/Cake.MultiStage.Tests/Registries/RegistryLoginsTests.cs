using System.Text;
using Cake.MultiStage.Engine.Registries;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Registries;

public sealed class RegistryLoginsTests
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
        Assert.That(await FindAsync("registry.example.com"), Is.EqualTo(new RegistryLogin("robot", "pa:ss")));
    }

    [TestCase("docker.io")]
    [TestCase("registry-1.docker.io")]
    [TestCase("https://index.docker.io/v1/")]
    public async Task Docker_Hub_is_found_under_its_old_address(string host)
    {
        Configure($$$$"""{"auths":{"https://index.docker.io/v1/":{"auth":"{{{{Base64("me:secret")}}}}"}}}""");
        Assert.That(await FindAsync(host), Is.EqualTo(new RegistryLogin("me", "secret")));
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
        var given = new Dictionary<string, RegistryLogin>(StringComparer.Ordinal) { ["https://r.example.com/v2/"] = new("c", "d") };
        Assert.That(await new RegistryLogins(_folder, given).FindAsync("r.example.com", CancellationToken.None), Is.EqualTo(new RegistryLogin("c", "d")));
    }

    [Test]
    public async Task No_configuration_is_no_login() => Assert.That(await FindAsync("r.example.com"), Is.Null);

    [Test]
    public void A_broken_configuration_is_named()
    {
        Configure("{");
        Assert.That(() => FindAsync("r.example.com"), Throws.InstanceOf<MultiStageException>().With.Message.Contains("config.json' is no valid JSON"));
    }

    [Test]
    public void A_broken_login_says_what_to_do()
    {
        Configure("""{"auths":{"r.example.com":{"auth":"%%%"}}}""");
        Assert.That(() => FindAsync("r.example.com"), Throws.InstanceOf<MultiStageException>().With.Message.Contains("docker login r.example.com"));
    }

    [Test]
    public void A_missing_credential_helper_says_so()
    {
        Configure("""{"credHelpers":{"r.example.com":"not-installed-here"}}""");
        Assert.That(() => FindAsync("r.example.com"), Throws.InstanceOf<MultiStageException>().With.Message.Contains("docker-credential-not-installed-here"));
    }

    [Test]
    public void A_login_does_not_show_its_secret() =>
        Assert.That($"{new RegistryLogin("robot", "hush-hush")} {new RegistryLogin("", "hush-hush")}", Does.Not.Contain("hush"));

    private Task<RegistryLogin?> FindAsync(string host) =>
        new RegistryLogins(_folder, new Dictionary<string, RegistryLogin>(StringComparer.Ordinal)).FindAsync(host, CancellationToken.None);

    private void Configure(string json) => File.WriteAllText(Path.Combine(_folder, "config.json"), json);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
