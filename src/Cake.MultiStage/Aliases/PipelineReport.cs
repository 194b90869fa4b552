using Cake.Common.Build;
using Cake.Common.Build.AzurePipelines;
using Cake.Common.Build.GitHubActions;
using Cake.Common.Build.GitHubActions.Data;
using Cake.Core;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Reporting;
using Cake.MultiStage.Reporting.Document;

namespace Cake.MultiStage.Aliases;

/// <summary>A report where the CI provider shows it: on the page of the run, and as warnings and errors of its own kind.</summary>
internal sealed class PipelineReport(ICakeContext context)
{
    // GitHub shows ten of each kind a step and drops the others.
    private const int MostOfEach = 10;
    private const int MostMessages = 3;

    private readonly BuildSystem _provider = context.BuildSystem();

    /// <summary>Shows the report on the page that the provider has for a run, where it has one.</summary>
    /// <param name="file">The report's file.</param>
    /// <param name="markdown">What is in it.</param>
    public void ShowSummary(string file, string markdown)
    {
        if (_provider.IsRunningOnGitHubActions && _provider.GitHubActions.Environment.Runtime.StepSummary is not null)
        {
            _provider.GitHubActions.Commands.SetStepSummary(markdown);
        }
        else if (_provider.IsRunningOnAzurePipelines)
        {
            _provider.AzurePipelines.Commands.UploadTaskSummary(file);
        }
    }

    /// <summary>Shows the findings as the provider's errors and warnings, those of a rule together, the most severe first.</summary>
    public void ShowFindings(ImageReport report)
    {
        foreach (var group in Groups(report.Findings ?? []))
        {
            var text = LogText.Clean(string.Join(' ', [$"{report.Image.Name}:", .. group.Messages(MostMessages), group.Fix]));
            if (_provider.IsRunningOnGitHubActions)
            {
                Show(_provider.GitHubActions, group, text);
            }
            else if (_provider.IsRunningOnAzurePipelines)
            {
                Show(_provider.AzurePipelines, group, text);
            }
            else if (_provider.IsRunningOnTeamCity && group.Level != FindingLevel.Note)
            {
                // TeamCity's notes are lines as all others are.
                _provider.TeamCity.WriteStatus(text, group.Level == FindingLevel.Error ? "ERROR" : "WARNING");
            }
        }
    }

    private static IEnumerable<FindingGroup> Groups(IReadOnlyList<ReportedFinding> findings) =>
        FindingGroup.Of(findings)
            .GroupBy(group => group.Level)
            .OrderByDescending(level => level.Key)
            .SelectMany(level => level.Take(MostOfEach));

    private static void Show(IGitHubActionsProvider provider, FindingGroup group, string text)
    {
        var annotation = new GitHubActionsAnnotation { Title = group.Rule };
        switch (group.Level)
        {
            case FindingLevel.Error:
                provider.Commands.Error(text, annotation);
                break;
            case FindingLevel.Warning:
                provider.Commands.Warning(text, annotation);
                break;
            default:
                provider.Commands.Notice(text, annotation);
                break;
        }
    }

    /// <summary>Azure Pipelines has no notices: notes stay in the log and on the page.</summary>
    private static void Show(IAzurePipelinesProvider provider, FindingGroup group, string text)
    {
        if (group.Level == FindingLevel.Error)
        {
            provider.Commands.WriteError(text);
        }
        else if (group.Level == FindingLevel.Warning)
        {
            provider.Commands.WriteWarning(text);
        }
    }
}
