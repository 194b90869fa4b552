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
    public void A_secret_has_a_kind(string text, string kind) => Assert.That(SecretContent.Kind(Encoding.UTF8.GetBytes(text)), Is.EqualTo(kind));

    [TestCase("-----BEGIN CERTIFICATE-----\nabc")]
    [TestCase("//registry.example.com/:_authToken=${NPM_TOKEN}")]
    [TestCase("""<add key="ClearTextPassword" value="%PASSWORD%" />""")]
    [TestCase("PORT=8080\nTOKEN=$TOKEN\n")]
    [TestCase("""{ "auths": {} }""")]
    public void What_is_none_has_no_kind(string text) => Assert.That(SecretContent.Kind(Encoding.UTF8.GetBytes(text)), Is.Null);

    [TestCase("/app/.env", true)]
    [TestCase("/root/.npmrc", true)]
    [TestCase("/a/id_ed25519", true)]
    [TestCase("/a/App.runtimeconfig.json", true)]
    [TestCase("/a/environment.js", false)]
    public void Only_names_that_may_hold_one_are_looked_into(string path, bool looked) => Assert.That(new SecretContent().BytesOf(path, 10, 420) > 0, Is.EqualTo(looked));

    [Test]
    public void A_large_file_is_left_alone() => Assert.That(new SecretContent().BytesOf("/a.pem", 1_000_000, 420), Is.Zero);
}
