using Cake.MultiStage.Images;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Images;

public sealed class ValueTests
{
    private static readonly string Hex = new('b', 64);

    [TestCase(0, "0 B")]
    [TestCase(1, "1 B")]
    [TestCase(999, "999 B")]
    [TestCase(1000, "1.00 kB")]
    [TestCase(9994, "9.99 kB")]
    [TestCase(9995, "10.0 kB")]
    [TestCase(99_949, "99.9 kB")]
    [TestCase(99_950, "100 kB")]
    [TestCase(999_499, "999 kB")]
    [TestCase(999_500, "1.00 MB")]
    [TestCase(1_080_000_000, "1.08 GB")]
    [TestCase(999_500_000_000, "1.00 TB")]
    [TestCase(long.MaxValue, "9.22 EB")]
    [TestCase(-1, "-1 B")]
    [TestCase(-999_500, "-1.00 MB")]
    [TestCase(long.MinValue, "-9.22 EB")]
    public void A_size_is_shown_with_three_digits_and_a_decimal_unit(long bytes, string text) =>
        Assert.That(new ByteSize(bytes).ToString(), Is.EqualTo(text));

    [Test]
    public void Sizes_are_added_and_compared()
    {
        var (small, large) = (new ByteSize(1), new ByteSize(2));
        Assert.Multiple(() =>
        {
            Assert.That(small + large, Is.EqualTo(new ByteSize(3)));
            Assert.That(small.Add(large), Is.EqualTo(new ByteSize(3)));
            Assert.That(small - large, Is.EqualTo(new ByteSize(-1)));
            Assert.That(small.Subtract(large), Is.EqualTo(new ByteSize(-1)));
            Assert.That(small < large && small <= large && large > small && large >= small, Is.True);
            Assert.That(small.CompareTo(large), Is.Negative);
        });
    }

    [Test]
    public void A_digest_has_an_algorithm_and_a_hash()
    {
        var digest = Digest.Parse("sha256:" + Hex);
        Assert.That((digest.Algorithm, digest.Encoded, digest.Abbreviated, digest.ToString()),
            Is.EqualTo(("sha256", Hex, "bbbbbbbbbbbb", "sha256:" + Hex)));
    }

    [TestCase("sha256+b64u.x_y-z:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564")]
    [TestCase("multi+base58:Qm")]
    public void Unregistered_algorithms_have_rules_of_their_own(string text) =>
        Assert.That(Digest.Parse(text).ToString(), Is.EqualTo(text));

    [TestCase(null)]
    [TestCase("")]
    [TestCase("sha256")]
    [TestCase("sha256:")]
    [TestCase(":abc")]
    [TestCase("sha256:abc")]
    [TestCase("SHA256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")]
    [TestCase("sha256:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB")]
    [TestCase("sha256:gggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggg")]
    [TestCase("sha512:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")]
    [TestCase("a++b:c")]
    [TestCase("a:b/c")]
    public void Other_texts_are_no_digests(string? text) => Assert.That(Digest.TryParse(text, out _), Is.False);

    [Test]
    public void A_bad_digest_is_told_how_it_should_look() =>
        Assert.That(() => Digest.Parse("sha256:abc"),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains(
                "'sha256:abc' is not a valid digest: expected an algorithm, a colon and the hash"));

    [TestCase("linux/amd64", "linux", "amd64", null)]
    [TestCase("linux/arm/v7", "linux", "arm", "v7")]
    [TestCase("windows/amd64", "windows", "amd64", null)]
    public void A_platform_has_a_system_a_processor_and_perhaps_a_variant(string text, string system, string processor, string? variant)
    {
        var platform = Platform.Parse(text);
        Assert.That(platform, Is.EqualTo(new Platform(system, processor, variant)));
        Assert.That(platform.ToString(), Is.EqualTo(text));
    }

    [TestCase("")]
    [TestCase("linux")]
    [TestCase("linux/")]
    [TestCase("/amd64")]
    [TestCase("linux/arm/v7/x")]
    [TestCase("linux/a b")]
    [TestCase("linux,amd64")]
    public void Other_texts_are_no_platforms(string text) =>
        Assert.That(() => Platform.Parse(text), Throws.InstanceOf<MultiStageException>().With.Message.Contains($"'{text}' is not a valid "
            + "platform"));
}
