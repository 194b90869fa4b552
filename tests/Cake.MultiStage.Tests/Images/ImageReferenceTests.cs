using Cake.MultiStage.Images;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Images;

public sealed class ImageReferenceTests
{
    private static readonly string Hex = new('a', 64);

    [TestCase("golang", "docker.io", "library/golang", null)]
    [TestCase("golang:1.21", "docker.io", "library/golang", "1.21")]
    [TestCase("team/app:1.0", "docker.io", "team/app", "1.0")]
    [TestCase("docker.io/golang", "docker.io", "library/golang", null)]
    [TestCase("docker.io/library/golang", "docker.io", "library/golang", null)]
    [TestCase("index.docker.io/team/app", "docker.io", "team/app", null)]
    [TestCase("localhost/app", "localhost", "app", null)]
    [TestCase("localhost:5000/team/app:1.0", "localhost:5000", "team/app", "1.0")]
    [TestCase("localhost:5000", "docker.io", "library/localhost", "5000")]
    [TestCase("registry.example.com/a/b/c/d", "registry.example.com", "a/b/c/d", null)]
    [TestCase("Registry.Example.com/app", "Registry.Example.com", "app", null)]
    [TestCase("REGISTRY/app", "REGISTRY", "app", null)]
    [TestCase("127.0.0.1:5000/app", "127.0.0.1:5000", "app", null)]
    [TestCase("[::1]/app", "[::1]", "app", null)]
    [TestCase("[2001:db8::1]:5000/app:x", "[2001:db8::1]:5000", "app", "x")]
    [TestCase("a__b/c-d---e/f.g_h:_tag", "docker.io", "a__b/c-d---e/f.g_h", "_tag")]
    public void A_reference_has_a_registry_a_path_and_a_tag(string text, string registry, string path, string? tag)
    {
        var reference = ImageReference.Parse(text);
        Assert.That((reference.Registry, reference.Path, reference.Tag, reference.Digest),
            Is.EqualTo((registry, path, tag, (Digest?)null)));
    }

    [Test]
    public void A_reference_may_have_a_tag_and_a_digest()
    {
        var reference = ImageReference.Parse($"host:1/app:1.0@sha256:{Hex}");
        Assert.Multiple(() =>
        {
            Assert.That(reference.Tag, Is.EqualTo("1.0"));
            Assert.That(reference.Digest, Is.EqualTo(Digest.Parse("sha256:" + Hex)));
            Assert.That(reference.ToString(), Is.EqualTo($"host:1/app:1.0@sha256:{Hex}"));
        });
    }

    [TestCase("", "it is empty")]
    [TestCase("app:", "'' is not a valid tag")]
    [TestCase(":tag", "empty component")]
    [TestCase("app:-x", "'-x' is not a valid tag")]
    [TestCase("app:.x", "'.x' is not a valid tag")]
    [TestCase("app:a b", "'a b' is not a valid tag")]
    [TestCase("app@sha256:abc", "'sha256:abc' is not a valid digest")]
    [TestCase("app@", "'' is not a valid digest")]
    [TestCase("App", "'App' has upper-case letters")]
    [TestCase("team/App", "'team/App' has upper-case letters")]
    [TestCase("a//b", "empty component")]
    [TestCase("a/", "empty component")]
    [TestCase("/a", "empty component")]
    [TestCase("host.com/", "empty component")]
    [TestCase("a___b", "'a___b' is not a valid path component")]
    [TestCase("a..b", "'a..b' is not a valid path component")]
    [TestCase("-a", "'-a' is not a valid path component")]
    [TestCase("a-", "'a-' is not a valid path component")]
    [TestCase("naïve", "'naïve' is not a valid path component")]
    [TestCase(" app", "' app' is not a valid path component")]
    [TestCase("app\n", "is not a valid path component")]
    [TestCase("host_name:5000/app", "'host_name:5000' is not a valid registry host")]
    [TestCase("-host.com/app", "'-host.com' is not a valid registry host")]
    [TestCase("host..com/app", "'host..com' is not a valid registry host")]
    [TestCase("host:port/app", "'host:port' is not a valid registry host")]
    [TestCase("https://host/app", "'https:' is not a valid registry host")]
    public void A_bad_reference_is_refused_with_the_part_that_is_wrong(string text, string problem)
    {
        Assert.That(() => ImageReference.Parse(text), Throws.InstanceOf<MultiStageException>().With.Message.Contains(problem));
        Assert.That(ImageReference.TryParse(text, out _), Is.False);
    }

