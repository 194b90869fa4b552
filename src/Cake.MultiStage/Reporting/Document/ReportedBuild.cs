using System.ComponentModel;
using Cake.MultiStage.Building;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Reporting.Document;

[Description("How an image was built.")]
internal sealed record ReportedBuild
{
    [Description("The seconds that the build took.")]
    public required double Seconds { get; init; }

    [Description("What the base images were, in the order of the stages; empty unless that was asked for.")]
    public required IReadOnlyList<ReportedBaseImage> BaseImages { get; init; }

    [Description("The steps of the build, in the order in which the builder began them.")]
    public required IReadOnlyList<ReportedStep> Steps { get; init; }

    public static ReportedBuild Of(BuiltImage image) => new()
    {
        Seconds = Math.Round(image.Duration.TotalSeconds, 3),
        BaseImages = [.. image.BaseImages.Select(ReportedBaseImage.Of)],
        Steps = [.. image.Steps.Select(ReportedStep.Of)],
    };
}

[Description("A base image.")]
internal sealed record ReportedBaseImage
{
    [Description("The stage that starts from it.")]
    public required string Stage { get; init; }

    [Description("Its name.")]
    public required string Reference { get; init; }

    [Description("The digest of its manifest; absent where the engine does not know it.")]
    public Digest? Digest { get; init; }

    public static ReportedBaseImage Of(BaseImage image) =>
        new() { Stage = image.Stage, Reference = image.Reference.ToString(), Digest = image.Digest };
}

[Description("A step.")]
internal sealed record ReportedStep
{
    [Description("Its text.")]
    public required string Name { get; init; }

    [Description("The stage it belongs to; absent where it belongs to none.")]
    public string? Stage { get; init; }

    [Description("Whether it came from the build cache.")]
    public required bool Cached { get; init; }

    [Description("The seconds it took.")]
    public required double Seconds { get; init; }

    public static ReportedStep Of(BuildStep step) =>
        new() { Name = step.Name, Stage = step.Stage, Cached = step.Cached, Seconds = Math.Round(step.Duration.TotalSeconds, 3) };
}
