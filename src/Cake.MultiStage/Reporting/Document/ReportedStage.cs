using System.ComponentModel;
using System.Text.Json.Serialization;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Reporting.Document;

[Description("A stage.")]
internal sealed record ReportedStage
{
    [Description("Its name, or stage-N where it has none.")]
    public required string Name { get; init; }

    [Description("What it starts from: an image, scratch or another stage.")]
    public required string Base { get; init; }

    [Description("The bytes of all its layers, its base's included.")]
    public required ByteSize Size { get; init; }

    [Description("Whether its sizes are the engine's own figure, which counts whole blocks of the disk and is larger than the files; "
        + "absent where they are bytes of files.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Estimated { get; init; }

    [Description("The bytes it adds to what it starts from; absent where that is not known.")]
    public ByteSize? Added { get; init; }

    [Description("The number of its layers, its base's included.")]
    public required int Layers { get; init; }

    /// <summary>Returns the size in words, which say where it is not exact.</summary>
    public string SizeInWords() => Estimated ? $"about {Size}" : $"{Size}";

    public static ReportedStage Of(MeasuredStage stage) => new()
    {
        Name = stage.Name,
        Base = stage.Base,
        Size = stage.Size,
        Estimated = !stage.IsSizeExact,
        Added = stage.Added,
        Layers = stage.Layers,
    };
}

[Description("What the final image does without.")]
internal sealed record ReportedSaving
{
    [Description("The size of the largest other stage, and artifacts, less the size of the image; 0 where the image is the larger.")]
    public required ByteSize Bytes { get; init; }

    [Description("The bytes in percent of what a single stage would have been.")]
    public required double Percent { get; init; }

    [Description("By how many bytes the image is larger than the largest other stage; 0 where something was saved.")]
    public required ByteSize LargerBy { get; init; }

    [Description("The name of the largest other stage.")]
    public required string ComparedWith { get; init; }

    [Description("The bytes that a single stage would have had to add.")]
    public required ByteSize Artifacts { get; init; }

    [Description("The same in words.")]
    public required string Summary { get; init; }

    public static ReportedSaving Of(MeasuredImage measured) => new()
    {
        Bytes = measured.Saved,
        Percent = Math.Round(measured.SavedPercent, 2),
        LargerBy = measured.LargerBy,
        ComparedWith = measured.SingleStage.Name,
        Artifacts = measured.Artifacts,
        Summary = SavingWords.Of(measured),
    };
}
