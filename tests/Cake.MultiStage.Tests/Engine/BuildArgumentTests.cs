using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Engine.Builds;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Engine;

public sealed class BuildArgumentTests
{
    private static readonly Dockerfile File = new()
    {
        Arguments = [new ArgInstruction("BASE", "busybox")],
        Stages = [new Stage { Base = StageBase.Scratch,
            Instructions = [new ArgInstruction("VERSION"), new RawInstruction("ARG A=1 OTHER"),
                new OnBuildInstruction(new ArgInstruction("LATER"))] }],
    };

    [TestCase("BASE")]
    [TestCase("VERSION")]
    [TestCase("OTHER")]
    [TestCase("LATER")]
    [TestCase("HTTP_PROXY")]
    [TestCase("https_proxy")]
    [TestCase("SOURCE_DATE_EPOCH")]
    [TestCase("TARGETARCH")]
    [TestCase("BUILDKIT_INLINE_CACHE")]
    public void An_argument_that_is_declared_or_known_is_not_told(string name) => Assert.That(Warnings(name), Is.Empty);

    [Test]
    public void An_argument_that_no_ARG_declares_is_told() =>
        Assert.That(Warnings("VERSOIN"),
            Is.EqualTo(
                ["The build argument 'VERSOIN' has no effect: no ARG of the Dockerfile declares it; it declares 'BASE', 'LATER', "
                    + "'VERSION'. Correct the name, or declare it."]));

    [Test]
    public void Proxies_are_added_where_the_request_says_nothing()
    {
        var request = Request("HTTP_PROXY").WithProxies(new Dictionary<string, string>(StringComparer.Ordinal)
            { ["HTTP_PROXY"] = "proxy", ["http_proxy"] = "proxy" });
        Assert.That(request.BuildArguments,
            Is.EquivalentTo(new Dictionary<string, string>(StringComparer.Ordinal) { ["HTTP_PROXY"] = "value", ["http_proxy"] = "proxy" }));
    }

    private static IEnumerable<string> Warnings(string name)
    {
        var recorder = new Recorder();
        BuildArgumentCheck.Check(Request(name), recorder);
        return recorder.Events.Cast<BuildWarning>().Select(warning => warning.Text);
    }

    private static BuildRequest Request(string name) => new()
    {
        Dockerfile = File,
        ContextDirectory = "/",
        BuildArguments = new Dictionary<string, string>(StringComparer.Ordinal) { [name] = "value" },
    };
}
