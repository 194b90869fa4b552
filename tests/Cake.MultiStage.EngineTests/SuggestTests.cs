using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Projects;
using Docker.DotNet;

namespace Cake.MultiStage.EngineTests;

/// <summary>Proposals in the place of Dockerfiles that ship their toolchain are built, started and compared.</summary>
public sealed class SuggestTests : WorkspaceFixture
{
    private ImageProject Existing(string dockerfile)
    {
        _work.Write("Dockerfile", dockerfile);
        return _work.Cake.MultiStageFromDockerfile(".", settings =>
        {
            settings.Name = _work.Repository;
            settings.Tags.Add(_work.Tag);
            settings.Labels[_work.Label.Name] = _work.Label.Value;
        });
    }

    private Task<Suggestion> ProveAsync(ImageProject existing) => _work.Cake.MultiStageSuggestAsync(existing,
        new MultiStageSuggestSettings { Prove = true, Build = { Builder = BuilderKind.BuildKit } });

    [Test]
    public async Task A_proposal_for_Go_is_proven_smaller_and_about_as_large_as_expected()
    {
        _work.Write("go.mod", "module example.com/hello\n\ngo 1.24\n");
        _work.Write("main.go", "package main\n\nfunc main() { println(\"hello\") }\n");
        var suggestion = await ProveAsync(Existing(
            "FROM golang:1.24\nWORKDIR /src\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /hello .\nCMD [\"/hello\"]\n"));
        Assert.That(suggestion.Proven, Is.True, suggestion.ToString());
        var built = await _work.Cake.MultiStageMeasureAsync(_work.Repository + "-proposal");
        Assert.That(suggestion.ExpectedSize!.Value.Bytes, Is.InRange(built.Size.Bytes / 2, built.Size.Bytes * 2), suggestion.ToString());
        Assert.That(suggestion.Proof, Has.Count.EqualTo(4).And.Some.Contains("'/hello'").And.Some.Contains("smaller (")
            .And.Some.StartsWith("The proposal: ended with exit code 0"));
        Assert.That(_work.Log.Lines, Is.SupersetOf(suggestion.Proof));
        Assert.That((await _work.Cake.MultiStageMeasureAsync(_work.Repository + "-existing")).Size.Bytes,
            Is.GreaterThan(built.Size.Bytes));
        Assert.That(() => _work.Engine.InspectAsync(_work.Tag), Throws.TypeOf<DockerImageNotFoundException>(),
            "the project's own tag is its user's to move");
    }

    [Test]
    public async Task A_proposal_that_is_not_built_is_told()
    {
        _work.Write("go.mod", "module example.com/hello\n\ngo 1.24\n");
        _work.Write("main.go", "package main\n\nfunc main() { does not compile }\n");
        var suggestion = await ProveAsync(Existing("FROM golang:1.24\nCOPY . .\nCMD [\"true\"]\n"));
        Assert.That(suggestion.Proven, Is.False);
        Assert.That(suggestion.Proof, Has.Some.StartsWith("The proposal can't be built as it is: "));
    }
}
