using System.ComponentModel;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.Reporting.Document;

[Description("What was assumed of the project.")]
internal sealed record ReportedAssumption
{
    [Description("What was assumed, and how to change it.")]
    public required string Text { get; init; }

    [Description("Whether the image may be wrong if the assumption is.")]
    public required bool Doubtful { get; init; }

    public static ReportedAssumption Of(Assumption assumption) => new() { Text = assumption.Text, Doubtful = assumption.Doubtful };
}
