using System.Text.RegularExpressions;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Reporting;
using Cake.MultiStage.Tests.Contexts;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Reporting;

public sealed class MarkdownReportTests
{
    [Test]
    public void It_has_the_sum_and_the_tables() => Assert.That(Forms.Markdown(new ReportSource(ReportTests.Measured())), Is.EqualTo(
        """
        ### hello:1.0: 1.30 MB in 1 layer

        **Saved 1.08 GB of stage 'builder' (99.9 %).** Wasted 0 B (efficiency 100.0 %).

        | Stage | From | Size |
        |---|---|--:|
        | builder | golang:1.21 | 1.08 GB |
        | final | scratch | 1.30 MB |

        | Layer | Instruction | Size |
        |---|---|--:|
        | 222222222222 | `COPY /bin/hello /bin/hello` | 1.30 MB |

        """));

    [TestCase("RUN a | b\n`c` <d> *e*", "``RUN a \\| b `c` <d> *e*``")]
    [TestCase("`a`", "`` `a` ``")]
    [TestCase("RUN a \\| b $c $d <e> [f]", "RUN a \\\\\\| b &#36;c &#36;d &lt;e> \\[f\\]")]
    [TestCase("", "")]
    public void No_text_breaks_a_table(string instruction, string cell) =>
        Assert.That(Forms.Markdown(new ReportSource(ReportTests.Measured(instruction))),
            Does.Contain($"| 222222222222 | {cell} | 1.30 MB |"));

    [Test]
    public void No_text_brings_a_control_sequence_or_a_command_of_a_CI_provider()
    {
        var text = Forms.Markdown(new ReportSource(ReportTests.Measured("RUN \u001b[31ma\u001b[0m ##vso[task.complete]")));
        Assert.That(text, Does.Not.Contain('\u001b').And.Not.Contain("##vso["));
    }

    private static IEnumerable<string> Tables(string sample) =>
        Forms.Markdown(SchemaTests.Sample(sample)).Split("\n\n").Where(part => part.StartsWith("| ", StringComparison.Ordinal));

    [Test]
    public void Every_row_has_as_many_cells_as_its_table_has_columns([Values("Full", "Broken", "Large")] string sample)
    {
        foreach (var table in Tables(sample))
        {
            // After a backslash, a bar ends no cell.
            var cells = table.TrimEnd('\n')
                .Split('\n')
                .Select(
                    row => Regex.Replace(row, @"\\.", "", RegexOptions.None, TimeSpan.FromSeconds(1)).Count(character => character == '|'))
                .ToList();
            Assert.That(cells, Is.All.EqualTo(cells[0]), table);
        }
    }

    [Test]
    public void A_reader_of_Markdown_sees_the_tables_and_nothing_that_a_text_made_up(
        [Values("Clean", "Full", "Broken", "Large")] string sample)
    {
        var page = Markdown.Parse(Forms.Markdown(SchemaTests.Sample(sample)), new MarkdownPipelineBuilder().UsePipeTables().Build());
        Assert.That(page.Descendants<Table>().Count(), Is.EqualTo(Tables(sample).Count()).And.GreaterThan(1));
        Assert.That(page.Descendants<LinkInline>()
            .Select(link => link.Url)
            .Concat(page.Descendants<AutolinkInline>().Select(link => link.Url))
            .Concat(page.Descendants<EmphasisInline>().Where(emphasis => emphasis.DelimiterCount == 1).Select(_ => "emphasis")), Is.Empty);
        Assert.That(page.Descendants<HtmlInline>().Select(html => html.Tag), Is.All.EqualTo("<br>"));
        Assert.That(page.Descendants<HtmlBlock>()
            .SelectMany(html => html.Lines.Lines.Take(html.Lines.Count))
            .Select(line => line.ToString()), Has.All.Match("^(<details><summary>[^<]*</summary>|</details>)?$"));
    }

