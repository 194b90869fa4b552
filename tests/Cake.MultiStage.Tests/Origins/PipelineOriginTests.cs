using Cake.Core;
using Cake.Core.Diagnostics;
using Cake.Core.IO;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Origins;
using Cake.MultiStage.Tests.Contexts;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Origins;

/// <summary>What CI providers set, as Cake reads it; the environment of whoever runs the tests plays no part.</summary>
public sealed class PipelineOriginTests
{
    private static IEnumerable<TestCaseData> Providers()
    {
        yield return Case(
            "GitHub",
            "GITHUB_ACTIONS=true GITHUB_SERVER_URL=https://github.com GITHUB_REPOSITORY=team/app GITHUB_SHA=abc GITHUB_REF=refs/tags/v1 "
                + "GITHUB_RUN_ID=7",
            new()
                { Revision = "abc", Source = "https://github.com/team/app", Tag = "v1",
                    Run = "https://github.com/team/app/actions/runs/7" });
        yield return Case(
            "GitHub, a pull request",
            "GITHUB_ACTIONS=true GITHUB_SERVER_URL=https://github.com GITHUB_REPOSITORY=team/app GITHUB_SHA=abc "
                + "GITHUB_REF=refs/pull/3/merge GITHUB_RUN_ID=7",
            new() { Revision = "abc", Source = "https://github.com/team/app", PullRequest = "pull-3",
                Run = "https://github.com/team/app/actions/runs/7" });
        yield return Case(
            "Azure Pipelines",
            "TF_BUILD=True BUILD_REPOSITORY_URI=https://org@dev.azure.com/org/p/_git/app BUILD_SOURCEVERSION=abc "
                + "BUILD_SOURCEBRANCH=refs/heads/feature/x SYSTEM_TEAMFOUNDATIONCOLLECTIONURI=https://dev.azure.com/org/ "
                + "SYSTEM_TEAMPROJECT=p BUILD_BUILDID=7",
            new()
                { Revision = "abc", Source = "https://dev.azure.com/org/p/_git/app", Branch = "feature/x",
                    Run = "https://dev.azure.com/org/p/_build/results?buildId=7" });
        yield return Case(
            "GitLab",
            "CI_SERVER=yes GITLAB_CI=true CI_PROJECT_URL=https://gitlab.com/team/app CI_COMMIT_SHA=abc CI_COMMIT_REF_NAME=main "
                + "CI_PIPELINE_ID=7",
            new()
                { Revision = "abc", Source = "https://gitlab.com/team/app", Branch = "main",
                    Run = "https://gitlab.com/team/app/-/pipelines/7" });
        yield return Case(
            "AppVeyor",
            "APPVEYOR=True APPVEYOR_REPO_PROVIDER=gitHub APPVEYOR_REPO_NAME=team/app APPVEYOR_REPO_COMMIT=abc APPVEYOR_REPO_BRANCH=main "
                + "APPVEYOR_REPO_TAG=true APPVEYOR_REPO_TAG_NAME=v1 APPVEYOR_URL=https://ci.appveyor.com APPVEYOR_ACCOUNT_NAME=team "
                + "APPVEYOR_PROJECT_SLUG=app APPVEYOR_BUILD_ID=7",
            new()
                { Revision = "abc", Source = "https://github.com/team/app", Branch = "main", Tag = "v1",
                    Run = "https://ci.appveyor.com/project/team/app/builds/7" });
        yield return Case(
            "TeamCity",
            "TEAMCITY_VERSION=2025 BUILD_VCS_NUMBER=abc BUILD_URL=https://ci.example.com/7",
            new() { Revision = "abc", Run = "https://ci.example.com/7" });
        yield return Case(
            "Jenkins",
            "JENKINS_URL=https://ci.example.com/ GIT_COMMIT=abc GIT_URL=git@example.com:team/app.git GIT_BRANCH=origin/main "
                + "BUILD_URL=https://ci.example.com/job/app/7/",
            new()
                { Revision = "abc", Source = "https://example.com/team/app", Branch = "main", Run = "https://ci.example.com/job/app/7/" });
        yield return Case(
            "Bitbucket",
            "CI=true BITBUCKET_REPO_OWNER=team BITBUCKET_REPO_SLUG=app BITBUCKET_COMMIT=abc BITBUCKET_BRANCH=main BITBUCKET_BUILD_NUMBER=7",
            new()
                { Revision = "abc", Source = "https://bitbucket.org/team/app", Branch = "main",
                    Run = "https://bitbucket.org/team/app/pipelines/results/7" });
        yield return Case(
            "Travis",
            "TRAVIS=true TRAVIS_REPO_SLUG=team/app TRAVIS_COMMIT=abc TRAVIS_BRANCH=main TRAVIS_BUILD_WEB_URL=https://ci.example.com/7",
            new() { Revision = "abc", Source = "https://github.com/team/app", Branch = "main", Run = "https://ci.example.com/7" });
        yield return Case(
            "Woodpecker",
            "CI=woodpecker CI_REPO_URL=https://example.com/team/app CI_COMMIT_SHA=abc CI_COMMIT_TAG=v1 "
                + "CI_PIPELINE_URL=https://ci.example.com/7",
            new() { Revision = "abc", Source = "https://example.com/team/app", Tag = "v1", Run = "https://ci.example.com/7" });
    }

