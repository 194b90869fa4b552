using Cake.MultiStage.Checking.Rules;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Dockerfiles.Reading;

namespace Cake.MultiStage.Checking;

/// <summary>Looks at a Dockerfile that nothing was built of yet, by the rules that need no image.</summary>
internal static class DockerfileChecker
{
    private const string Ignored = "dockerfile-copy-ignored-file";
    private const string Described = "InvalidDefinitionDescription";

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
            .Concat(skip.Contains(Ignored, StringComparer.Ordinal) ? [] : IgnoredFiles(file))
            .Concat(skip.Contains(DockerChecks.IdOf(Described), StringComparer.Ordinal) ? [] : Descriptions(file.File));
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

    /// <summary>Finds comments that <c>docker build --call=outline</c> doesn't take for descriptions, where the file asks for it.</summary>
    private static IEnumerable<Finding> Descriptions(Dockerfile file) =>
        from piece in DockerChecks.IsAsked(Described, file) ? file.Source?.Pieces ?? [] : []
        let names = NamesOf(piece)
        where names.Count > 0
        let comment = DockerChecks.CommentsAbove(piece.FirstLine, file.Source!).LastOrDefault(text => !IsDirective(text, piece, file))
        where comment is not null && !names.Contains(comment.Split(' ')[0], StringComparer.Ordinal)
        select new Finding(DockerChecks.IdOf(Described), FindingLevel.Warning,
            $"The comment above describes no '{string.Join("' or '", names)}', in line {Words.Number(piece.FirstLine)}.",
            $"Begin it with the name, as in '# {names[0]} is …', or put an empty comment, '#', between.")
        {
            Reason = "What describes a stage or an argument begins with its name (Docker's InvalidDefinitionDescription).",
            Instruction = piece.Text,
            Line = piece.FirstLine,
        };

    private static IReadOnlyList<string> NamesOf(SourcePiece piece) => piece.From is { Name: var name } ? name is null ? [] : [name]
        : [.. piece.Instructions.OfType<ArgInstruction>().Select(argument => argument.Name).Distinct(StringComparer.Ordinal)];

    private static bool IsDirective(string comment, SourcePiece piece, Dockerfile file) =>
        piece == file.Source!.Pieces.FirstOrDefault(one => one.Text.Length > 0)
            && comment.Split('=', 2)[0].Trim().ToLowerInvariant() is "check" or "syntax" or "escape";
}
