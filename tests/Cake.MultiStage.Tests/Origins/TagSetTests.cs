using Cake.MultiStage.Origins;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Origins;

/// <summary>Each version, branch and pull request has the tags that people expect of it, and none that moves what it should not.</summary>
public sealed class TagSetTests
{
    private static readonly string[] Released = ["v1.3.0", "v1.4.0", "v1.4.2", "v2.0.0-rc.1", "nightly", "v0.9.0"];

    [TestCase("1.4.2", "1.4.2 1.4 1 latest")]
    [TestCase("v1.4.2", "1.4.2 1.4 1 latest")]
    [TestCase("1.4.2+5.Branch.main", "1.4.2 1.4 1 latest")]
    [TestCase("0.4.2", "0.4.2 0.4 latest")]
    [TestCase("1.5.0-beta.1", "1.5.0-beta.1")]
    [TestCase("1.5.0-beta.1+abc", "1.5.0-beta.1")]
    public void A_version_moves_what_it_stands_for(string version, string tags)
    {
        Assert.That(Tags(new TagSource { Version = version, Branch = "main" }), Is.EqualTo(tags));
        Assert.That(Tags(new TagSource { Tag = version, Branch = "main" }), Is.EqualTo(tags));
    }

    [TestCase("1.4.3", "1.4.3 1.4 1 latest", 0)]
    [TestCase("1.3.1", "1.3.1 1.3", 2)]
    [TestCase("1.4.1", "1.4.1", 3)]
    [TestCase("0.9.1", "0.9.1 0.9", 1)]
    [TestCase("2.0.0", "2.0.0 2.0 2 latest", 0)]
    public void A_correction_of_an_earlier_line_takes_nothing_back(string version, string tags, int notes)
    {
        var set = TagSet.Of(new TagSource { Version = version, Released = Released });
        Assert.That(string.Join(' ', set.Tags), Is.EqualTo(tags));
        Assert.That(set.Notes, Has.Count.EqualTo(notes).And.All.Contains("1.4.2"));
    }

    [Test]
    public void Other_sources_make_a_tag_each()
    {
        var date = new DateTimeOffset(2026, 1, 30, 23, 0, 0, TimeSpan.Zero);
        Assert.That(Tags(new TagSource { Version = "1.4.2", PullRequest = "5", Branch = "x" }), Is.EqualTo("pr-5"));
        Assert.That(Tags(new TagSource { Tag = "nightly", Branch = "main" }), Is.EqualTo("nightly"));
        Assert.That(Tags(new TagSource { Branch = "main", Revision = "0123456789abcdef", Date = date }),
            Is.EqualTo("main 20260130 sha-0123456"));
        Assert.That(Tags(new TagSource { Version = "1.4.2", Moving = false }), Is.EqualTo("1.4.2"));
    }

    [TestCase("feature/x#1", "feature-x-1")]
    [TestCase("grün", "gr-n")]
    [TestCase(".hidden", "hidden")]
    public void What_a_tag_cannot_hold_is_replaced_and_said(string branch, string tag)
    {
        var set = TagSet.Of(new TagSource { Branch = branch });
        Assert.That(set.Tags, Is.EqualTo([tag]));
        Assert.That(set.Notes.Single(), Does.Contain(branch).And.Contain(tag));
    }

    [Test]
    public void A_long_branch_is_cut() =>
        Assert.That(TagSet.Of(new TagSource { Branch = new string('x', 300) }).Tags.Single(), Has.Length.EqualTo(128));

    [Test]
    public void What_makes_no_tag_is_told_with_the_line_to_write()
    {
        TagSource[] sources = [new(), new() { Branch = "///" }];
        Assert.That(sources.Select(source => Assert.Throws<MultiStageException>(() => TagSet.Of(source))!.Message),
            Has.All.Contains("tags.Version = \"1.4.2\""));
        Assert.That(Assert.Throws<MultiStageException>(() => TagSet.Of(new TagSource { Version = "1.4" }))!.Message,
            Does.Contain("'1.4'").And.Contain("'1.4.2'"));
    }

    private static string Tags(TagSource source) => string.Join(' ', TagSet.Of(source).Tags);
}
