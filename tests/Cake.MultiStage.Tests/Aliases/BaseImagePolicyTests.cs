using Cake.MultiStage.Aliases;
using Cake.MultiStage.Images;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Aliases;

public sealed class BaseImagePolicyTests
{
    private static readonly string Digest = "sha256:" + new string('a', 64);
    private static readonly string Other = "sha256:" + new string('b', 64);

    [TestCase("golang:1.21", "m.example.com/hub/library/golang:1.21")]
    [TestCase("golang", "m.example.com/hub/library/golang")]
    [TestCase("team/app:1", "m.example.com/hub/team/app:1")]
    [TestCase("mcr.microsoft.com/dotnet/sdk:10.0", "m.example.com/hub/dotnet/sdk:10.0")]
    [TestCase("m.example.com/hub/team/app:1", "m.example.com/hub/team/app:1")]
    public void A_registry_serves_all(string image, string expected) =>
        Assert.That(Applied(new BaseImagePolicy { Registry = "m.example.com/hub/" }, image), Is.EqualTo(expected));

    [TestCase("alpine:3", "debian:trixie-slim")]
    [TestCase("alpine", "debian:trixie-slim")]
    [TestCase("golang:1.21", "r.example.com/go:1.21")]
    [TestCase("golang:1.22", "golang:1.23")]
    [TestCase("golang:1.22@sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "golang:1.23")]
    [TestCase("other.example.com/golang:1.22", "other.example.com/golang:1.22")]
    public void Substitutions_are_for_a_tag_or_for_all(string image, string expected) =>
        Assert.That(
            Applied(
                new BaseImagePolicy { Substitutions = { ["golang"] = "r.example.com/go", ["golang:1.22"] = "golang:1.23",
                    ["alpine"] = "debian:trixie-slim" } }, image), Is.EqualTo(expected));

    [Test]
    public void A_pin_holds_for_its_tag() =>
        Assert.That(Applied(new BaseImagePolicy { Pins = { ["golang:1.21"] = Digest } }, "golang:1.21"),
            Is.EqualTo("golang:1.21@" + Digest));

    [TestCase("golang:1.22")]
    [TestCase("golang")]
    public void A_pin_does_not_hold_for_others(string image) =>
        Assert.That(Applied(new BaseImagePolicy { Pins = { ["golang:1.21"] = Digest } }, image), Is.EqualTo(image));

    [Test]
    public void A_digest_of_the_description_wins() =>
        Assert.That(Applied(new BaseImagePolicy { Pins = { ["golang:1.21"] = Digest } }, "golang:1.21@" + Other),
            Is.EqualTo("golang:1.21@" + Other));

    [Test]
    public void Substitution_pin_and_registry_apply_one_after_the_other() =>
        Assert.That(
            Applied(
                new BaseImagePolicy { Registry = "m.example.com", Substitutions = { ["alpine"] = "debian:12" },
                    Pins = { ["debian:12"] = Digest } }, "alpine:3"),
            Is.EqualTo("m.example.com/library/debian:12@" + Digest));

    [Test]
    public void A_substitution_that_names_a_registry_is_not_mirrored() =>
        Assert.That(
            Applied(new BaseImagePolicy { Registry = "m.example.com", Substitutions = { ["alpine"] = "r.example.com/alpine" } },
                "alpine:3"), Is.EqualTo("r.example.com/alpine:3"));

    [TestCase("hub", "", "")]
    [TestCase("https://m.example.com", "", "")]
    [TestCase(null, "Golang", "")]
    [TestCase(null, "", "sha256:1")]
    public void A_policy_with_a_mistake_says_where(string? registry, string substituted, string digest)
    {
        var policy = new BaseImagePolicy { Registry = registry };
        if (substituted.Length > 0)
        {
            policy.Substitutions[substituted] = "golang";
        }

        if (digest.Length > 0)
        {
            policy.Pins["golang"] = digest;
        }

        var error = Assert.Throws<MultiStageException>(() => policy.ToRules())!;
        Assert.That(error.Message, Does.Contain($"'{registry ?? substituted + digest}'").And.Contain("Expected"));
    }

    private static string Applied(BaseImagePolicy policy, string image) => policy.ToRules().Apply(ImageReference.Parse(image)).ToString();
}
