using System.Text.RegularExpressions;

namespace Cake.MultiStage.Dockerfiles;

/// <summary><c>ONBUILD</c>: an instruction that runs when another build starts from the image.</summary>
/// <param name="Trigger">The instruction.</param>
internal sealed record OnBuildInstruction(Instruction Trigger) : Instruction
{
    /// <inheritdoc/>
    public override string Keyword => "ONBUILD";

    internal override string Write(IReadOnlyList<string> shell) => "ONBUILD " + Trigger.Write(shell);

    internal override IEnumerable<string> Problems()
    {
        var refusal = Trigger switch
        {
            OnBuildInstruction or MaintainerInstruction or CommentInstruction => $"ONBUILD takes no {Trigger.Keyword}",
            RunInstruction { Heredoc: not null } or CopyInstruction { Files.Count: > 0 } or AddInstruction { Files.Count: > 0 } =>
                "ONBUILD keeps one line, so a heredoc cannot stand in it: use a file of the build context",
            RawInstruction raw when raw.Text.Contains('\n', StringComparison.Ordinal) =>
                "ONBUILD keeps one line: give it a raw text of one line",
            _ => null,
        };
        return refusal is null ? Trigger.Problems() : [refusal];
    }
}

/// <summary>A comment in a stage.</summary>
/// <param name="Text">The text, of any number of lines.</param>
public sealed record CommentInstruction(string Text) : Instruction
{
    /// <inheritdoc/>
    public override string Keyword => "#";

    internal override string Write(IReadOnlyList<string> shell) => Words.Comment(Text);

    internal override IEnumerable<string> Problems() => Words.Unwritable(Text) is { } trouble ? [$"the comment has {trouble}"] : [];
}

/// <summary>An instruction given as text, for what this library has no words for. It is written as it is.</summary>
/// <param name="Text">The text of one or more instructions, none of them <c>FROM</c>.</param>
public sealed partial record RawInstruction(string Text) : Instruction
{
    /// <inheritdoc/>
    public override string Keyword => Lines is [var first, ..] ? first.Split(' ', '\t')[0].ToUpperInvariant() : "";

    internal string[] Lines =>
        [.. Content.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')];

    internal IEnumerable<string> From => FromPattern().Matches(Content).Select(match => match.Groups["from"].Value);

    internal bool MayReadContext =>
        ContextPattern().IsMatch(Content);

    private string Content => Text.Replace("\r\n", "\n", StringComparison.Ordinal).Trim('\n');

    internal override string Write(IReadOnlyList<string> shell) => Content;

    internal override IEnumerable<string> Problems()
    {
        if (Lines.Length == 0)
        {
            yield return "the raw text has no instruction";
        }
        else if (Content.TrimEnd().EndsWith('\\'))
        {
            yield return "the raw text ends in a backslash, which would join the next instruction to it";
        }

        if (StagePattern().IsMatch(Content))
        {
            yield return "the raw text has a FROM: make it a stage";
        }

        if (Words.Unwritable(Text) is { } trouble)
        {
            yield return $"the raw text has {trouble}";
        }
    }

    [GeneratedRegex(@"(?:--|[,=""\s])from=(?<from>[^,\s""]+)",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex FromPattern();

    [GeneratedRegex(@"^\s*(?:ONBUILD\s+)?(?:COPY|ADD)\s|--mount",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex ContextPattern();

    [GeneratedRegex(@"^\s*FROM\s",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex StagePattern();
}
