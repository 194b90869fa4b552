using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests;

/// <summary>What a cache mount holds comes to another engine by a folder, and a damaged archive costs time alone.</summary>
public sealed class CacheMountTests : WorkspaceFixture
{
    private string Folder => Path.Combine(_work.Folder, "kept");

    [Test]
    public async Task A_mount_comes_out_and_in_again()
    {
        var (here, there) = ($"{_work.Repository}-here", $"{_work.Repository}-there");
        Assert.That(await BuiltAsync(here, "one"), Is.EqualTo("empty\n"));
        var archive = Directory.GetFiles(Folder).Single();
        Assert.That(Log(), Does.Contain($"Cache mounts: kept {here} ("));

        // Nothing changed: nothing is brought out.
        Assert.That(await BuiltAsync(here, "one"), Is.EqualTo("one\n"));
        Assert.That(Log(), Does.Contain("Cache mounts: nothing changed"));
        Assert.That(Directory.GetFiles(Folder).Single(), Is.EqualTo(archive));

        // On a fresh engine a mount is empty; here another id is as good.
        Rename(archive, there);
        Assert.That(await BuiltAsync(there, "two"), Is.EqualTo("one\n"));
        Assert.That(Log(), Does.Contain($"Cache mounts: filled {there} ("));

        var damaged = Directory.GetFiles(Folder).Single();
        await File.AppendAllTextAsync(damaged, "x");
        Rename(damaged, there + "2");
        Assert.That(await BuiltAsync(there + "2", "three"), Is.EqualTo("empty\n"));
        Assert.That(Log(), Does.Contain("is damaged and was deleted"));
    }

    [Test]
    public async Task The_legacy_builder_has_none_and_a_small_limit_keeps_none()
    {
        var error = await Fault.OfAsync<MultiStageException>(
            () => _work.BuildAsync(Project("none", "one"), BuilderKind.Legacy, build => build.CacheMounts = Folder));
        Assert.That(error.Message, Does.Contain("legacy builder").And.Contain("CacheMounts"));
        await BuiltAsync(_work.Repository + "-large", "one", "1 KB");
        Assert.That(Log(), Does.Contain("is not kept: it holds").And.Contain("CacheMountLimit is"));
        Assert.That(Directory.Exists(Folder) ? Directory.GetFiles(Folder) : [], Is.Empty);
    }

    private string Log() => string.Join('\n', Lines());

    private static void Rename(string archive, string id)
    {
        var name = new CacheMount(RunMount.Cache("/kept", id), Workspace.Busybox).Name;
        var rest = Path.GetFileName(archive).Split('.', 2)[1];
        File.Move(archive, Path.Combine(Path.GetDirectoryName(archive)!, $"{name}.{rest}"));
    }

    private IEnumerable<string> Lines() => _work.Log.Lines;

    private ImageProject Project(string id, string text)
    {
        var project = _work.Project(settings => settings.Artifacts.Add("/made"));
        return project with
        {
            Builder = project.Builder.Run(
                $": {Guid.NewGuid()}; cat /kept/text > /made || echo empty > /made; echo {text} > /kept/text", RunMount.Cache("/kept", id)),
        };
    }

    private async Task<string> BuiltAsync(string id, string text, string limit = "2 GB")
    {
        await _work.BuildAsync(Project(id, text), BuilderKind.BuildKit, build =>
        {
            (build.CacheMounts, build.CacheMountLimit, build.StageSizes) = (Folder, limit, false);
        });
        return await _work.Engine.ReadFileAsync(_work.Tag, "/made");
    }
}
