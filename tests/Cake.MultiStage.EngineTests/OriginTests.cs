using Cake.MultiStage.Building;
using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests;

/// <summary>Images say where they come from, and the same commit makes the same image.</summary>
[TestFixture(BuilderKind.BuildKit)]
[TestFixture(BuilderKind.Legacy)]
public sealed class OriginTests(BuilderKind builder) : WorkspaceFixture
{
    private const string Prefix = "org.opencontainers.image.";

    [Test]
    public async Task An_image_names_its_commit()
    {
        var revision = await CommitAsync();
        await _work.BuildAsync(ExportTests.Project(_work), builder);
        var labels = (await _work.Engine.ConfigAsync(_work.Tag)).Labels!;
        Assert.That(labels[Prefix + "revision"], Is.EqualTo(revision));
        Assert.That(labels[Prefix + "created"], Is.EqualTo("2020-01-02T03:04:05Z"));
        Assert.That(labels[Prefix + "source"], Is.EqualTo("https://example.com/team/app"));
        Assert.That(labels[Prefix + "title"], Is.Not.Empty);
    }

    [Test]
    public async Task A_label_of_the_description_wins()
    {
        await CommitAsync();
        var project = ExportTests.Project(_work);
        await _work.BuildAsync(
            project with { Labels = new Dictionary<string, string>(project.Labels, StringComparer.Ordinal)
                { [Prefix + "revision"] = "mine" } }, builder);
        Assert.That((await _work.Engine.ConfigAsync(_work.Tag)).Labels![Prefix + "revision"], Is.EqualTo("mine"));
    }

    [Test]
    public async Task Without_labels_asked_for_there_are_none()
    {
        await CommitAsync();
        await _work.BuildAsync(ExportTests.Project(_work), builder, build => build.OriginLabels = false);
        Assert.That(
            (await _work.Engine.ConfigAsync(_work.Tag)).Labels!.Keys.Where(label => label.StartsWith(Prefix, StringComparison.Ordinal)),
            Is.Empty);
    }

    [Test]
    public async Task A_second_build_of_a_commit_is_the_same_image()
    {
        await CommitAsync();
        var first = await _work.BuildAsync(ExportTests.Project(_work), builder);
        var second = await _work.BuildAsync(ExportTests.Project(_work), builder);
        Assert.That(second.Id, Is.EqualTo(first.Id));
    }

    private async Task<string> CommitAsync()
    {
        await GitAsync("init", "--quiet");
        await GitAsync("remote", "add", "origin", "https://user:token@example.com/team/app.git");
        await GitAsync("commit", "--quiet", "--allow-empty", "--message", "first");
        return (await GitAsync("rev-parse", "HEAD")).Trim();
    }

    private Task<string> GitAsync(params string[] arguments) => Shell.RunAsync(
        "env",
        ["GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GIT_AUTHOR_DATE=2020-01-02T03:04:05Z",
            "GIT_COMMITTER_DATE=2020-01-02T03:04:05Z", "git", "-C", _work.Folder, "-c", "user.name=Test", "-c",
            "user.email=test@example.com", "-c", "commit.gpgSign=false", .. arguments]);
}
