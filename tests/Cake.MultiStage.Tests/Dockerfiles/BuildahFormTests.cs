using Cake.MultiStage.Dockerfiles;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Dockerfiles;

/// <summary>What Buildah has since when (openshift/imagebuilder, <c>dispatchers.go</c>, as the Podman releases carry it).</summary>
internal sealed class BuildahFormTests
{
    private static readonly Dictionary<string, string> Nothing = new(StringComparer.Ordinal);
    private static readonly Stage Alpine = Stage.From("alpine:3.20");

    [Test]
    public void What_Buildah_has_stays_and_a_link_goes_where_it_has_none()
    {
        var file = Files.Of(Alpine.OnPlatform("$BUILDPLATFORM").Named("b")
            .Run("a", RunMount.Cache("/c"), RunMount.Tmpfs("/t"), RunMount.Secret("s"), RunMount.Bind("a", "/a"))
            .With(new CopyInstruction(["a"], "/") { Link = true, Chmod = "0755" })
            .With(new RunInstruction(new ShellCommand("b")) { Network = "default", Security = "sandbox" }));
        const string Text =
            """
            FROM --platform=$BUILDPLATFORM alpine:3.20 AS b
            RUN --mount=type=cache,target=/c --mount=type=tmpfs,target=/t --mount=type=secret,id=s --mount=type=bind,source=a,target=/a a
            COPY --chmod=0755 a /
            RUN b

            """;
        Assert.That(Of(file, "1.28.2").Replace(" \\\n    ", " ", StringComparison.Ordinal), Is.EqualTo(Text));
        Assert.That(Of(file, "1.37.0"), Does.Contain("COPY --chmod=0755 --link a /"));
    }

    [TestCaseSource(nameof(Features))]
    public void What_a_version_lacks_is_told_with_the_Podman_that_has_it(string what, string? since, Instruction instruction)
    {
        var file = Files.Of(Alpine.Named("b").With(instruction));
        Assert.That(() => Of(file, "1.28.2"), Throws.InstanceOf<DockerfileException>()
            .With.Message.Contains("stage 'b', instruction 1").And.Message.Contains($"): {what} ")
            .And.Message.Contains(since is null ? "nothing that Podman's builder has" : $"needs Podman {since}, whose Buildah is"));
        Assert.That(() => Of(file, "1.43.1"), since is null ? Throws.InstanceOf<DockerfileException>() : Throws.Nothing);
    }

    [Test]
    public void Stages_that_are_not_built_may_have_what_it_lacks()
    {
        var file = Files.Of(Alpine.Named("unused").Run("a", RunMount.Ssh()), Alpine.Named("b").Run("b"));
        Assert.That(() => Of(file, "1.28.2"), Throws.Nothing);
    }

    [Test]
    public void Labels_stand_at_the_end_of_the_stage_that_is_built()
    {
        var file = Files.Of(Alpine.Named("a").Run("a"), Alpine.Named("b").Run("b"));
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["y"] = "2", ["x"] = "1" };
        Assert.That(file.ForBuildah(new Version(1, 28), "a", Nothing, labels).ToString(),
            Is.EqualTo("FROM alpine:3.20 AS a\nRUN a\nLABEL x=1\nLABEL y=2\n\nFROM alpine:3.20 AS b\nRUN b\n"));
    }

    private static string Of(Dockerfile file, string buildah) =>
        file.ForBuildah(Version.Parse(buildah), target: null, Nothing, Nothing).ToString();

    private static IEnumerable<TestCaseData> Features()
    {
        TestCaseData Case(string what, string? since, Instruction instruction) =>
            new TestCaseData(what, since, instruction).SetArgDisplayNames(what);
        var run = new RunInstruction(new ShellCommand("a"));
        yield return Case("--mount=type=ssh", null, run with { Mounts = [RunMount.Ssh()] });
        yield return Case("env of --mount=type=secret", null, run with { Mounts = [RunMount.Secret("s", env: "S")] });
        yield return Case("--security", null, run with { Security = "insecure" });
        yield return Case("--device", null, run with { Devices = ["vendor.com/gpu=all"] });
        yield return Case("--unpack", null, new AddInstruction(["a"], "/") { Unpack = true });
        yield return Case("--network", "4.5", run with { Network = "none" });
        yield return Case("a heredoc", "4.8", new RunInstruction(null) { Heredoc = "a" });
        yield return Case("an inline file", "4.8", new CopyInstruction([], "/a") { Files = [new InlineFile("a")] });
        yield return Case("--checksum", "4.8",
            new AddInstruction(["https://example.com/a"], "/") { Checksum = "sha256:" + new string('0', 64) });
        yield return Case("--parents", "5.2", new CopyInstruction(["a"], "/") { Parents = true });
        yield return Case("--exclude", "5.2", new CopyInstruction(["a"], "/") { Exclude = ["x"] });
        yield return Case("--keep-git-dir", "5.2", new AddInstruction(["https://example.com/a.git"], "/") { KeepGitDirectory = true });
        yield return Case("a git repository", "5.2", new AddInstruction(["https://example.com/a.git"], "/"));
        yield return Case("--mount=type=ssh", null, new OnBuildInstruction(run with { Mounts = [RunMount.Ssh()] }));
    }
}
