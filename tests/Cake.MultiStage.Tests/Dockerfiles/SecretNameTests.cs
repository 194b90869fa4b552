using Cake.MultiStage.Dockerfiles;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Dockerfiles;

public static class SecretNameTests
{
    [TestCase("DB_PASSWORD", true, true)]
    [TestCase("DB_PASS", true, true)]
    [TestCase("pwd", true, true)]
    [TestCase("npm-token", true, true)]
    [TestCase("NPM_TOKEN", true, true)]
    [TestCase("APIKEY", true, true)]
    [TestCase("STRIPE_API_KEY", true, true)]
    [TestCase("AWS_SECRET_ACCESS_KEY", true, true)]
    [TestCase("CACHE_KEY", true, false)]
    [TestCase("TOKEN_LIFETIME", true, false)]
    [TestCase("BASIC_AUTH", true, false)]
    [TestCase("GOOGLE_CREDENTIALS", true, false)]
    [TestCase("PUBLIC_KEY", false, false)]
    [TestCase("NEXT_PUBLIC_API_KEY", false, false)]
    [TestCase("DB_PASSWORD_FILE", false, false)]
    [TestCase("secret_File", false, false)]
    [TestCase("AUTH_MODULE_VERSION", false, false)]
    [TestCase("FILE_PASSWORD", true, true)]
    [TestCase("KEYBOARD", false, false)]
    [TestCase("BYPASS", false, false)]
    [TestCase("AUTHOR", false, false)]
    [TestCase("PORT", false, false)]
    public static void A_name_tells_a_secret(string name, bool isLikely, bool isCertain) =>
        Assert.That((SecretName.IsLikely(name), SecretName.IsCertain(name)), Is.EqualTo((isLikely, isCertain)));
}
