using System.Text.Json.Nodes;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Comparing;
using Cake.MultiStage.Reporting;
using Cake.MultiStage.Reporting.Document;
using Cake.MultiStage.Tests.Contexts;
using Cake.MultiStage.Tests.Reporting;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Measuring;

public sealed class ComparisonTests
{
    private static readonly MeasuredImage Before = AnalysisTests.Image([AnalysisTests.File("/usr/lib/a", 100),
        AnalysisTests.File("/gone", 30), AnalysisTests.File("/same", 5)]);
    private static readonly MeasuredImage After = AnalysisTests.Image([AnalysisTests.File("/usr/lib/a", 100, 'y'),
        AnalysisTests.File("/usr/lib/new", 200), AnalysisTests.File("/same", 5)], [AnalysisTests.File("/usr/lib/new", 200)]);

    private static void AssertDiffers(ImageComparison comparison)
    {
        Assert.That(comparison.Files.Select(file => (file.Path, file.Kind, file.Difference.Bytes, file.CreatedBy)), Is.EqualTo(new[]
        {
            ("/usr/lib/new", FileChangeKind.Added, 200L, "RUN 1"), ("/gone", FileChangeKind.Removed, -30L, "RUN 0"),
            ("/usr/lib/a", FileChangeKind.Changed, 0L, "RUN 0"),
        }));
        Assert.That(comparison.Directories.Select(directory => (directory.Path, directory.Difference.Bytes)),
            Is.EqualTo(new[] { ("/usr", 200L), ("/usr/lib", 200L) }));
        Assert.That((comparison.SharedLayers.Count, comparison.AddedLayers.Count, comparison.RemovedLayers.Count), Is.EqualTo((1, 1, 0)));
        Assert.That(comparison.Growth.Bytes, Is.EqualTo(505 - 135));
    }

    [Test]
    public void Files_directories_and_layers_are_compared() =>
        AssertDiffers(ImageComparer.Compare(ImageBaseline.Of(Before), ImageBaseline.Of(After)));

    [Test]
    public async Task A_stored_report_is_as_good_as_the_image()
    {
        using var folder = new TemporaryFolder();
        await Forms.WriteAsync(new ReportFolder(folder.Path), new ReportSource(Before), CancellationToken.None);
        AssertDiffers(
            ImageComparer.Compare(await StoredReport.ReadAsync(folder["report.json"], CancellationToken.None), ImageBaseline.Of(After)));
    }

    [Test]
    public async Task A_report_with_more_in_it_reads_as_well_and_so_does_one_from_before_there_was_more()
    {
        using var folder = new TemporaryFolder();
        await Forms.WriteAsync(new ReportFolder(folder.Path), ReportSamples.Full with { Measured = Before }, CancellationToken.None);
        AssertDiffers(
            ImageComparer.Compare(await StoredReport.ReadAsync(folder["report.json"], CancellationToken.None), ImageBaseline.Of(After)));
        var report = JsonNode.Parse(await File.ReadAllTextAsync(folder["report.json"]))!.AsObject();
        foreach (var member in (string[])["$schema", "findings", "start", "comparison", "history"])
        {
            Assert.That(report.Remove(member), Is.True, member);
        }

        await File.WriteAllTextAsync(folder["report.json"], report.ToJsonString());
        AssertDiffers(
            ImageComparer.Compare(await StoredReport.ReadAsync(folder["report.json"], CancellationToken.None), ImageBaseline.Of(After)));
    }

    [TestCase("{}")]
    [TestCase("[]")]
    [TestCase("no JSON")]
    [TestCase("{\"schemaVersion\":99}")]
    public void What_is_no_report_is_told_with_its_name(string text)
    {
        using var folder = new TemporaryFolder().File("report.json", text);
        Assert.That(() => StoredReport.ReadAsync(folder["report.json"], CancellationToken.None),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains(folder["report.json"]));
        Assert.That(() => StoredReport.ReadAsync(folder["missing.json"], CancellationToken.None),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("missing.json"));
    }

