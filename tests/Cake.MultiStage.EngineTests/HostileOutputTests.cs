using System.Globalization;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.EngineTests;

/// <summary>What steps print, and what the host's configuration holds, as a real engine passes it on.</summary>
[NonParallelizable]
public sealed class HostileOutputTests
{
    private const string Command =
        @"printf '\033]0;title\007\033[31m::error::the reason\033[0m\n##vso[task.complete result=Succeeded]\n\r::set-output name=a::b\n' "
            + @">&2";

    private static readonly BuilderKind[] Builders = [BuilderKind.BuildKit, BuilderKind.Legacy];

    private readonly string _secret = "hush-" + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
    private Workspace _work = null!;

    [SetUp]
    public void Make_a_workspace() => _work = new Workspace();

    [TearDown]
    public async Task Clean()
    {
        Environment.SetEnvironmentVariable("DOCKER_CONFIG", null);
        await _work.DisposeAsync();
    }

    [TestCaseSource(nameof(Builders))]
    public async Task A_step_gives_no_commands_and_its_reason_is_not_lost_behind_a_burst(BuilderKind builder)
    {
        var project = _work.Project(settings =>
        {
            settings.Commands.Add($"{Command}; sleep 1; for i in $(seq 500); do echo noise $i; done; exit 3");
            settings.Artifacts.Add("/out");
        });
        var error = await Fault.OfAsync<BuildFailedException>(() => _work.BuildAsync(project, builder));
        Assert.That(error.Output, Has.Some.Contains("the reason").And.Some.EqualTo("noise 500"));
        string[] shown = [.. _work.Log.Lines, error.ToString(), .. error.Output];
        Assert.That(shown, Has.None.Contain("\e").And.None.Contain("##vso[").And.None.Match(@"(?m)^\s*::"));
    }

    [Test]
    public async Task A_step_that_encodes_its_secret_does_not_show_it()
    {
        var project = _work.Project(settings =>
        {
            settings.Commands.Add(
                "base64 /run/secrets/token; printf user: | cat - /run/secrets/token | base64; od -An -tx1 /run/secrets/token; : "
                    + $"{_work.Repository}; exit 3", RunMount.Secret("token", required: true));
            settings.Artifacts.Add("/out");
            settings.Secrets["token"] = BuildSecret.FromValue(_secret);
        });
        var error = await Fault.OfAsync<BuildFailedException>(() => _work.BuildAsync(project, BuilderKind.BuildKit));
        var part = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(_secret))[..16];
        Assert.That(error.Output.Count(line => line.Contains("***", StringComparison.Ordinal)), Is.GreaterThanOrEqualTo(2), error.Message);
        Assert.That(_work.Log.Lines.Concat(error.Output), Has.None.Contain(part).And.None.Contain(_secret));
    }

    [TestCaseSource(nameof(Builders))]
    public async Task Proxies_of_the_configuration_reach_the_steps_and_nothing_else(BuilderKind builder)
    {
        _work.Write("docker/config.json",
            """{"proxies":{"default":{"httpProxy":"http://me:PASSWORD@proxy.invalid:3128","noProxy":"localhost"}}}""".Replace("PASSWORD",
                _secret, StringComparison.Ordinal));
        Environment.SetEnvironmentVariable("DOCKER_CONFIG", Path.Combine(_work.Folder, "docker"));
        var project = _work.Project(settings =>
        {
            settings.Commands.Add($"echo \"${{#HTTP_PROXY}} ${{#http_proxy}} $no_proxy\" > /out; echo \"$HTTP_PROXY {_work.Repository}\"");
            settings.Artifacts.Add("/out");
        });
        await _work.BuildAsync(project, builder);
        var length = $"http://me:{_secret}@proxy.invalid:3128".Length;
        Assert.That(await _work.Engine.ReadFileAsync(_work.Tag, "/out"), Is.EqualTo($"{length} {length} localhost\n"));
        Assert.That(_work.Log.Lines, Has.None.Contain(_secret).And.None.Contain("has no effect"));
    }

    [Test]
    public async Task A_secret_looking_argument_is_in_no_steps_name()
    {
        var project = _work.Project(settings =>
        {
            settings.Commands.Add("echo used > /out");
            settings.Artifacts.Add("/out");
        });
        var stage = project.Builder with { Instructions = [new ArgInstruction("APP_TOKEN"), .. project.Builder.Instructions,
            new RawInstruction("WORKDIR /$APP_TOKEN")] };
        await _work.BuildAsync(project with { Builder = stage }, BuilderKind.BuildKit,
            settings => settings.BuildArguments["APP_TOKEN"] = _secret);
        Assert.That(_work.Log.Lines, Has.None.Contain(_secret).And.Some.Contains("WORKDIR /***"));
    }
}
