using System.Text;
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
    [TestCase("""{ "auths": { "example.com": { "auth": "bWU6c2VjcmV0" } } }""", "a registry's login")]
    [TestCase("DB_PASSWORD=correct-horse", "a secret variable")]
    [TestCase("{ \"type\": \"service_account\", \"private_key\": \"-----BEGIN PRIVATE KEY-----\\nabc\" }", "a private key")]
    [TestCase("url: https://hooks.slack.com/services/T0123ABCD/B0123ABCD/abcdefghijklmnopqrstuvwx", "an access token")]
    [TestCase("DefaultEndpointsProtocol=https;AccountName=a;AccountKey=0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJ==", "a key of a cloud")]
    [TestCase("[default]\naws_secret_access_key = 0123456789abcdefghijABCDEFGHIJ0123456789", "a key of a cloud")]
    [TestCase("https://me:correct-horse@git.example.com", "an address with a password")]
    [TestCase("users:\n- name: me\n  user:\n    client-key-data: LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVk\n", "a login to a cluster")]
    [TestCase("<server><id>a</id><password>correct-horse</password></server>", "a registry's password")]
    [TestCase("[pypi]\nusername = me\npassword = correct-horse\n", "a registry's password")]
    public void A_secret_has_a_kind(string text, string kind) => Assert.That(SecretContent.Kind(Encoding.UTF8.GetBytes(text)), Is.EqualTo(kind));

    [TestCase("-----BEGIN CERTIFICATE-----\nabc")]
    [TestCase("//registry.example.com/:_authToken=${NPM_TOKEN}")]
    [TestCase("""<add key="ClearTextPassword" value="%PASSWORD%" />""")]
    [TestCase("PORT=8080\nTOKEN=$TOKEN\n")]
    [TestCase("""{ "auths": {} }""")]
    [TestCase("<server><password>{encrypted}</password><password>${env.PASSWORD}</password></server>")]
    [TestCase("[remote \"origin\"]\n\turl = https://me@git.example.com/a.git\n")]
    [TestCase("https://me:${PASSWORD}@git.example.com")]
    [TestCase("{ \"ConnectionStrings\": { \"Default\": \"Server=db;Integrated Security=true\" } }")]
    public void What_is_none_has_no_kind(string text) => Assert.That(SecretContent.Kind(Encoding.UTF8.GetBytes(text)), Is.Null);

    [TestCase("/app/.env", true)]
    [TestCase("/root/.npmrc", true)]
    [TestCase("/a/id_ed25519", true)]
    [TestCase("/a/App.runtimeconfig.json", true)]
    [TestCase("/src/.git/config", true)]
    [TestCase("/root/.kube/config", true)]
    [TestCase("/root/.aws/credentials", true)]
    [TestCase("/root/.config/gcloud/application_default_credentials.json", true)]
    [TestCase("/etc/passwd", true)]
    [TestCase("/etc/app/config", false)]
    [TestCase("/a/environment.js", false)]
    public void Only_names_that_may_hold_one_are_looked_into(string path, bool looked) => Assert.That(new SecretContent().BytesOf(path, 10, 420) > 0, Is.EqualTo(looked));

    [Test]
    public void A_large_file_is_left_alone() => Assert.That(new SecretContent().BytesOf("/a.pem", 1_000_000, 420), Is.Zero);
}
