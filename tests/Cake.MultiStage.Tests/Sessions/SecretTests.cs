using System.Text;
using Cake.MultiStage.Building;
using Cake.MultiStage.Engine.Builds;
using Cake.MultiStage.Engine.Sessions;
using Cake.MultiStage.Images;
using Cake.MultiStage.Tests.Engine;
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
        Assert.That(new SecretMask([Encoding.UTF8.GetBytes("word"), Encoding.UTF8.GetBytes("password")]).Apply("password word"),
            Is.EqualTo("*** ***"));

    // What the usual programs make of it, each by its own rules.
    private const string Odd = "Pa$s'w\"ö&rd<1>/+=%";

    [TestCase("UGEkcyd3IsO2JnJkPDE+Lys9JQ==", TestName = "base64")]
    [TestCase("UGEkcyd3IsO2JnJkPDE-Lys9JQ", TestName = "base64url")]
    [TestCase("dXNlcjpQYSRzJ3ciw7YmcmQ8MT4vKz0l", "dXNlcjp", TestName = "base64 of user:secret, as in a header of basic authentication")]
    [TestCase("eDpQYSRzJ3ciw7YmcmQ8MT4vKz0l", "eDp", TestName = "base64 of x:secret")]
    [TestCase("506124732777" + "22c3b62672643c313e2f2b3d25", TestName = "hexadecimal")]
    [TestCase("50:61:24:73:27:77:22:C3:B6:26:72:64:3C:31:3E:2F:2B:3D:25", TestName = "hexadecimal in pairs")]
    [TestCase("Pa%24s%27w%22%C3%B6%26rd%3C1%3E%2F%2B%3D%25", TestName = "URL")]
    [TestCase("Pa%24s%27w%22%c3%b6%26rd%3c1%3e%2f%2b%3d%25", TestName = "URL in lower case")]
    [TestCase("Pa%24s'w%22%C3%B6%26rd%3C1%3E%2F%2B%3D%25", TestName = "encodeURIComponent")]
    [TestCase("Pa$s'w%22%C3%B6&rd%3C1%3E/+=%25", TestName = "encodeURI")]
    [TestCase("Pa%24s%27w%22%C3%B6%26rd%3C1%3E/%2B%3D%25", TestName = "Python's quote")]
    [TestCase(@"Pa$s'w\""ö&rd<1>/+=%", TestName = "JSON")]
    [TestCase(@"Pa$s\u0027w\u0022\u00F6\u0026rd\u003C1\u003E/\u002B=%", TestName = "JSON of .NET")]
    [TestCase(@"Pa$s'w\""\u00f6&rd<1>/+=%", TestName = "JSON of Python")]
    [TestCase(@"Pa$s'w\""ö\u0026rd\u003c1\u003e/+=%", TestName = "JSON of Go")]
    [TestCase(@"Pa$s'w\""\u00f6&rd<1>\/+=%", TestName = "JSON of PHP")]
    [TestCase("Pa$s&apos;w&quot;ö&amp;rd&lt;1&gt;/+=%", TestName = "XML")]
    [TestCase("Pa$s'w\"ö&amp;rd&lt;1&gt;/+=%", TestName = "XML content")]
    [TestCase("Pa$s&#39;w&#34;ö&amp;rd&lt;1&gt;/+=%", TestName = "HTML of Go")]
    [TestCase("Pa$s&#x27;w&quot;ö&amp;rd&lt;1&gt;/+=%", TestName = "HTML of Python")]
    [TestCase(@"Pa$s'\''w""ö&rd<1>/+=%", TestName = "sh, single quotes, as set -x prints it")]
    [TestCase(@"Pa\$s'w\""ö&rd<1>/+=%", TestName = "sh, double quotes")]
    [TestCase(@"Pa\$s\'w\""ö\&rd\<1\>/+=%", TestName = "sh, printf %q")]
    [TestCase("Pa`$s'w`\"ö&rd<1>/+=%", TestName = "PowerShell, double quotes")]
    [TestCase("Pa$s''w\"ö&rd<1>/+=%", TestName = "PowerShell, single quotes")]
    public void A_secret_is_masked_in_the_ways_in_which_programs_write_it(string form, string left = "")
    {
        var shown = new SecretMask([Encoding.UTF8.GetBytes(Odd)]).Apply($"before {form} after");
        Assert.That(shown, Is.EqualTo($"before {left}*** after"));
    }

    [Test]
    public void In_base64_a_secret_is_found_wherever_it_stands([Values(0, 1, 2, 3, 4, 5, 6, 7)] int before, [Values(0, 1, 2, 3)] int after,
        [Values] bool isWide)
    {
        const string Secret = "correct horse battery staple";
        var text = new string('x', before) + Secret + new string('y', after);
        var shown = new SecretMask([Encoding.UTF8.GetBytes(Secret)]).Apply(
            Convert.ToBase64String(isWide ? Encoding.Unicode.GetBytes(text) : Encoding.UTF8.GetBytes(text)));
        // Characters that are made of a neighbour too are all that may be left.
        Assert.That(shown, Does.Contain("***").And.Length.LessThanOrEqualTo(((isWide ? 2 : 1) * (before + after) * 4 / 3) + 8));
    }

    [Test]
    public void A_key_is_masked_as_it_is_wrapped_in_base64()
    {
        var key = string.Join('\n', Enumerable.Range(0, 12).Select(line => $"line {line} of a key that is long enough to be wrapped"));
        var wrapped = Convert.ToBase64String(Encoding.UTF8.GetBytes(key)).Chunk(76).Select(line => new string(line));
        var mask = new SecretMask([Encoding.UTF8.GetBytes(key)]);
        Assert.That(wrapped.Select(line => mask.Apply(line)), Is.All.EqualTo("***"));
        Assert.That(mask.Apply(System.Text.Json.JsonSerializer.Serialize(key)), Does.Not.Contain("of a key"));
    }

    [Test]
    public void Secrets_that_overlap_are_masked_as_one() =>
        Assert.That(
            new SecretMask([Encoding.UTF8.GetBytes("passABCDE"), Encoding.UTF8.GetBytes("ABCDEword")]).Apply("a passABCDEword b ABCDEword"),
            Is.EqualTo("a *** b ***"));

    [TestCase("a long line that ends in corr", "a long line that ends in ***")]
    [TestCase("a long line that ends in correct horse battery sta", "a long line that ends in ***")]
    [TestCase("a long line that ends in cor", "a long line that ends in cor")]
    [TestCase("correct horse battery staple, and corre", "***, and ***")]
    public void A_secret_that_a_line_is_cut_in_is_masked(string line, string shown) =>
        Assert.That(new SecretMask([Encoding.UTF8.GetBytes("correct horse battery staple")]).Apply(line, isCut: true), Is.EqualTo(shown));

    [Test]
    public void Masking_costs_little_however_much_is_written_and_however_large_a_secret_is()
    {
        var random = new Random(3);
        var large = new byte[400_000];
        random.NextBytes(large);
        var lines = string.Join('\n', Enumerable.Range(0, 5000).Select(_ => Convert.ToHexString(RandomBytes(random, 32))));
        var mask = new SecretMask([Encoding.UTF8.GetBytes(Convert.ToBase64String(large)), Encoding.UTF8.GetBytes(lines),
            Encoding.UTF8.GetBytes(Odd)]);
        var line = string.Concat(Enumerable.Repeat("npm notice the quick brown fox = 1234 ", 5));
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        for (var count = 0; count < 100_000; count++)
        {
            mask.Apply(line);
        }

        // 19 MB; tens of milliseconds where the machine is at rest.
        Assert.That(System.Diagnostics.Stopwatch.GetElapsedTime(started), Is.LessThan(TimeSpan.FromSeconds(20)));
    }

    [Test]
    public void Arguments_whose_names_say_that_they_are_secret_are_masked()
    {
        var request = new BuildRequest
        {
            Dockerfile = Recorded.TwoStages,
            ContextDirectory = "/",
            BuildArguments = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["NPM_TOKEN"] = "npm_12345", ["HTTP_PROXY"] = "http://me:hush-hush@proxy:3128", ["VERSION"] = "1.2.34567",
                ["PUBLIC_KEY"] = "ssh-rsa", ["api-key"] = "k-12345",
            },
        };
        var steps = new StepRecorder(new Recorder(), SecretArguments.MaskOf(request));
        steps.Name("k", StepName.FromBuildKit("[a 1/1] RUN curl -H npm_12345 -x http://me:hush-hush@proxy:3128 1.2.34567 ssh-rsa k-12345"));
        steps.Start("k");
        steps.Finish("k", cached: false, TimeSpan.Zero, "process npm_12345 failed");
        Assert.That(steps.Finished.Single().ToString(), Does.Contain("RUN curl -H *** -x http://me:***@proxy:3128 1.2.34567 ssh-rsa ***"));
        Assert.That(steps.Failed!.Value.Error, Is.EqualTo("process *** failed"));
    }

    private static byte[] RandomBytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    [Test]
    public void A_secret_comes_from_a_variable() =>
        Assert.That(Text(BuildSecret.FromEnvironment("TOKEN").Read("id", name => name + "-value")), Is.EqualTo("TOKEN-value"));

    [TestCase(null)]
    [TestCase("")]
    public void A_variable_that_is_not_set_is_an_error(string? value) =>
        Assert.That(() => BuildSecret.FromEnvironment("TOKEN").Read("feed", _ => value),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("'feed'").And.Message.Contains("'TOKEN'"));

    [Test]
    public void A_file_that_is_missing_is_an_error() =>
        Assert.That(() => BuildSecret.FromFile("/no/such/file").Read("feed", _ => null),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("'feed'").And.Message.Contains("/no/such/file"));

    [Test]
    public void A_value_is_not_shown() => Assert.That(BuildSecret.FromValue("hush-hush").ToString(), Does.Not.Contain("hush"));

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
