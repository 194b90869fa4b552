using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests;

/// <summary>
/// A repository of twelve services goes through a pipeline of three pushes, each on a runner that knows nothing of the one before: all are
/// new, one is changed, nothing is changed. What tells them is the registry alone.
/// </summary>
public sealed class PipelineTests
{
    private readonly Workspace _work = new();
    private TestRegistry _registry = null!;

    [SetUp]
    public async Task Start_a_registry_and_write_twelve_services()
    {
        _registry = await TestRegistry.StartAsync();
        foreach (var name in (string[])["orders", "stock", "mail", "prices"])
        {
            _work.Write($"{name}/go.mod", $"module example.com/{name}\n\ngo 1.21\n");
            _work.Write($"{name}/main.go", $"package main\n\nfunc main() {{ println(\"{name}\") }}\n");
        }

        _work.Write("labels/main.c", "#include <stdio.h>\nint main(void) { puts(\"labels\"); return 0; }\n");
        _work.Write("labels/Makefile", "labels: main.c\n\t$(CC) -static -o $@ main.c\n");
        _work.Write("reports/main.py", "print('reports')\n");
        _work.Write("basket/package.json", """{ "name": "basket", "version": "1.0.0", "main": "index.js" }""");
        _work.Write("basket/index.js", "console.log('basket')\n");
        _work.Write("site/index.html", "<!doctype html><title>Shop</title>\n");
        _work.Write("platform/Dockerfile", $"FROM {Workspace.Busybox}\nCOPY motd /etc/motd\n");
        _work.Write("platform/motd", "one\n");
        foreach (var name in (string[])["billing", "search"])
        {
            _work.Write($"{name}/Dockerfile", $"FROM {Tag("platform", "latest")}\nCOPY run /run.sh\nCMD [\"sh\", \"/run.sh\"]\n");
            _work.Write($"{name}/run", $"echo {name}\n");
        }

        _work.Write("nightly/run", "echo nightly\n");
    }

    [TearDown]
    public async Task Clean()
    {
        await ForgetAsync();
        await _work.DisposeAsync();
        await _registry.DisposeAsync();
    }

    [Test]
    public async Task Three_pushes_build_all_then_one_then_nothing()
    {
        var first = await PushAsync("1");
        Assert.That(first.Built, Has.Count.EqualTo(12));
        Assert.That(first.Log, Has.Some.Contains("[orders]").And.Some.Contains("[billing]"));
        Assert.That(first.Log, Has.Exactly(12).Contains("Builds: its registry has none of"));
        Assert.That(first.Log, Has.Some.Contains("2. billing → ").And.Some.Contains("(after platform for "));

        _work.Write("stock/main.go", "package main\n\nfunc main() { println(\"more stock\") }\n");
        var second = await PushAsync("2");
        Assert.That(second.Built, Is.EqualTo(["stock"]));
        Assert.That(second.Log, Has.One.Contains("Builds: main.go changed").And.One.EndsWith(", since main.go changed"));
        Assert.That(second.Log, Has.Exactly(11).EndsWith(": up to date"));
        Assert.That(second.Pushed["orders"], Is.EqualTo(first.Pushed["orders"]));
        Assert.That(second.Pushed["stock"], Is.Not.EqualTo(first.Pushed["stock"]));

        var third = await PushAsync("3");
        Assert.That(third.Built, Is.Empty);
        Assert.That(third.Pushed, Is.EqualTo(second.Pushed));
        Assert.That(third.Log, Has.None.Contains(" COPY ").And.None.Contains(" RUN "));
        Assert.That(await _work.InEngineAsync(), Is.Empty, "nothing was built or pulled");

        _work.Write("platform/motd", "two\n");
        _work.Write("nightly/run", "echo every night\n");
        var fourth = await PushAsync("4");
        Assert.That(fourth.Built, Is.EquivalentTo(["platform", "billing", "search", "nightly"]));
        Assert.That(fourth.Log, Has.Exactly(2).Contains($"Builds: base {Tag("platform", "latest")} moved"));

        _work.Write("billing/run", "echo more billing\n");
        var fifth = await PushAsync("5");
        Assert.That(fifth.Built, Is.EqualTo(["billing"]), "what it stands on is brought from the registry");
    }

    private string Tag(string name, string tag) => $"{_registry.Address}/{_work.Repository}/{name}:{tag}";

    private async Task<(IReadOnlyList<string> Built, IReadOnlyDictionary<string, string> Pushed, IReadOnlyList<string> Log)> PushAsync(
        string version)
    {
        await ForgetAsync();
        _work.CacheFolder = Path.Combine(_work.Folder, ".known", version);
        var before = _work.Log.Lines.Count;
        var outcomes = await _work.Cake.MultiStageBuildAllAsync(Services(version), new MultiStageBuildAllSettings
        {
            Build = build => (build.UpToDateInRegistry, build.Builder, build.StageSizes) = (true, BuilderKind.BuildKit, false),
        });
        var pushed = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var outcome in outcomes)
        {
            var digests = await _work.Cake.MultiStagePushAsync(outcome.Image!);
            Assert.That(digests.Select(one => one.Reference.Tag), Is.EqualTo(["latest", version]));
            pushed[outcome.Name] = digests.Select(one => one.Digest).Distinct().Single().ToString();
        }

        return (
            [.. outcomes.Where(outcome => !outcome.Image!.UpToDate).Select(outcome => outcome.Name)],
            pushed,
            [.. _work.Log.Lines.Skip(before).SelectMany(line => line.Split('\n'))]);
    }

    private IEnumerable<ImageProject> Services(string version)
    {
        var cake = _work.Cake;
        foreach (var name in (string[])["orders", "stock", "mail", "prices"])
        {
            yield return cake.MultiStageGo(name, go => Describe(go, name, version));
        }

        yield return cake.MultiStageC("labels", c =>
        {
            c.ToolchainVersion = "14";
            Describe(c, "labels", version);
        });
        yield return cake.MultiStagePython("reports", python =>
        {
            python.ToolchainVersion = "3.13";
            Describe(python, "reports", version);
        });
        yield return cake.MultiStageNode("basket", node =>
        {
            node.ToolchainVersion = "24";
            Describe(node, "basket", version);
        });
        yield return cake.MultiStageSite("site", site => Describe(site, "site", version));
        foreach (var name in (string[])["billing", "search", "platform"])
        {
            yield return cake.MultiStageFromDockerfile($"{name}/Dockerfile", docker =>
            {
                docker.Name = name;
                docker.Labels[_work.Label.Name] = _work.Label.Value;
                docker.Tags = [Tag(name, "latest"), Tag(name, version)];
            });
        }

        yield return cake.MultiStageProject("nightly", project =>
        {
            (project.BuilderImage, project.FinalBase) = (Workspace.Busybox, Workspace.Busybox);
            project.Sources.Add("run");
            project.Commands.Add("cp run /run.sh");
            project.Artifacts.Add("/run.sh");
            Describe(project, "nightly", version);
        });
    }

    private void Describe(ImageProjectSettings settings, string name, string version)
    {
        settings.Name = name;
        settings.Labels[_work.Label.Name] = _work.Label.Value;
        settings.Tags.Add(Tag(name, "latest"));
        settings.Tags.Add(Tag(name, version));
    }

    /// <summary>Takes away what the next runner would not have: the images, and what is known of earlier builds.</summary>
    private async Task ForgetAsync()
    {
        foreach (var image in await _work.InEngineAsync())
        {
            await _work.Engine.DeleteAsync(image);
        }
    }
}