    [TestCase("TRAVIS=true TRAVIS_REPO_SLUG=team/app TRAVIS_COMMIT=abc TRAVIS_BRANCH=main TRAVIS_PULL_REQUEST=5")]
    [TestCase("CI=woodpecker CI_COMMIT_SHA=abc CI_COMMIT_BRANCH=main CI_COMMIT_PULL_REQUEST=5")]
    [TestCase("APPVEYOR=True APPVEYOR_REPO_COMMIT=abc APPVEYOR_REPO_BRANCH=main APPVEYOR_PULL_REQUEST_NUMBER=5")]
    public void The_branch_that_a_pull_request_is_for_is_not_the_one_that_is_built(string variables)
    {
        var origin = PipelineOrigin.Of(Context(variables))!;
        Assert.That((origin.Branch, origin.PullRequest), Is.EqualTo(((string?)null, "pull-5")));
    }

    [TestCaseSource(nameof(Providers))]
    public void A_provider_says_what_it_builds(string variables, object origin) =>
        Assert.That(PipelineOrigin.Of(Context(variables)), Is.EqualTo(origin));

    [Test]
    public void At_home_there_is_no_provider() => Assert.That(PipelineOrigin.Of(Context("")), Is.Null);

    [Test]
    public async Task A_label_that_the_description_sets_wins()
    {
        using var folder = new TemporaryFolder();
        var stage = Stage.From(StageBase.Scratch).Named("final").Label("org.opencontainers.image.revision", "mine");
        var request = await AddAsync(Request(folder, stage), "app",
            "GITHUB_ACTIONS=true GITHUB_SERVER_URL=https://github.com GITHUB_REPOSITORY=team/app GITHUB_SHA=abc "
                + "GITHUB_REF=refs/heads/main");
        Assert.That(request.Labels.Keys,
            Is.EquivalentTo(["org.opencontainers.image.title", "org.opencontainers.image.source", "org.opencontainers.image.version"]));
    }

    [Test]
    public async Task Without_labels_asked_for_there_are_none()
    {
        using var folder = new TemporaryFolder();
        Assert.That((await AddAsync(Request(folder, Stage.From("busybox")), title: null, "")).Labels, Is.Empty);
    }

    [Test]
    public async Task The_variable_SOURCE_DATE_EPOCH_goes_to_the_build_unless_the_description_gives_one()
    {
        using var folder = new TemporaryFolder();
        var request = Request(folder, Stage.From("busybox"));
        var own = request with { BuildArguments = new Dictionary<string, string>(StringComparer.Ordinal) { ["SOURCE_DATE_EPOCH"] = "5" } };
        Assert.That((await AddAsync(request, "app", "SOURCE_DATE_EPOCH=7")).BuildArguments["SOURCE_DATE_EPOCH"], Is.EqualTo("7"));
        Assert.That((await AddAsync(own, "app", "SOURCE_DATE_EPOCH=7")).BuildArguments["SOURCE_DATE_EPOCH"], Is.EqualTo("5"));
    }

