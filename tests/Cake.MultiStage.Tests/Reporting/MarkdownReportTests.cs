using Cake.Core;
using Cake.Core.Diagnostics;
using Cake.Core.IO;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Reporting;
using Cake.MultiStage.Tests.Contexts;
using Moq;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Reporting;

public sealed class MarkdownReportTests
{
    [Test]
    public void It_has_the_sum_and_the_tables() => Assert.That(MarkdownReport.Text(new ImageReport(ReportTests.Measured())), Is.EqualTo(
        """
        ### hello:1.0: 1.30 MB in 1 layer

        Left behind **1.08 GB** of stage `builder` (99.9 %). Wasted 0 B (efficiency 100.0 %).

        | Stage | From | Size |
        |---|---|--:|
        | builder | golang:1.21 | 1.08 GB |
        | final | scratch | 1.30 MB |

        | Layer | Instruction | Size |
        |---|---|--:|
        | 222222222222 | COPY /bin/hello /bin/hello | 1.30 MB |

        """));

    [Test]
    public void No_text_breaks_a_table() =>
        Assert.That(MarkdownReport.Text(new ImageReport(ReportTests.Measured("RUN a | b\n`c` <d> \\ *e*"))), Does.Contain("| RUN a \\| b \\`c\\` &lt;d> \\\\ \\*e\\* |"));

    [Test]
    public async Task It_is_written_to_a_file_and_to_the_summary_of_GitHub_Actions()
    {
        using var folder = new TemporaryFolder().File("summary.md", "before\n");
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["GITHUB_ACTIONS"] = "true", ["GITHUB_STEP_SUMMARY"] = folder["summary.md"] };
        await Context(folder, variables).MultiStageReportAsync(ReportTests.Measured(), new MultiStageReportSettings { Directory = "./report" });
        var report = await File.ReadAllTextAsync(folder["report/report.md"]);
        Assert.That(report, Does.StartWith("### hello:1.0"));
        Assert.That(await File.ReadAllTextAsync(folder["summary.md"]), Does.StartWith("before\n").And.Contain(report));
    }

    [Test]
    public async Task A_summary_can_be_left_out()
    {
        using var folder = new TemporaryFolder().File("summary.md", "before\n");
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["GITHUB_ACTIONS"] = "true", ["GITHUB_STEP_SUMMARY"] = folder["summary.md"] };
        await Context(folder, variables).MultiStageReportAsync(ReportTests.Measured(), new MultiStageReportSettings { Directory = "./report", Summary = false });
        Assert.That(await File.ReadAllTextAsync(folder["summary.md"]), Is.EqualTo("before\n"));
    }

    private static ICakeContext Context(TemporaryFolder folder, Dictionary<string, string> variables)
    {
        var environment = new Mock<ICakeEnvironment>();
        environment.SetupGet(cake => cake.WorkingDirectory).Returns(new DirectoryPath(folder.Path));
        environment.Setup(cake => cake.GetEnvironmentVariable(It.IsAny<string>())).Returns<string>(name => variables.GetValueOrDefault(name)!);
        return Mock.Of<ICakeContext>(cake => cake.Environment == environment.Object && cake.Log == Mock.Of<ICakeLog>() && cake.FileSystem == new FileSystem() && cake.ProcessRunner == Mock.Of<IProcessRunner>());
    }
}
