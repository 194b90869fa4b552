using System.Text;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Checking.Rules;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Checking;

/// <summary>Secrets are known by their shape; what only looks like one is left in peace.</summary>
public sealed class SecretContentTests
{
    [TestCase("-----BEGIN OPENSSH PRIVATE KEY-----\nabc", "a private key")]
    [TestCase("token: ghp_0123456789abcdefghijABCDEFGHIJ012345", "an access token")]
    [TestCase("//registry.example.com/:_authToken=abc", "a registry's token")]
    [TestCase("""<add key="ClearTextPassword" value="secret" />""", "a password in clear text")]
    [TestCase("machine example.com login me password secret", "a password")]
    [TestCase("""{ "auths": { "example.com": { "auth": "bWU6c2VjcmV0" } } }""", "registry credentials")]
    [TestCase("DB_PASSWORD=correct-horse", "a secret variable")]
    [TestCase("{ \"type\": \"service_account\", \"private_key\": \"-----BEGIN PRIVATE KEY-----\\nabc\" }", "a private key")]
    [TestCase("url: https://hooks.slack.com/services/T0123ABCD/B0123ABCD/abcdefghijklmnopqrstuvwx", "an access token")]
    [TestCase("DefaultEndpointsProtocol=https;AccountName=a;AccountKey=0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJ==",
        "a key of a cloud")]
    [TestCase("[default]\naws_secret_access_key = 0123456789abcdefghijABCDEFGHIJ0123456789", "a key of a cloud")]
    [TestCase("https://me:correct-horse@git.example.com", "an address with a password")]
    [TestCase("users:\n- name: me\n  user:\n    client-key-data: LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVk\n", "credentials of a cluster")]
    [TestCase("<server><id>a</id><password>correct-horse</password></server>", "a registry's password")]
    [TestCase("[pypi]\nusername = me\npassword = correct-horse\n", "a registry's password")]
    public void A_secret_has_a_kind(string text, string kind) =>
        Assert.That(Of("/a/settings", text), Is.EqualTo(new Secret(kind, FindingLevel.Error)));

    [TestCase("-----BEGIN CERTIFICATE-----\nabc")]
    [TestCase("//registry.example.com/:_authToken=${NPM_TOKEN}")]
    [TestCase("""<add key="ClearTextPassword" value="%PASSWORD%" />""")]
    [TestCase("PORT=8080\nTOKEN=$TOKEN\n")]
    [TestCase("""{ "auths": {} }""")]
    [TestCase("<server><password>{encrypted}</password><password>${env.PASSWORD}</password></server>")]
    [TestCase("[remote \"origin\"]\n\turl = https://me@git.example.com/a.git\n")]
    [TestCase("https://me:${PASSWORD}@git.example.com")]
    [TestCase("{ \"ConnectionStrings\": { \"Default\": \"Server=db;Integrated Security=true\" } }")]
    public void What_is_none_has_no_kind(string text) => Assert.That(Of("/a/settings", text), Is.Null);

    [TestCase("postgres://me:<password>@db.example.com/app")]
    [TestCase("postgres://me:your-password@db.example.com/app")]
    [TestCase("Server=db;User Id=me;Password=********")]
    [TestCase("Server=db;User Id=me;Password={{db_password}};Encrypt=true")]
    [TestCase("DB_PASSWORD=changeme\nAPI_TOKEN=replace-this-token\nOTHER_SECRET=xxxxxxxx\n")]
    public void What_stands_for_a_secret_is_none(string text) => Assert.That(Of("/a/settings", text), Is.Null);

    [TestCase("/app/appsettings.Development.json", "Server=localhost,1433;Database=a;User Id=sa;Password=Your!Strong1", null)]
    [TestCase("/app/appsettings.Development.json", "postgres://me:correct-horse@localhost:5432/app", null)]
    [TestCase("/app/appsettings.json", "Server=localhost;User Id=sa;Password=Correct!Horse1", FindingLevel.Warning)]
    [TestCase("/app/appsettings.Development.json", "Server=db.example.com;User Id=sa;Password=Correct!Horse1", FindingLevel.Warning)]
    [TestCase("/app/appsettings.json", "Server=db.example.com;User Id=sa;Password=Correct!Horse1", FindingLevel.Error)]
    [TestCase("/app/appsettings.json", "Host=db;Username=postgres;Password=postgres", FindingLevel.Warning)]
    [TestCase("/app/.env.example", "DB_PASSWORD=correct-horse", null)]
    [TestCase("/app/.env", "DB_PASSWORD=correct-horse", FindingLevel.Error)]
    [TestCase("/app/node_modules/public-encrypt/test/test_key.pem", "-----BEGIN RSA PRIVATE KEY-----", FindingLevel.Note)]
    [TestCase("/app/test/test_key.pem", "-----BEGIN RSA PRIVATE KEY-----", FindingLevel.Error)]
    public void How_much_a_password_matters_follows_from_where_it_is_and_what_it_is_for(string path, string text, FindingLevel? level) =>
        Assert.That(Of(path, $"{{ \"a\": \"{text}\" }}")?.Level ?? Of(path, text)?.Level, Is.EqualTo(level));

    [TestCase("/app/.env", true)]
    [TestCase("/root/.npmrc", true)]
    [TestCase("/a/id_ed25519", true)]
    [TestCase("/a/App.runtimeconfig.json", true)]
    [TestCase("/src/.git/config", true)]
    [TestCase("/root/.kube/config", true)]
    [TestCase("/root/.aws/credentials", true)]
    [TestCase("/root/.config/gcloud/application_default_credentials.json", true)]
    [TestCase("/etc/passwd", true)]
    [TestCase("/etc/nginx/conf.d/default.conf", true)]
    [TestCase("/etc/app/config", false)]
    [TestCase("/a/environment.js", false)]
    public void Only_names_that_may_hold_one_are_looked_into(string path, bool looked) =>
        Assert.That(new CheckedContent().BytesOf(path, 10, 420) > 0, Is.EqualTo(looked));

    [Test]
    public void A_large_file_is_left_alone() => Assert.That(new CheckedContent().BytesOf("/a.pem", 1_000_000, 420), Is.Zero);

    private static Secret? Of(string path, string text) => SecretContent.Of(path, Encoding.UTF8.GetBytes(text));
}
