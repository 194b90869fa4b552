using Cake.MultiStage.Origins;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Origins;

public sealed class OriginTests
{
    [TestCase("https://example.com/team/app.git", "https://example.com/team/app")]
    [TestCase("https://example.com/team/app/", "https://example.com/team/app")]
    [TestCase("https://user:token@example.com/team/app.git", "https://example.com/team/app")]
    [TestCase("https://token@example.com/team/app", "https://example.com/team/app")]
    [TestCase("https://user:p%40ss@example.com:8443/app", "https://example.com:8443/app")]
    [TestCase("https://example.com/app?access_token=x#y", "https://example.com/app")]
    [TestCase("http://example.com/app.git", "http://example.com/app")]
    [TestCase("git://example.com/app.git", "git://example.com/app")]
    [TestCase("git@example.com:team/app.git", "https://example.com/team/app")]
    [TestCase("git@example.com:/team/app.git", "https://example.com/team/app")]
    [TestCase("ssh://git@example.com/team/app.git", "https://example.com/team/app")]
    [TestCase("ssh://git@example.com:22/team/app.git", "https://example.com/team/app")]
    [TestCase("ssh://git@example.com:7999/team/app.git", "ssh://example.com:7999/team/app")]
    [TestCase("ssh://git:secret@example.com/team/app", "https://example.com/team/app")]
    [TestCase("somebody@server.example.com:/srv/app.git", "ssh://server.example.com/srv/app")]
    [TestCase("git@alias:team/app.git", "ssh://alias/team/app")]
    [TestCase("git@ssh.dev.azure.com:v3/org/project/app", "https://dev.azure.com/org/project/_git/app")]
    [TestCase("/srv/app.git", null)]
    [TestCase("../app", null)]
    [TestCase("file:///srv/app.git", null)]
    [TestCase(@"C:\app", null)]
    [TestCase("ext::ssh host", null)]
    [TestCase("https://user:pa/ss@example.com/app", null)]
    [TestCase("", null)]
    [TestCase(null, null)]
    public void A_remote_becomes_an_address_without_credentials(string? remote, string? address) =>
        Assert.That(RemoteUrl.Clean(remote), Is.EqualTo(address));

    [Test]
    public void Labels_name_what_is_known()
    {
        var origin = new SourceOrigin { Revision = "abc", Source = "https://example.com/app", Branch = "main",
            Committed = new DateTimeOffset(2020, 1, 2, 5, 4, 5, TimeSpan.FromHours(2)), Run = "https://example.com/run/1" };
        Assert.That(OriginLabels.Of("app", origin), Is.EquivalentTo(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["org.opencontainers.image.title"] = "app",
            ["org.opencontainers.image.revision"] = "abc",
            ["org.opencontainers.image.source"] = "https://example.com/app",
            ["org.opencontainers.image.version"] = "main",
            ["org.opencontainers.image.created"] = "2020-01-02T03:04:05Z",
        }));
        Assert.That(OriginLabels.Of("app", origin with { Tag = "v1" })["org.opencontainers.image.version"], Is.EqualTo("v1"));
        Assert.That(OriginLabels.Of("app", origin: null).Keys, Is.EqualTo(["org.opencontainers.image.title"]));
    }

    [Test]
    public void The_provider_adds_what_its_checkout_lacks()
    {
        var repository = new SourceOrigin { Revision = "abc", Committed = DateTimeOffset.UnixEpoch };
        var pipeline = new SourceOrigin { Revision = "ABC", Source = "https://example.com/app", Tag = "v1", Run = "run" };
        Assert.That(SourceOrigin.Of(repository, pipeline),
            Is.EqualTo(repository with { Source = pipeline.Source, Tag = "v1", Run = "run" }));
        Assert.That(SourceOrigin.Of(repository: null, pipeline), Is.SameAs(pipeline));
        Assert.That(SourceOrigin.Of(repository, pipeline: null), Is.SameAs(repository));
    }

    [Test]
    public void A_run_of_another_commit_says_nothing_of_this_repository()
    {
        var repository = new SourceOrigin { Revision = "abc", Branch = "main" };
        Assert.That(SourceOrigin.Of(repository, new SourceOrigin { Revision = "def", Branch = "other", Tag = "v1" }),
            Is.SameAs(repository));
    }
}
