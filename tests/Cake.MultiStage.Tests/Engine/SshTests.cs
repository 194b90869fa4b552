using Cake.MultiStage.Building;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.Dialing;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Engine;

/// <summary>How ssh is called, and what is made of what it says.</summary>
public sealed class SshTests
{
    private const string Options = "-T -o BatchMode=yes -o ConnectTimeout=15 -o ServerAliveInterval=15 -o ServerAliveCountMax=3 ";

    [TestCase("ssh://build", "-- build docker system dial-stdio")]
    [TestCase("ssh://me@build:2222", "-l me -p 2222 -- build docker system dial-stdio")]
    [TestCase("ssh://me@build/", "-l me -- build docker system dial-stdio")]
    [TestCase("ssh://me@[::1]:22/run/user/1000/docker.sock",
        "-l me -p 22 -- ::1 docker --host 'unix:///run/user/1000/docker.sock' system dial-stdio")]
    [TestCase("ssh://build/a%27;b", @"-- build docker --host 'unix:///a'\'';b' system dial-stdio")]
    public void An_address_is_where_ssh_goes_and_what_it_runs(string address, string arguments) =>
        Assert.That(string.Join(' ', SshTarget.Of(Resolve(address).Address).Arguments), Is.EqualTo(Options + arguments));

    [TestCase("ssh://me:secret@build", "it has a password")]
    [TestCase("ssh://-oProxyCommand=x", "not an address of an engine", Description = "no host can be called so")]
    [TestCase("ssh://-oProxyCommand=x@build", "begins with a dash")]
    [TestCase("ssh://build?x", "a '?'")]
    [TestCase("ssh://", "not an address of an engine")]
    public void An_address_that_ssh_would_take_for_something_else_is_refused(string address, string text) => Assert.That(
        () => Resolve(address),
        Throws.InstanceOf<MultiStageException>().With.Message.Contains(text).And.Message.Not.Contains("secret"));

    [TestCase("Host key verification failed.", "isn't known here", "'ssh -p 2222 me@build'")]
    [TestCase("@@@@@\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\nHost key verification failed.",
        "not the one that was known", "'ssh-keygen -R [build]:2222'")]
    [TestCase("me@build: Permission denied (publickey).", "takes none of the keys", "ssh-add")]
    [TestCase("bash: line 1: docker: command not found", "needs the docker client", "'ssh -p 2222 me@build docker version'")]
    [TestCase("dial unix /var/run/docker.sock: connect: permission denied", "may not use the engine", "docker version")]
    [TestCase("unknown command \"dial-stdio\" for \"docker system\"", "too old", "18.09")]
    [TestCase("ssh: connect to host build port 2222: Connection refused", "ssh says: ssh: connect to host build", "docker version")]
    [TestCase("", "ssh ended without a word", "docker version")]
    public void What_ssh_says_comes_with_what_to_do(string complaint, string reason, string remedy) => Assert.That(
        SshComplaint.Explain(SshTarget.Of(new Uri("ssh://me@build:2222")), complaint), Does.Contain(reason).And.Contain(remedy));

    private static EngineEndpoint Resolve(string host) =>
        new EndpointResolver(_ => null, Path.GetTempPath(), isWindows: false).Resolve(host);
}