    [Test]
    public void The_tables_fit_in_80_columns()
    {
        var text = ComparisonReport.Lines(ReportedComparison.Of(ImageComparer.Compare(ImageBaseline.Of(Before), ImageBaseline.Of(After))));
        Assert.That(text.Select(line => line.Length), Is.All.LessThanOrEqualTo(80), string.Join('\n', text));
        Assert.That(string.Join('\n', text),
            Does.Contain("/usr/lib/new").And.Contain("+200 B").And.Contain("1 added, 1 changed, 1 removed").And.Contain("+370 B"));
        Assert.That(Forms.Console(new ReportSource(After)).Select(line => line.Length), Is.All.LessThanOrEqualTo(80));
    }

    [Test]
    public void A_budget_that_is_kept_is_silent() =>
        new BudgetCheck(After,
            new MultiStageBudgetSettings { MaxSize = "1 kB", MaxWaste = "50 %", MaxLayers = 2, MaxGrowth = "370 B" }.ToBudget(),
            ImageBaseline.Of(Before), CancellationToken.None).Run();

    [Test]
    public void Every_broken_limit_is_listed_with_its_causes()
    {
        var settings = new MultiStageBudgetSettings { MaxSize = "500", MaxWaste = "10 %", MaxLayers = 1, MaxGrowth = "5 %" };
        settings.Stages["builder"] = "1 GB";
        var error =
            Assert.Throws<BudgetExceededException>(
                () => new BudgetCheck(After, settings.ToBudget(), ImageBaseline.Of(Before), CancellationToken.None).Run());
        Assert.That(error.Limits.Select(limit => limit.Name), Is.EqualTo(["size", "growth", "waste", "stage 'builder'", "layers"]));
        Assert.That(error.Limits[0].Causes.Select(cause => (cause.What, cause.Size.Bytes, cause.CreatedBy)),
            Is.EqualTo(new[] { ("/usr/lib/new", 305L, "RUN 0"), ("/usr/lib/new", 200L, "RUN 1") }));
        Assert.That(error.Message, Does.Contain("size 505 B, at most 500").And.Contain("200 B /usr/lib/new by RUN 1"));
    }

    [TestCase("20 bananas")]
    [TestCase("-1 MB")]
    [TestCase("")]
    public void A_limit_that_is_no_size_is_told(string text) =>
        Assert.That(() => new MultiStageBudgetSettings { MaxSize = text }.ToBudget(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("MaxSize"));

    [TestCase("20 MB", 20_000_000)]
    [TestCase("20MiB", 20_971_520)]
    [TestCase("1.5 kb", 1500)]
    [TestCase("7", 7)]
    public void Sizes_are_read_with_their_units(string text, long bytes) => Assert.That(ByteSize.Parse(text).Bytes, Is.EqualTo(bytes));

    [Test]
    public async Task The_history_grows_by_a_line_a_run_and_survives_one_that_was_cut()
    {
        using var folder = new TemporaryFolder().File("history.jsonl", "{\"name\":\"cut");
        var history = new HistoryFile(folder["history.jsonl"], TimeProvider.System);
        var date = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(run => history.AppendAsync(HistoryLine.Of(Before, date, $"c{run}"), CancellationToken.None)));
        await history.AppendAsync(HistoryLine.Of(After, date: null, commit: null), CancellationToken.None);
        var entries = await history.ReadAsync(CancellationToken.None);
        Assert.That(entries.SkipLast(1).Select(entry => entry.Commit), Is.EquivalentTo(Enumerable.Range(0, 8).Select(run => $"c{run}")));
        Assert.That((entries[0].Date, entries[0].Size.Bytes, entries[^1].Date, entries[^1].Stages["builder"].Bytes),
            Is.EqualTo(((DateTimeOffset?)date, 135L, (DateTimeOffset?)null, 1_080_000_000L)));
        Assert.That(HistoryTrend.Line(entries), Does.EndWith("135 B → 505 B (+370 B, +274.1 %; 9 runs)"));
    }
}