    [Test]
    public void An_image_id_is_no_name_but_may_be_one_with_a_tag()
    {
        Assert.That(() => ImageReference.Parse(Hex), Throws.InstanceOf<MultiStageException>().With.Message.Contains("are an image id"));
        Assert.That(ImageReference.Parse("docker.io/" + Hex).ToString(), Is.EqualTo("library/" + Hex));
    }

    [TestCase(128, true)]
    [TestCase(129, false)]
    public void A_tag_has_at_most_128_characters(int length, bool good) =>
        Assert.That(ImageReference.TryParse("app:" + new string('t', length), out _), Is.EqualTo(good));

    [TestCase(255, true)]
    [TestCase(256, false)]
    public void A_name_has_at_most_255_characters(int length, bool good) =>
        Assert.That(ImageReference.TryParse("h.io/" + new string('n', length - "h.io/".Length), out _), Is.EqualTo(good));

    [Test]
    public void Null_is_no_reference()
    {
        Assert.That(ImageReference.TryParse(null, out _), Is.False);
        Assert.That(() => ImageReference.Parse(null!), Throws.ArgumentNullException);
    }

    [TestCase("docker.io/library/golang", "golang")]
    [TestCase("docker.io/team/app", "team/app")]
    [TestCase("docker.io/library/a/b", "library/a/b")]
    [TestCase("localhost/app", "localhost/app")]
    [TestCase("h.io/library/app", "h.io/library/app")]
    [TestCase("docker.io/localhost/app", "docker.io/localhost/app")]
    [TestCase("docker.io/a.b/app", "docker.io/a.b/app")]
    public void The_familiar_name_is_what_people_write_and_means_the_same(string text, string familiar)
    {
        var reference = ImageReference.Parse(text);
        Assert.That(reference.FamiliarName, Is.EqualTo(familiar));
        Assert.That(ImageReference.Parse(reference.FamiliarName), Is.EqualTo(reference));
    }

    [Test]
    public void Without_a_tag_and_a_digest_it_is_the_latest()
    {
        Assert.Multiple(() =>
        {
            Assert.That(ImageReference.Parse("app").OrLatest().ToString(), Is.EqualTo("app:latest"));
            Assert.That(ImageReference.Parse("app:1").OrLatest().ToString(), Is.EqualTo("app:1"));
            Assert.That(ImageReference.Parse("app@sha256:" + Hex).OrLatest().Tag, Is.Null);
            Assert.That(ImageReference.Parse("app").AsTag().Tag, Is.EqualTo("latest"));
        });
    }

    [Test]
    public void A_digest_can_not_be_given_as_a_tag() =>
        Assert.That(ImageReference.Parse("app@sha256:" + Hex).AsTag,
            Throws.InstanceOf<MultiStageException>().With.Message.Contains($"Leave out '@sha256:{Hex}'"));

    [Test]
    public void Another_tag_takes_the_digest_away_and_a_digest_keeps_the_tag()
    {
        var reference = ImageReference.Parse("app:1@sha256:" + Hex);
        Assert.Multiple(() =>
        {
            Assert.That(reference.WithTag("2").ToString(), Is.EqualTo("app:2"));
            Assert.That(() => reference.WithTag("no tag"),
                Throws.InstanceOf<MultiStageException>().With.Message.Contains("'no tag' is not a valid tag"));
            Assert.That(ImageReference.Parse("app:1").WithDigest(reference.Digest!), Is.EqualTo(reference));
        });
    }

    [Test]
    public void What_is_read_and_written_is_read_as_the_same()
    {
        var component = Gen.Elements("a", "0", "localhost", "library", "a.b", "x__y", "q-r--s", Hex);
        var references =
            from registry in Gen.Elements("", "docker.io/", "index.docker.io/", "localhost/", "Host/", "h.io:5000/", "[::1]:1/",
                "localhost:5000/")
            from path in component.ListOf().Where(components => components.Count > 0)
            from tag in Gen.Elements("", ":1", ":latest", ":" + Hex)
            from digest in Gen.Elements("", "@sha256:" + Hex, "@sha512:" + Hex + Hex, "@other+x:A=_-")
            select registry + string.Join('/', path) + tag + digest;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(references.ToArbitrary(), text =>
            !ImageReference.TryParse(text, out var reference) || ImageReference.Parse(reference.ToString()) == reference));
    }

    [Test]
    public void Any_text_is_a_reference_or_an_error_of_ours() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), text =>
        {
            try
            {
                return ImageReference.Parse(text.Get).ToString().Length > 0;
            }
            catch (MultiStageException exception)
            {
                return exception.Message.Contains("is not a valid image reference", StringComparison.Ordinal);
            }
        }));
}
