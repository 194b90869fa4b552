using Cake.MultiStage.Building;
using Cake.MultiStage.Engine.Daemons;
using Cake.MultiStage.Engine.Dialing;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Engine;

/// <summary>Where a BuildKit of its own is, and which program goes there.</summary>
public sealed class DaemonAddressTests
{
    [TestCase("unix:///run/buildkit/buildkitd.sock", "unix:///run/buildkit/buildkitd.sock")]
    [TestCase("tcp://build.example.com:8372", "tcp://build.example.com:8372")]
    [TestCase("TCP://build.example.com", "tcp://build.example.com:1234/")]
    [TestCase("docker-container://BuildKit_1", "docker-container://BuildKit_1")]
    [TestCase("podman-container://b.1", "podman-container://b.1")]
    [TestCase("kube-pod://b-0?namespace=builds", "kube-pod://b-0?namespace=builds")]
    [TestCase(" npipe:////./pipe/buildkitd", "npipe://./pipe/buildkitd")]
    public void The_settings_name_it(string address, string expected)
    {
        var endpoint = Resolve(address);
        Assert.That((endpoint!.Address.OriginalString, endpoint.Source), Is.EqualTo((expected, "the settings")));
    }

    [TestCase("build", "Expected unix://")]
    [TestCase("unix://relative", "Expected unix://")]
    [TestCase("tcp://", "Expected unix://")]
    [TestCase("tcp://me:secret@host", "Expected unix://")]
    [TestCase("http://host:1234", "Expected unix://")]
    [TestCase("ssh://me@build", "build.Host = \"ssh://me@build\"")]
    [TestCase("docker-container://", "can't be the name of a container")]
    [TestCase("docker-container://--privileged", "can't be the name of a container")]
    [TestCase("docker-container://a/b", "can't be the name of a container")]
    [TestCase("docker-container://a?namespace=b", "doesn't know 'namespace'; it knows context")]
    [TestCase("podman-container://a?context=b", "knows no options")]
    [TestCase("kube-pod://a?namespace=--all", "the value of 'namespace'")]
    public void What_is_no_address_is_refused(string address, string text) => Assert.That(
        () => Resolve(address),
        Throws.InstanceOf<MultiStageException>().With.Message.Contains(text).And.Message.Contains("is not the address"));

    [Test]
    public void The_environment_names_it_where_the_settings_name_no_builder()
    {
        static string? Environment(string name) => name == "BUILDKIT_HOST" ? "tcp://build:1234" : null;
        Assert.That(DaemonAddress.Resolve(builder: null, Environment, path => path)!.Source, Is.EqualTo("BUILDKIT_HOST"));
        Assert.That(DaemonAddress.Resolve(BuilderKind.Legacy, Environment, path => path), Is.Null, "the engine's was asked for");
        Assert.That(DaemonAddress.Resolve(builder: null, _ => "", path => path), Is.Null);
    }

    [Test]
    public void Certificates_are_a_folder_of_three_files()
    {
        using var folder = new TemporaryFolder().Files("certs/ca.pem", "certs/cert.pem");
        Builder builder = Builder.At("tcp://build") with { Certificates = "certs" };
        Assert.That(() => DaemonAddress.Resolve(builder, _ => null, path => Path.GetFullPath(path, folder.Path)),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains(folder["certs"]).And.Message.Contains("no key.pem"));
        folder.File("certs/key.pem");
        Assert.That(DaemonAddress.Resolve(builder, _ => null, path => Path.GetFullPath(path, folder.Path))!.Tls,
            Is.EqualTo(new EngineTls(folder["certs/ca.pem"], folder["certs/cert.pem"], folder["certs/key.pem"], Verify: true)));
    }

    [TestCase("docker-container://b", "docker exec --interactive b buildctl dial-stdio")]
    [TestCase("docker-container://b?context=far", "docker --context=far exec --interactive b buildctl dial-stdio")]
    [TestCase("podman-container://b", "podman exec --interactive b buildctl dial-stdio")]
    [TestCase("kube-pod://b-0", "kubectl exec --stdin b-0 -- buildctl dial-stdio")]
    [TestCase("kube-pod://b-0?namespace=n&context=c&container=d&kubeconfig=/k",
        "kubectl --kubeconfig=/k --context=c --namespace=n exec --stdin --container=d b-0 -- buildctl dial-stdio")]
    public void A_program_goes_into_a_container(string address, string expected)
    {
        var program = ContainerTarget.Of(address)!.Program;
        Assert.That($"{program.Name} {string.Join(' ', program.Arguments)}", Is.EqualTo(expected));
    }

    [TestCase("Error response from daemon: No such container: b", "There is no 'b'", "start BuildKit under that name")]
    [TestCase("Error from server (NotFound): pods \"b\" not found", "There is no 'b'", "docker says: Error from server")]
    [TestCase("Error response from daemon: container 12ab is not running", "'b' doesn't run", "start it")]
    [TestCase("OCI runtime exec failed: exec: \"buildctl\": executable file not found in $PATH", "has no buildctl", "moby/buildkit")]
    [TestCase("", "docker ended without a word", "'docker exec --interactive b buildctl debug workers' works")]
    public void What_the_program_says_comes_with_what_to_do(string complaint, string reason, string remedy) => Assert.That(
        ContainerTarget.Of("docker-container://b")!.Program.Explain(complaint), Does.Contain(reason).And.Contain(remedy));

    private static EngineEndpoint? Resolve(Builder builder) => DaemonAddress.Resolve(builder, _ => null, path => path);
}
