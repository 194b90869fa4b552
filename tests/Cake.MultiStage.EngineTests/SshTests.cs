using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests;

/// <summary>Steps ask an agent on this host for its keys; the keys stay where they are.</summary>
public sealed class SshTests : WorkspaceFixture
{
    // Asks by ssh's agent protocol for the identities (message 11) and prints how many there are (answer 12).
    private const string CountKeys =
        """perl -MIO::Socket::UNIX -e '$s = IO::Socket::UNIX->new(Peer => $ENV{SSH_AUTH_SOCK} || "/none") or die "no agent: $!";"""
            + """ print $s pack("NC", 1, 11); $s->flush; read($s, $a, 9); print((unpack("NCN", $a))[2])' > /keys""";

    [Test]
    public async Task A_step_that_asks_for_an_agent_gets_one_with_the_key()
    {
        var key = await KeyAsync(passphrase: "");
        await _work.BuildAsync(Project(SshAgent.WithKey(key), RunMount.Ssh()), BuilderKind.BuildKit);
        Assert.That(await _work.Engine.ReadFileAsync(_work.Tag, "/keys"), Is.EqualTo("1"));
    }

    [Test]
    public async Task A_step_that_does_not_ask_has_no_agent()
    {
        var key = await KeyAsync(passphrase: "");
        var error = await Fault.OfAsync<BuildFailedException>(() => _work.BuildAsync(Project(SshAgent.WithKey(key)), BuilderKind.BuildKit));
        Assert.That(error.Output, Has.Some.Contains("no agent"));
    }

    [Test]
    public async Task A_required_agent_that_nobody_gives_is_told_before_the_build()
    {
        var error = await Fault.OfAsync<MultiStageException>(
            () => _work.BuildAsync(Project(SshAgent.At("/no/socket"), RunMount.Ssh("deploy", required: true)), BuilderKind.BuildKit));
        Assert.That(error.Message,
            Does.Contain("needs the ssh agent 'deploy'").And.Contain("it has 'default'").And.Contain("project.SshAgents[\"deploy\"]"));
    }

    [Test]
    public async Task A_key_with_a_passphrase_is_refused_with_a_way_out()
    {
        var key = await KeyAsync(passphrase: "passphrase");
        var error = await Fault.OfAsync<MultiStageException>(
            () => _work.BuildAsync(Project(SshAgent.WithKey(key), RunMount.Ssh()), BuilderKind.BuildKit));
        Assert.That(error.Message, Does.Contain(key).And.Contain("SshAgent.Running"));
    }

    private ImageProject Project(SshAgent? agent, params RunMount[] mounts) => _work.Project(settings =>
    {
        settings.BuilderImage = "debian:trixie-slim";
        settings.Commands.Add(CountKeys, mounts);
        settings.Artifacts.Add("/keys");
        if (agent is not null)
        {
            settings.SshAgents["default"] = agent;
        }
    });

    private async Task<string> KeyAsync(string passphrase)
    {
        var file = Path.Combine(_work.Folder, "key");
        await Shell.RunAsync("bash",
            ["-ec", "command -v ssh-keygen || { apt-get -qq update; "
                + "apt-get -qq install -y --no-install-recommends -o DPkg::Lock::Timeout=120 openssh-client; }"]);
        await Shell.RunAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", passphrase, "-f", file]);
        return file;
    }
}
