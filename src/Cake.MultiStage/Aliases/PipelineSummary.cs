using Cake.Common.Build;
using Cake.Core;

namespace Cake.MultiStage.Aliases;

/// <summary>Shows a report on the page that the CI provider has for a run, where it has one.</summary>
internal static class PipelineSummary
{
    /// <param name="context">The Cake context.</param>
    /// <param name="file">The report's file.</param>
    /// <param name="markdown">What is in it.</param>
    public static void Show(ICakeContext context, string file, string markdown)
    {
        var provider = context.BuildSystem();
        if (provider.IsRunningOnGitHubActions && provider.GitHubActions.Environment.Runtime.StepSummary is not null)
        {
            provider.GitHubActions.Commands.SetStepSummary(markdown);
        }
        else if (provider.IsRunningOnAzurePipelines)
        {
            provider.AzurePipelines.Commands.UploadTaskSummary(file);
        }
    }
}
