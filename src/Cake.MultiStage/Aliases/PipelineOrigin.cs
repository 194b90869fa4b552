using Cake.Common.Build;
using Cake.Common.Build.AppVeyor;
using Cake.Common.Build.AzurePipelines;
using Cake.Common.Build.BitbucketPipelines;
using Cake.Common.Build.GitHubActions;
using Cake.Common.Build.GitLabCI;
using Cake.Common.Build.Jenkins;
using Cake.Common.Build.TravisCI;
using Cake.Common.Build.WoodpeckerCI;
using Cake.Core;
using Cake.MultiStage.Origins;

namespace Cake.MultiStage.Aliases;

/// <summary>What the CI provider that Cake runs on says of the source it builds.</summary>
internal static class PipelineOrigin
{
    public static SourceOrigin? Of(ICakeContext context)
    {
        var system = context.BuildSystem();
        var origin = system switch
        {
            { IsRunningOnGitHubActions: true } => Of(system.GitHubActions),
            { IsRunningOnAzurePipelines: true } => Of(system.AzurePipelines, context),
            { IsRunningOnGitLabCI: true } => Of(system.GitLabCI),
            { IsRunningOnAppVeyor: true } => Of(system.AppVeyor, context),
            { IsRunningOnTeamCity: true } => OfTeamCity(context),
            { IsRunningOnJenkins: true } => Of(system.Jenkins, context),
            { IsRunningOnBitbucketPipelines: true } => Of(system.BitbucketPipelines, context),
            { IsRunningOnTravisCI: true } => Of(system.TravisCI, context),
            { IsRunningOnWoodpeckerCI: true } => Of(system.WoodpeckerCI),
            _ => null,
        };
        // What these providers call the branch of a pull request is the one that it is to be merged into.
        var pull = origin?.PullRequest ?? PullRequest(context, system);
        return origin is null ? null : origin with
        {
            Source = RemoteUrl.Clean(origin.Source),
            PullRequest = pull,
            Branch = pull is null ? origin.Branch : null,
        };
    }

    private static string? PullRequest(ICakeContext context, BuildSystem system)
    {
        var number = Variable(context, system switch
        {
            { IsRunningOnTravisCI: true } => "TRAVIS_PULL_REQUEST",
            { IsRunningOnAppVeyor: true } => "APPVEYOR_PULL_REQUEST_NUMBER",
            { IsRunningOnWoodpeckerCI: true } => "CI_COMMIT_PULL_REQUEST",
            _ => "",
        });
        return number is null or "false" ? null : "pull-" + number;
    }

    private static SourceOrigin Of(IGitHubActionsProvider provider)
    {
        var workflow = provider.Environment.Workflow;
        var (branch, tag) = SourceOrigin.ReadReference(workflow.Ref);
        var source = $"{workflow.ServerUrl}/{workflow.Repository}";
        return new SourceOrigin { Revision = Text(workflow.Sha), Source = source, Branch = branch, Tag = tag,
            PullRequest = SourceOrigin.ReadPullRequest(workflow.Ref), Run = $"{source}/actions/runs/{workflow.RunId}" };
    }

    private static SourceOrigin Of(IAzurePipelinesProvider provider, ICakeContext context)
    {
        var environment = provider.Environment;
        var (branch, tag) = SourceOrigin.ReadReference(environment.Repository.SourceBranch);
        return new SourceOrigin
        {
            Revision = Text(environment.Repository.SourceVersion),
            Source = Variable(context, "BUILD_REPOSITORY_URI"),
            Branch = branch,
            Tag = tag,
            PullRequest = SourceOrigin.ReadPullRequest(environment.Repository.SourceBranch),
            Run = $"{environment.TeamProject.CollectionUri}{Uri.EscapeDataString(environment.TeamProject.Name)}"
                + $"/_build/results?buildId={environment.Build.Id}",
        };
    }

