using Cake.MultiStage.Engine.Pruning;
using Cake.MultiStage.Images;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Pruning;

/// <summary>Which images of earlier builds stay.</summary>
public sealed class PruneChoiceTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public void The_newest_of_each_repository_stay() => Assert.That(
        Removed(keep: 2, Image(1, "shop/web:4"), Image(2, "shop/web:3"), Image(3, "shop/web:2"), Image(4, "shop/api:1"),
            Image(5, "shop/web:1")),
        Is.EqualTo(["shop/web:2", "shop/web:1"]));

    [Test]
    public void An_image_stays_for_any_of_its_repositories() => Assert.That(
        Removed(keep: 1, Image(1, "shop/web:2"), Image(2, "shop/web:1", "registry.example.com/shop/web:1")), Is.Empty);

    [Test]
    public void What_is_younger_stays() => Assert.That(
        Removed(keep: 0, TimeSpan.FromDays(3), Image(1, "shop/web:2"), Image(2, "shop/web:1"), Image(4, "shop/web:0")),
        Is.EqualTo(["shop/web:0"]));

    [Test]
    public void Untagged_images_count_among_all_of_their_project() => Assert.That(
        Removed(keep: 2, Image(1, "shop/web:1"), Image(2), Image(3)), Is.EqualTo([Image(3).Id.Abbreviated]));

    [Test]
    public void What_a_container_uses_stays_and_is_told()
    {
        var choice = Choices(keep: 0, Image(1, "shop/web:1") with { Containers = ["'web'"] }).Single();
        Assert.That((choice.Stays, choice.Reason), Is.EqualTo((true, "container 'web' uses it")));
    }

    [Test]
    public void An_image_that_starts_from_another_stays_and_that_one_too()
    {
        var choices = Choices(keep: 0, Image(1, "other/app:1") with { Layers = ["a", "b"] }, Image(2, "shop/web:1"));
        Assert.That(choices.Select(choice => choice.Reason), Is.EqualTo(
            ["it starts from shop/web:1, whose label it has; something else may have built it", "other/app:1 starts from it"]));
    }

    [Test]
    public void The_next_version_of_an_image_may_have_its_layers_and_more() => Assert.That(
        Removed(keep: 0, Image(1, "shop/web:2") with { Layers = ["a", "b"] }, Image(2, "shop/web:1")),
        Is.EqualTo(["shop/web:2", "shop/web:1"]));

    private static LabelledImage Image(int days, params string[] tags) =>
        new(Digest.Parse($"sha256:{new string((char)('0' + days), 64)}"), "web")
        {
            Tags = [.. tags.Select(ImageReference.Parse)],
            Layers = ["a"],
            Changed = Now - TimeSpan.FromDays(days),
        };

    private static IReadOnlyList<PruneChoice.Choice> Choices(int keep, params LabelledImage[] images) =>
        new PruneChoice(keep, Now).Of(images);

    private static IEnumerable<string> Removed(int keep, params LabelledImage[] images) => Removed(keep, TimeSpan.Zero, images);

    private static IEnumerable<string> Removed(int keep, TimeSpan younger, params LabelledImage[] images) =>
        new PruneChoice(keep, Now - younger).Of(images).Where(choice => !choice.Stays)
            .Select(choice => choice.Image.Tags is [var tag, ..] ? tag.ToString() : choice.Image.Id.Abbreviated);
}
