using Cake.MultiStage.Checking;
using Cake.MultiStage.Checking.Programs;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Tests.Measuring;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Checking;

/// <summary>Docker's build checks, on Dockerfiles as data.</summary>
public sealed class DockerfileRuleTests
{
    private static readonly Stage Plain = Stage.From("debian:trixie-slim").Named("final");

    [Test]
    public void A_sound_Dockerfile_has_no_finding() =>
        Assert.That(
            Found(Stage.From("golang:1.24").OnPlatform("$BUILDPLATFORM").Named("builder").Arg("TARGETARCH"),
                Plain.CopyFrom("builder", "/a", "/a").Entrypoint("/a").Cmd("b")), Is.Empty);

    [Test]
    public void A_shell_form_is_found_unless_the_stage_names_its_shell()
    {
        var shell = new EntrypointInstruction(new ShellCommand("run"));
        Assert.That(Found(Plain.With(shell)), Is.EqualTo(["dockerfile-json-args"]));
        Assert.That(Found(Plain.Shell("/bin/bash", "-c").With(shell)), Is.Empty);
    }

    [TestCase("CMD run", "dockerfile-json-args")]
    [TestCase("MAINTAINER somebody", "dockerfile-maintainer-deprecated")]
    [TestCase("ARG API_TOKEN=x", "dockerfile-secrets-in-arg-or-env")]
    [TestCase("CMD [\"a\"]\ncmd [\"b\"]", "dockerfile-multiple-instructions")]
    public void Instructions_that_are_given_as_text_are_read(string text, string rule) =>
        Assert.That(Found(Plain.Raw(text)), Is.EqualTo([rule]));

    [TestCase("RUN echo \\\n  CMD run")]
    [TestCase("RUN <<END\nCMD run\nEND")]
    public void A_line_of_a_command_is_no_instruction(string text) => Assert.That(Found(Plain.Raw(text)), Is.Empty);

    [Test]
    public void Arguments_before_the_first_stage_are_looked_at() =>
        Assert.That(Found([new ArgInstruction("API_TOKEN")], new Dictionary<string, string>(StringComparer.Ordinal), Plain),
            Is.EqualTo(["dockerfile-secrets-in-arg-or-env"]));

    [Test]
    public void What_counts_once_is_given_once() =>
        Assert.That(Found(Plain.Healthcheck("a").Healthcheck("b")), Is.EqualTo(["dockerfile-multiple-instructions"]));

    [TestCase("$TARGETPLATFORM", "dockerfile-redundant-target-platform")]
    [TestCase("linux/amd64", "dockerfile-from-platform-flag-const")]
    public void A_platform_is_the_one_that_is_asked_for(string platform, string rule) =>
        Assert.That(Found(Plain.OnPlatform(platform)), Is.EqualTo([rule]));

    [Test]
    public void A_stage_that_says_in_its_name_what_it_is_for_may_fix_its_platform() =>
        Assert.That(Found(Plain.Named("build-amd64").OnPlatform("linux/amd64")), Is.Empty);

    [TestCase("AWS_SECRET_ACCESS_KEY", true)]
    [TestCase("NPM_TOKEN", true)]
    [TestCase("TOKENIZER", false)]
    [TestCase("PUBLIC_KEY", false)]
    public void Arguments_that_are_named_like_secrets_are_found(string name, bool isFound) =>
        Assert.That(Found(Plain.Arg(name)).Any(), Is.EqualTo(isFound));

    [Test]
    public void A_base_without_the_default_of_its_argument_is_found() =>
        Assert.That(
            Found([new ArgInstruction("TAG")], new Dictionary<string, string>(StringComparer.Ordinal) { ["TAG"] = "1" },
                Stage.From("busybox:$TAG")), Is.EqualTo(["dockerfile-invalid-default-arg-in-from"]));

    [TestCase("debian", true)]
    [TestCase("registry.example.com:5000/debian", true)]
    [TestCase("debian:latest", true)]
    [TestCase("debian:trixie-slim", false)]
    [TestCase("debian@sha256:0123456789012345678901234567890123456789012345678901234567890123", false)]
    [TestCase("scratch", false)]
    public void A_base_has_a_tag_that_says_which_it_is(string image, bool isFound) =>
        Assert.That(Found(Stage.From(image)).Any(), Is.EqualTo(isFound));

    [Test]
    public void A_variable_is_known_from_where_it_is_set()
    {
        Assert.That(Found(Plain.Workdir("/$APP").Env("APP", "a")), Is.EqualTo(["dockerfile-undefined-var"]));
        Assert.That(Found(Plain.Env("APP", "a").Arg("B").Workdir("/$APP/$B/${C:-c}")), Is.Empty);
        Assert.That(
            Found(Stage.From("debian:13").Named("base").Env("APP", "a").Arg("B"),
                Stage.From(StageBase.Stage("base")).Workdir("/$APP").User("$B")), Is.EqualTo(["dockerfile-undefined-var"]));
    }

    [Test]
    public void What_the_base_sets_is_known_and_of_another_stage_it_is_not_guessed()
    {
        Assert.That(Found(Plain.Workdir("$FROM_BASE")), Is.Empty);
        Assert.That(Found(Stage.From("golang:1").Named("builder").Workdir("$GOPATH"), Plain.CopyFrom("builder", "/a", "/a")), Is.Empty);
    }

    private static IEnumerable<string> Found(params Stage[] stages) =>
        Found([], new Dictionary<string, string>(StringComparer.Ordinal), stages);

    private static IEnumerable<string> Found(IReadOnlyList<ArgInstruction> arguments, IReadOnlyDictionary<string, string> given,
        params Stage[] stages)
    {
        var measured = TestImage.WithDockerfile(AnalysisTests.Image([]), arguments, given, stages);
        var settings = new ImageSettings { Environment = new Dictionary<string, string>(StringComparer.Ordinal)
            { ["FROM_BASE"] = "/x", ["APP"] = "a" } };
        var image = new CheckedImage(measured, settings, new StartedPrograms());
        return [.. ImageChecker.Rules.Where(rule => rule.Id.StartsWith("dockerfile-", StringComparison.Ordinal))
            .SelectMany(rule => rule.Check(image))
            .Select(finding => finding.Rule)];
    }
}