    [Test]
    public async Task The_time_of_the_commit_goes_only_to_who_declares_SOURCE_DATE_EPOCH()
    {
        using var folder = new TemporaryFolder();
        await Run.ToolAsync("git", "-C", folder.Path, "init", "--quiet");
        await Run.ToolAsync("env", "GIT_COMMITTER_DATE=@1234567890 +0000", "git", "-C", folder.Path, "-c", "user.name=Test", "-c",
            "user.email=test@example.com", "-c", "commit.gpgSign=false", "commit", "--quiet", "--allow-empty", "--message", "first");
        Assert.That((await AddAsync(Request(folder, Stage.From("busybox").Arg("SOURCE_DATE_EPOCH")), title: null, "")).BuildArguments,
            Contains.Key("SOURCE_DATE_EPOCH").WithValue("1234567890"));
        var undeclared = Request(folder, Stage.From("busybox"));
        Assert.That((await AddAsync(undeclared, "app", "")).BuildArguments, Is.Empty);
        Assert.That((await AddAsync(undeclared with { Reproducible = true }, title: null, "")).BuildArguments,
            Contains.Key("SOURCE_DATE_EPOCH").WithValue("1234567890"), "or who wants the same image again");
    }

    [Test]
    public void Without_a_time_nothing_is_reproducible()
    {
        using var folder = new TemporaryFolder();
        var request = Request(folder, Stage.From("busybox")) with { Reproducible = true };
        Assert.That(() => AddAsync(request, "app", ""),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("no git repository").And.Message.Contains("SOURCE_DATE_EPOCH"));
        Assert.That(() => AddAsync(request, "app", "SOURCE_DATE_EPOCH=7"), Throws.Nothing);
    }

    [Test]
    public async Task Version_and_commit_go_to_who_declares_them_unless_the_description_gives_them()
    {
        using var folder = new TemporaryFolder();
        await Run.ToolAsync("git", "-C", folder.Path, "init", "--quiet");
        await Run.ToolAsync("git", "-C", folder.Path, "-c", "user.name=Test", "-c", "user.email=test@example.com", "-c",
            "commit.gpgSign=false", "commit", "--quiet", "--allow-empty", "--message", "first");
        var request = Request(folder, Stage.From("busybox").Arg("SOURCE_VERSION", "unknown").Arg("SOURCE_COMMIT", "unknown"));
        var arguments = (await AddAsync(request, title: null, "")).BuildArguments;
        Assert.That(arguments["SOURCE_COMMIT"], Does.Match("^[0-9a-f]{40}$"));
        Assert.That(arguments["SOURCE_VERSION"], Is.EqualTo(arguments["SOURCE_COMMIT"][..12]));
        await Run.ToolAsync("git", "-C", folder.Path, "tag", "v1.2.3");
        var own = request with { BuildArguments = new Dictionary<string, string>(StringComparer.Ordinal) { ["SOURCE_COMMIT"] = "mine" } };
        Assert.That((await AddAsync(own, "app", "")).BuildArguments,
            Is.EquivalentTo(new Dictionary<string, string>(StringComparer.Ordinal)
                { ["SOURCE_VERSION"] = "v1.2.3", ["SOURCE_COMMIT"] = "mine" }));
    }

    private static TestCaseData Case(string name, string variables, SourceOrigin origin) =>
        new TestCaseData(variables, origin).SetArgDisplayNames(name);

    private static BuildRequest Request(TemporaryFolder folder, Stage stage) =>
        new() { Dockerfile = new Dockerfile { Stages = [stage] }, ContextDirectory = folder.Path };

    private static Task<BuildRequest> AddAsync(BuildRequest request, string? title, string variables) =>
        RequestOrigin.AddAsync(request, title, Context(variables), NullLogger.Instance, CancellationToken.None);

    private static ICakeContext Context(string variables)
    {
        var values = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        var environment = new Mock<ICakeEnvironment>();
        environment.SetupGet(cake => cake.WorkingDirectory).Returns(new DirectoryPath("/"));
        environment.SetupGet(cake => cake.Platform).Returns(new CakePlatform());
        environment.Setup(cake => cake.GetEnvironmentVariable(It.IsAny<string>())).Returns<string>(name => values.GetValueOrDefault(name)!);
        environment.Setup(cake => cake.GetEnvironmentVariables()).Returns(values!);
        return Mock.Of<ICakeContext>(
            cake => cake.Environment == environment.Object
                && cake.Log == Mock.Of<ICakeLog>()
                && cake.FileSystem == new FileSystem()
                && cake.ProcessRunner == Mock.Of<IProcessRunner>());
    }
}
