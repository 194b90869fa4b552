using System.Text;
using Cake.MultiStage.Engine.Sessions;
using Cake.MultiStage.Images;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Sessions;

public sealed class SecretTests
{
    [TestCase("token", "the token is token", "the *** is ***")]
    [TestCase("token\n", "<token>", "<***>")]
    [TestCase("first line\r\nsecond line\n", "a second line, a first line", "a ***, a ***")]
    [TestCase("", "nothing", "nothing")]
    [TestCase("abc", "abc is too short to tell from words", "abc is too short to tell from words")]
    public void A_secret_is_masked(string secret, string line, string shown) =>
        Assert.That(new SecretMask([Encoding.UTF8.GetBytes(secret)]).Apply(line), Is.EqualTo(shown));

    [Test]
    public void A_secret_that_holds_another_is_masked_whole() =>
        Assert.That(new SecretMask([Encoding.UTF8.GetBytes("word"), Encoding.UTF8.GetBytes("password")]).Apply("password word"), Is.EqualTo("*** ***"));

    [Test]
    public void A_secret_comes_from_a_variable() =>
        Assert.That(Text(BuildSecret.FromEnvironment("TOKEN").Read("id", name => name + "-value")), Is.EqualTo("TOKEN-value"));

    [TestCase(null)]
    [TestCase("")]
    public void A_variable_that_is_not_set_is_an_error(string? value) =>
        Assert.That(() => BuildSecret.FromEnvironment("TOKEN").Read("feed", _ => value), Throws.InstanceOf<MultiStageException>().With.Message.Contains("'feed'").And.Message.Contains("'TOKEN'"));

    [Test]
    public void A_file_that_is_missing_is_an_error() =>
        Assert.That(() => BuildSecret.FromFile("/no/such/file").Read("feed", _ => null), Throws.InstanceOf<MultiStageException>().With.Message.Contains("'feed'").And.Message.Contains("/no/such/file"));

    [Test]
    public void A_value_is_not_shown() => Assert.That(BuildSecret.FromValue("hush-hush").ToString(), Does.Not.Contain("hush"));

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
