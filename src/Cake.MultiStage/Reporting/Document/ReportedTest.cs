using System.ComponentModel;
using System.Text.Json.Serialization;
using Cake.MultiStage.Checking;

namespace Cake.MultiStage.Reporting.Document;

[Description("A test of the image that its user wrote.")]
internal sealed record ReportedTest
{
    [Description("What it says of the image.")]
    public required string Name { get; init; }

    [Description("What is otherwise; absent where the test passed.")]
    public string? Failure { get; init; }

    [Description("The seconds that it took.")]
    public required double Seconds { get; init; }

    [JsonIgnore]
    public bool Passed => Failure is null;

    public static ReportedTest Of(ImageTestResult result) => new()
    {
        Name = result.Name,
        Failure = result.Failure,
        Seconds = Math.Round(result.Duration.TotalSeconds, 3),
    };
}
