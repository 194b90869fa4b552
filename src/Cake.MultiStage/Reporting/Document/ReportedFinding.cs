using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Reporting.Document;

[Description("A finding.")]
internal sealed record ReportedFinding
{
    [Description("The rule's id, such as start-loader.")]
    [RegularExpression("^[a-z0-9]+(-[a-z0-9]+)*$")]
    public required string Rule { get; init; }

    [Description("How much it matters.")]
    public required FindingLevel Level { get; init; }

    [Description("How many there are of its kind: those of one rule and one kind are told as one.")]
    public required int Count { get; init; }

    [Description("What was found, and where.")]
    public required string Message { get; init; }

    [Description("What to do about it.")]
    public required string Fix { get; init; }

    [Description("Why there is such a rule.")]
    public required string Reason { get; init; }

    [Description("The file in the image that it is about; absent where it is about none.")]
    public string? Path { get; init; }

    [Description("The instruction that brought it; absent where it is about none.")]
    public string? Instruction { get; init; }

    [Description("The line of the Dockerfile that it is about; absent where it is about none, or that is not known.")]
    public int? Line { get; init; }

    [Description("The page that explains it; absent where there is none.")]
    [RegularExpression("^https?://")]
    public string? Address { get; init; }

    public static ReportedFinding Of(Finding finding) => new()
    {
        Rule = finding.Rule,
        Level = finding.Level,
        Count = finding.Count,
        Message = finding.Message,
        Fix = finding.Fix,
        Reason = finding.Reason,
        Path = finding.Path,
        Instruction = finding.Instruction,
        Line = finding.Line,
        // Pages of the report make a link of it; no other scheme than those of pages may stand there.
        Address = finding.Address is { IsAbsoluteUri: true, Scheme: "https" or "http" } page ? page.AbsoluteUri : null,
    };
}

[Description("Something that would make the image smaller.")]
internal sealed record ReportedSmaller
{
    [Description("What takes the space.")]
    public required string What { get; init; }

    [Description("What to do about it.")]
    public required string How { get; init; }

    [Description("The bytes that it would save; a file counts for one of them, so that they can be added up. Absent where only trying "
        + "tells.")]
    public ByteSize? Bytes { get; init; }

    [Description("The instruction that brought it; absent where it is about none.")]
    public string? Instruction { get; init; }

    public static ReportedSmaller Of(Saving saving) =>
        new() { What = saving.What, How = saving.Fix, Bytes = saving.Size, Instruction = saving.Instruction };
}

[Description("How a container started.")]
internal sealed record ReportedStart
{
    [Description("What came of it, in words.")]
    public required string Outcome { get; init; }

    [Description("The words of the engine, or of its container runtime, where the program could not be started; absent where it did.")]
    public string? Refusal { get; init; }

    [Description("The exit code; absent where the program still ran when it was stopped, or never started.")]
    public long? ExitCode { get; init; }

    [Description("What was waited for, such as health check; absent where that was nothing but the program's end.")]
    public string? WaitedFor { get; init; }

    [Description("The seconds from the start to what was waited for; absent where that did not come.")]
    public double? ReadySeconds { get; init; }

    [Description("The seconds from the start to the first output; absent where there was none.")]
    public double? FirstOutputSeconds { get; init; }

    [Description("The seconds that the container ran.")]
    public required double Seconds { get; init; }

    [Description("What the program wrote to its standard output and standard error, as far as it was kept.")]
    public required string Output { get; init; }

    public static ReportedStart Of(StartProof start) => new()
    {
        Outcome = StartWords.Of(start),
        Refusal = start.Refusal,
        ExitCode = start.ExitCode,
        WaitedFor = start.WaitedFor,
        ReadySeconds = Rounded(start.Ready),
        FirstOutputSeconds = Rounded(start.FirstOutput),
        Seconds = Math.Round(start.Duration.TotalSeconds, 3),
        Output = start.Output,
    };

    private static double? Rounded(TimeSpan? time) => time is { } known ? Math.Round(known.TotalSeconds, 3) : null;
}
