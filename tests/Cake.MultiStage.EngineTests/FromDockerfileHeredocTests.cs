using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.EngineTests;

/// <summary>What the Dockerfile frontend of engine 20.10 does not know yet: heredocs and patterns in variables.</summary>
[Category("NewerEngine")]
public sealed class FromDockerfileHeredocTests
{
    private const string Text = """
        ARG TAG=1-slim
        FROM busybox:${TAG%%-*} AS build
        ARG GREETING=nobody
        RUN --mount=type=secret,id=token <<EOF
        set -e
        mkdir /out
        wc -c < /run/secrets/token > /out/length
        EOF
        RUN cat <<"A" > /out/a && \
            # a comment on the way
            cat <<-B > /out/b
        $HOME
        A
        	tab
        B
        COPY --chmod=0644 <<inline <<"other" /out/
        for $GREETING
        inline
        for $GREETING
        other

        FROM scratch
        COPY --from=build /out /out
        CMD ["/none"]

        """;

    private Workspace _work = null!;

    [SetUp]
    public async Task Make_a_workspace() => _work = new Workspace(await SharedEngines.HostAsync(EngineKind.Newer));

    [TearDown]
    public async Task Clean() => await _work.DisposeAsync();

    [Test]
    public async Task Heredocs_are_built_as_they_stand()
    {
        _work.Write("Dockerfile", Text);
        var project = _work.Cake.MultiStageFromDockerfile(".", settings =>
        {
            settings.Tags.Add(_work.Tag);
            settings.Labels[_work.Label.Name] = _work.Label.Value;
            settings.BuildArguments["GREETING"] = "world";
            settings.Secrets["token"] = BuildSecret.FromValue("12345678");
        });
        Assert.That(project.ToDockerfile().ToString(), Is.EqualTo(Text));
        var measured = await _work.Cake.MultiStageMeasureAsync(await _work.BuildAsync(project, BuilderKind.BuildKit));
        Assert.That(measured.Stages.Select(stage => stage.Name), Is.EqualTo(new[] { "build", "stage-1" }));
        List<string> read = [];
        foreach (var path in (string[])["length", "a", "b", "inline", "other"])
        {
            read.Add(await _work.Engine.ReadFileAsync(_work.Tag, "/out/" + path));
        }

        Assert.That(read, Is.EqualTo(new[] { "8\n", "$HOME\n", "tab\n", "for world\n", "for $GREETING\n" }));
    }
}
