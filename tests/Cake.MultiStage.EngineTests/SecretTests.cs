using System.Globalization;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests;

/// <summary>Secrets reach the steps that mount them, and nothing else.</summary>
public sealed class SecretTests : WorkspaceFixture
{
    private readonly string _secret = "hush-" + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);

    [TestCase("wc -c < /run/secrets/token > /out")]
    [TestCase("cat /run/secrets/token && wc -c < /run/secrets/token > /out")]
    public async Task A_step_reads_its_secret_and_nothing_keeps_it(string command)
    {
        var project = Project(command);
        var image = await _work.BuildAsync(project, BuilderKind.BuildKit);
        var measured = await _work.Cake.MultiStageMeasureAsync(image);
        await _work.Cake.MultiStageReportAsync(measured, new MultiStageReportSettings { Directory = Path.Combine(_work.Folder, "report") });

        Assert.That(await _work.Engine.ReadFileAsync(_work.Tag, "/out"), Is.EqualTo($"{_secret.Length}\n"));
        var archive = Path.Combine(_work.Folder, "image.tar");
        await _work.Engine.SaveAsync(_work.Tag, archive);
        Assert.That(await File.ReadAllTextAsync(archive, System.Text.Encoding.Latin1), Does.Not.Contain(_secret));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(_work.Folder, "report", "report.json")), Does.Not.Contain(_secret));
        Assert.That(project.ToDockerfile().ToString(), Does.Not.Contain(_secret));
        Assert.That(_work.Log.Lines, Has.None.Contain(_secret));
    }

    [Test]
    public async Task A_failing_step_does_not_tell_its_secret()
    {
        var error = await Fault.OfAsync<BuildFailedException>(
            () => _work.BuildAsync(Project("cat /run/secrets/token; echo; exit 3"), BuilderKind.BuildKit));
        Assert.That(error.ToString(), Does.Contain("***").And.Not.Contain(_secret));
        Assert.That(error.Output, Has.None.Contain(_secret));
    }

    [Test]
    public async Task A_required_secret_that_nobody_gives_is_told_before_the_build()
    {
        var error = await Fault.OfAsync<MultiStageException>(
            () => _work.BuildAsync(Project("true", secret: null), BuilderKind.BuildKit,
                settings => settings.Secrets["toke"] = BuildSecret.FromValue("value")));
        Assert.That(error.Message,
            Does.Contain("'RUN true && ").And.Contain("' of stage 'builder'").And.Contain("needs the secret 'token'")
                .And.Contain("it has 'toke'").And.Contain("project.Secrets[\"token\"]"));
    }

    [Test]
    public async Task A_secret_that_a_step_can_do_without_is_missed_aloud()
    {
        var project = _work.Project(settings =>
        {
            settings.Commands.Add("ls /run/secrets > /out 2>&1 || true", RunMount.Secret("token"));
            settings.Artifacts.Add("/out");
        });
        await _work.BuildAsync(project, BuilderKind.BuildKit);
        Assert.That(_work.Log.Lines, Has.Some.Contains("mounts the secret 'token'").And.Some.Contains("goes without"));
    }

    [Test]
    public async Task The_legacy_builder_says_that_it_knows_no_secrets()
    {
        var error = await Fault.OfAsync<DockerfileException>(() => _work.BuildAsync(Project("true"), BuilderKind.Legacy));
        Assert.That(error.Message, Does.Contain("builder").And.Contain("secret"));
    }

    private ImageProject Project(string command) => Project(command, BuildSecret.FromValue(_secret));

    private ImageProject Project(string command, BuildSecret? secret) => _work.Project(settings =>
    {
        // A command of its own: a secret is not part of what the cache goes by.
        settings.Commands.Add($"{command} && : {_work.Repository}", RunMount.Secret("token", required: true));
        settings.Artifacts.Add("/out");
        if (secret is not null)
        {
            settings.Secrets["token"] = secret;
        }
    });
}