    [Test]
    public void A_reader_of_Markdown_sees_an_instruction_as_it_is()
    {
        var page = Markdown.Parse(
            Forms.Markdown(ReportSamples.Bare with { Measured = ReportTests.Measured("RUN a | b && `c` <d> *e* $f $g") }),
            new MarkdownPipelineBuilder().UsePipeTables().Build());
        // In a table GitHub takes the backslash before a bar out of code too (GFM, example 200); this reader leaves it there.
        Assert.That(page.Descendants<CodeInline>().Select(code => code.Content.Replace("\\|", "|", StringComparison.Ordinal)),
            Does.Contain("RUN a | b && `c` <d> *e* $f $g"));
    }

    [Test]
    public void Findings_are_a_table_and_what_the_program_wrote_is_a_block_that_it_cannot_end()
    {
        var text = Forms.Markdown(ReportSamples.Full);
        Assert.That(text,
            Does.Contain("**Checked: 1 error, 2 warnings, 1 note.** Started: TCP port 8080 after 1.23 s; first output after 0.05 s.")
            .And.Contain(
                "| ❌ error | start-loader: '/bin/hello' is linked dynamically, and its loader '/lib/ld.so' is not in the image. | Link it "
                    + "statically. | `COPY /bin/hello /bin/hello` |")
            .And.Contain(
                "| ⚠️ warning | safe-setuid: '/bin/a' has the mode 4755.<br>'/bin/b' has the mode 4755. | Take the bits away. |  |")
            .And.Contain("<details><summary>What it wrote</summary>\n\n````text\nstarting\n```\nfailed | <b>\n````\n\n</details>"));
    }

    [Test]
    public void The_comparison_and_the_runs_are_tables() => Assert.That(Forms.Markdown(ReportSamples.Full), Does.Contain(
        """
        | Run | Image | Commit | Size | Difference | Wasted |
        |---|---|---|--:|--:|--:|
        | 2026-01-02 03:04 | hello:1.0 | `0123456789ab` | 135 B | +35 B | 0 B |
        |  | hello:1.0 |  | 100 B |  | 0 B |
        """).And.Contain("**Compared: +777 B (+597.7 %) against hello:1.0 (130 B);").And.Contain(
            "| added | `/var/lib/apt/lists/x` | `RUN 0` |  | 500 B | +500 B |"));

    [Test]
    public void It_stays_far_below_the_megabyte_that_a_summary_takes() =>
        Assert.That(System.Text.Encoding.UTF8.GetByteCount(Forms.Markdown(ReportSamples.Large)), Is.LessThan(200_000));

    [Test]
    public async Task It_is_written_to_a_file_and_to_the_summary_of_GitHub_Actions()
    {
        using var folder = new TemporaryFolder().File("summary.md", "before\n");
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
            { ["GITHUB_ACTIONS"] = "true", ["GITHUB_STEP_SUMMARY"] = folder["summary.md"] };
        await PipelineReportTests.Context(folder, variables)
            .MultiStageReportAsync(ReportTests.Measured(), new MultiStageReportSettings { Directory = "./report" });
        var report = await File.ReadAllTextAsync(folder["report/report.md"]);
        Assert.That(report, Does.StartWith("### hello:1.0"));
        Assert.That(await File.ReadAllTextAsync(folder["summary.md"]), Does.StartWith("before\n").And.Contain(report));
    }

    [Test]
    public async Task A_summary_can_be_left_out()
    {
        using var folder = new TemporaryFolder().File("summary.md", "before\n");
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
            { ["GITHUB_ACTIONS"] = "true", ["GITHUB_STEP_SUMMARY"] = folder["summary.md"] };
        await PipelineReportTests.Context(folder, variables)
            .MultiStageReportAsync(ReportTests.Measured(), new MultiStageReportSettings { Directory = "./report", Summary = false });
        Assert.That(await File.ReadAllTextAsync(folder["summary.md"]), Is.EqualTo("before\n"));
    }
}
