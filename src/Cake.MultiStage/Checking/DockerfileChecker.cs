using Cake.MultiStage.Checking.Rules;
using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Checking;

/// <summary>Looks at a Dockerfile that nothing was built of yet, by the rules that need no image.</summary>
internal static class DockerfileChecker
{
    private const string Ignored = "dockerfile-copy-ignored-file";

    /// <param name="name">What is checked, for messages.</param>
    /// <param name="file">The Dockerfile.</param>
    /// <param name="skip">The ids of the rules that are switched off.</param>
    /// <param name="levels">Levels in place of the rules' own, by their ids.</param>
    /// <exception cref="MultiStageException">There is no rule of an id.</exception>
    public static CheckResult Check(string name, CheckedDockerfile file, IReadOnlyCollection<string> skip,
        IReadOnlyDictionary<string, FindingLevel> levels)
    {
        ImageChecker.RequireKnown(skip.Concat(levels.Keys));
        var ours = ImageChecker.Rules.OfType<DockerfileRule>()
            .Where(rule => !skip.Contains(rule.Id, StringComparer.Ordinal))
            .SelectMany(rule => rule.Check(file))
            .Concat(skip.Contains(Ignored, StringComparer.Ordinal) ? [] : IgnoredFiles(file));
        var findings = DockerfileFix.With(FindingMerger.Merge(DockerChecks.With([], ours, file.File)), file.File)
            .Select(finding => levels.TryGetValue(finding.Rule, out var level) ? finding with { Level = level } : finding);
        return new CheckResult(name, [.. findings.OrderByDescending(finding => finding.Level)]);
    }

    /// <summary>Finds what is copied and left out of the build context. A build of it fails, so that no image shows it.</summary>
    private static IEnumerable<Finding> IgnoredFiles(CheckedDockerfile file) =>
        from stage in file.Stages
        from instruction in stage.Instructions
        from path in instruction switch { CopyInstruction { From: null } copy =>
            copy.Sources, AddInstruction add => add.Sources.Where(one => !Transfer.IsRemote(one)), _ => [] }
        where !path.Any(c => c is '[' or '$' or '\\') && file.Ignored.LeavesOut(path)
        select new Finding(Ignored, FindingLevel.Warning,
            $"{instruction.Keyword} takes '{path}', which the ignore file leaves out, in {file.Place(stage, instruction)}.",
            "Change one of them: a line '!path' brings it back.")
        {
            Reason = "What the ignore file leaves out can't be copied (Docker's CopyIgnoredFile).",
            Instruction = instruction.ToString(),
            Line = file.File.Source?.Of(instruction)?.FirstLine,
        };
}
