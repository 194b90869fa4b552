using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Engine.Sessions;
using Cake.MultiStage.Tests.Engine;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Sessions;

/// <summary>What steps mount and what a build is given are compared before anything is sent.</summary>
public sealed class SessionNeedsTests
{
    [Test]
    public void A_required_secret_that_is_missing_is_told_with_its_step_as_the_Dockerfile_has_it() =>
        Assert.That(
            () => SessionNeeds.Check(Request(RunMount.Secret("token", required: true)), new Recorder()),
            Throws.InstanceOf<MultiStageException>().With.Message.StartsWith(
                "The step 'RUN make' of stage 'builder' needs the secret 'token', which the build is not given; it has none."));

    [Test]
    public void A_required_agent_that_is_missing_is_told_under_its_default_name() =>
        Assert.That(
            () => SessionNeeds.Check(Request(RunMount.Ssh(required: true)), new Recorder()),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("needs the ssh agent 'default'")
                .And.Message.Contains("SshAgent.Running()"));

    [Test]
    public void What_a_step_can_do_without_is_a_warning()
    {
        var recorder = new Recorder();
        SessionNeeds.Check(Request(RunMount.Secret("token")), recorder);
        Assert.That(recorder.Events.OfType<BuildWarning>().Single().Text,
            Does.Contain("'RUN make'").And.EndsWith("The step goes without."));
    }

    [Test]
    public void What_is_given_is_no_matter()
    {
        var recorder = new Recorder();
        var secrets = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal) { ["token"] = new byte[1] };
        SessionNeeds.Check(Request(RunMount.Secret("token", required: true)) with { Secrets = secrets }, recorder);
        Assert.That(recorder.Events, Is.Empty);
    }

    [Test]
    public void A_stage_that_the_target_does_not_need_has_no_needs() =>
        Assert.That(() => SessionNeeds.Check(Request(RunMount.Secret("token", required: true)) with { Target = "other" }, new Recorder()),
            Throws.Nothing);

    private static BuildRequest Request(RunMount mount) => new()
    {
        ContextDirectory = "/",
        Dockerfile = new Dockerfile
        {
            Stages = [Stage.From("a").Named("other").Run("true"), Stage.From("a").Named("builder").Run("make", mount)],
        },
    };
}