    private static SourceOrigin Of(IGitLabCIProvider provider)
    {
        var (build, project) = (provider.Environment.Build, provider.Environment.Project);
        var tag = Text(build.Tag);
        return new SourceOrigin
        {
            Revision = Text(build.Reference),
            Source = Text(project.Url),
            Branch = tag is null ? Text(build.RefName) : null,
            Tag = tag,
            Run = $"{project.Url}/-/pipelines/{build.PipelineId}",
        };
    }

    private static SourceOrigin Of(IAppVeyorProvider provider, ICakeContext context)
    {
        var (repository, project) = (provider.Environment.Repository, provider.Environment.Project);
        var forge = repository.Provider.ToUpperInvariant() switch
        {
            "GITHUB" => "https://github.com/",
            "GITLAB" => "https://gitlab.com/",
            "BITBUCKET" => "https://bitbucket.org/",
            _ => null,
        };
        return new SourceOrigin
        {
            Revision = Text(repository.Commit.Id),
            Source = forge is null ? null : forge + repository.Name,
            Branch = Text(repository.Branch),
            Tag = repository.Tag.IsTag ? Text(repository.Tag.Name) : null,
            Run = $"{Variable(context, "APPVEYOR_URL")}/project/{Variable(context, "APPVEYOR_ACCOUNT_NAME")}/{project.Slug}"
                + $"/builds/{provider.Environment.Build.Id}",
        };
    }

    // What Cake knows of TeamCity it reads from files of properties; the commit is in the environment alone.
    private static SourceOrigin OfTeamCity(ICakeContext context) =>
        new() { Revision = Variable(context, "BUILD_VCS_NUMBER"), Run = Variable(context, "BUILD_URL") };

    private static SourceOrigin Of(IJenkinsProvider provider, ICakeContext context)
    {
        const string Remote = "origin/";
        var repository = provider.Environment.Repository;
        var tag = Variable(context, "TAG_NAME");
        var branch = Text(repository.GitLocalBranch) ?? Text(repository.BranchName) ?? Text(repository.GitBranch);
        return new SourceOrigin
        {
            Revision = Text(repository.GitCommitSha),
            Source = Text(repository.GitUrl),
            Branch = tag is not null ? null : branch?.StartsWith(Remote, StringComparison.Ordinal) == true ? branch[Remote.Length..]
                : branch,
            Tag = tag,
            Run = Text(provider.Environment.Build.BuildUrl),
        };
    }

    private static SourceOrigin Of(IBitbucketPipelinesProvider provider, ICakeContext context)
    {
        var repository = provider.Environment.Repository;
        var source = $"https://bitbucket.org/{repository.RepoOwner}/{repository.RepoSlug}";
        return new SourceOrigin
        {
            Revision = Text(repository.Commit),
            Source = source,
            Branch = Text(repository.Branch),
            Tag = Text(repository.Tag),
            Run = $"{source}/pipelines/results/{Variable(context, "BITBUCKET_BUILD_NUMBER")}",
        };
    }

    private static SourceOrigin Of(ITravisCIProvider provider, ICakeContext context)
    {
        var (build, repository) = (provider.Environment.Build, provider.Environment.Repository);
        return new SourceOrigin
        {
            Revision = Text(repository.Commit),
            Source = "https://github.com/" + repository.Slug,
            Branch = Text(build.Branch),
            Tag = Text(build.Tag),
            Run = Variable(context, "TRAVIS_BUILD_WEB_URL"),
        };
    }

    private static SourceOrigin Of(IWoodpeckerCIProvider provider)
    {
        var (commit, repository) = (provider.Environment.Commit, provider.Environment.Repository);
        return new SourceOrigin
        {
            Revision = Text(commit.Sha),
            Source = Text(repository.RepoUrl),
            Branch = Text(commit.Branch),
            Tag = Text(commit.Tag),
            Run = Text(provider.Environment.Pipeline.Url),
        };
    }

    private static string? Variable(ICakeContext context, string name) => Text(context.Environment.GetEnvironmentVariable(name));

    private static string? Text(object? value) => value?.ToString() is { Length: > 0 } text ? text : null;
}
