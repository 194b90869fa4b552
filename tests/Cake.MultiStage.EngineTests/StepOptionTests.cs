using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.Engine;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests;

/// <summary>What steps get beside their network, as they see it.</summary>
[TestFixture(EngineKind.Default, BuilderKind.Legacy)]
[TestFixture(EngineKind.Default, BuilderKind.BuildKit)]
[TestFixture(EngineKind.NewerContainerd, BuilderKind.BuildKit, Category = "NewerEngine")]
public sealed class StepOptionTests(EngineKind kind, BuilderKind builder)
{
    private Workspace _work = null!;

    private bool IsOld => kind == EngineKind.Default && builder == BuilderKind.BuildKit;

    [SetUp]
    public async Task Open() => _work = new Workspace(await SharedEngines.HostAsync(kind));

    [TearDown]
    public async Task Close() => await _work.DisposeAsync();

    [Test]
    public async Task Steps_find_hosts_by_their_names()
    {
        await BuildAsync("grep -w db /etc/hosts | tr -s '\\t ' ' ' > /out", build => build.Hosts["db"] = "10.20.30.40");
        Assert.That(await _work.Engine.ReadFileAsync(_work.Tag, "/out"), Is.EqualTo("10.20.30.40 db\n"));
    }

    [Test]
    public async Task The_host_of_the_engine_is_found_where_the_engine_says_its_address()
    {
        var build = BuildAsync("grep -w here /etc/hosts > /out", settings => settings.Hosts["here"] = "host-gateway");
        if (IsOld)
        {
            Assert.That((await Fault.OfAsync<EngineException>(() => build)).Message, Does.Contain("build.Hosts[\"here\"] ="));
            return;
        }

        await build;
        Assert.That(await _work.Engine.ReadFileAsync(_work.Tag, "/out"), Does.Match(@"\A198\.18\.[0-9]+\.1\s+here\n\z"));
    }

    [Test]
    public async Task Steps_have_their_limits_and_shared_memory_or_are_not_begun()
    {
        var build = BuildAsync("{ ulimit -Sn; ulimit -Hn; df -k /dev/shm | tail -n 1 | tr -s ' ' | cut -d' ' -f2; } > /out", settings =>
        {
            settings.Ulimits["nofile"] = "321:654";
            settings.ShmSize = "8 MiB";
        });
        if (IsOld)
        {
            Assert.That((await Fault.OfAsync<EngineException>(() => build)).Message,
                Does.Contain("limits of processes").And.Contain("in silence"));
            return;
        }

        await build;
        Assert.That(await _work.Engine.ReadFileAsync(_work.Tag, "/out"), Is.EqualTo("321\n654\n8192\n"));
    }

    [Test]
    public async Task A_step_has_the_network_of_the_host_where_it_is_allowed()
    {
        _work.Write("app/Dockerfile", $"""
            FROM {Workspace.Busybox}
            LABEL {_work.Label.Name}={_work.Label.Value}
            RUN --network=host readlink /proc/self/ns/net > /out
            """);
        var project = _work.Cake.MultiStageFromDockerfile("app", docker => docker.Tags.Add(_work.Tag));
        if (builder == BuilderKind.Legacy)
        {
            var refused = await Fault.OfAsync<MultiStageException>(
                () => _work.BuildAsync(project, builder, build => build.Allow.Add("network.host")));
            Assert.That(refused.Message, Does.Contain("the legacy builder can't allow steps anything"));
            return;
        }

        var error = await Fault.OfAsync<MultiStageException>(() => _work.BuildAsync(project, builder));
        Assert.That(error.Message, Does.Contain("build.Allow.Add(\"network.host\")"));
        if (IsOld)
        {
            // What its Dockerfile frontend reads without a line '# syntax=' knows no flag but --mount.
            return;
        }

        await _work.BuildAsync(project, builder, build => build.Allow.Add("network.host"));
        Assert.That(await _work.Engine.ReadFileAsync(_work.Tag, "/out"), Does.StartWith("net:["));
    }

    [Test]
    public async Task What_the_builder_does_not_grant_is_told()
    {
        if (builder == BuilderKind.Legacy)
        {
            return;
        }

        var error = await Fault.OfAsync<EngineException>(
            () => BuildAsync("true > /out", build => build.Allow.Add("security.insecure")));
        Assert.That(error.Message, Does.Contain("security.insecure").And.Contain("daemon.json"));
    }

    private Task<BuiltImage> BuildAsync(string command, Action<MultiStageBuildSettings> configure) => _work.BuildAsync(Project(command),
        builder, configure);

    private ImageProject Project(string command) => _work.Project(settings =>
    {
        settings.Commands.Add(command);
        settings.Artifacts.Add("/out");
    });
}
