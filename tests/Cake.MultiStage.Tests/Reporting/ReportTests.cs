using System.Text.Json;
using Cake.MultiStage.Building;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Reporting;
using Cake.MultiStage.Reporting.Document;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Reporting;

public sealed class ReportTests
{
    private static readonly Digest Id = Digest.Parse("sha256:" + new string('1', 64));

    internal static MeasuredImage Measured(string instruction = "COPY /bin/hello /bin/hello", string stage = "builder",
        string stageBase = "golang:1.21", string tag = "hello:1.0") => new()
    {
        Image = new BuiltImage
        {
            Id = Id,
            Tags = [ImageReference.Parse(tag)],
            Duration = TimeSpan.FromSeconds(12.3456),
            Platform = new Platform("linux", "amd64"),
            Engine = new EngineEndpoint(new Uri("unix:///d.sock"), "a test"),
            Steps = [new BuildStep("[builder 1/1] FROM x", "builder", Cached: true, TimeSpan.Zero),
                new BuildStep("exporting to image", Stage: null, Cached: false, TimeSpan.FromSeconds(0.1))],
        },
        Layers = [new MeasuredLayer(Digest.Parse("sha256:" + new string('2', 64)), new ByteSize(1_300_000), 1, instruction)],
        Stages = [new MeasuredStage(stage, stageBase, new ByteSize(1_080_000_000)),
            new MeasuredStage("final", "scratch", new ByteSize(1_300_000))],
    };

    [Test]
    public void The_table_names_stages_layers_and_what_was_saved()
    {
        var text = string.Join('\n', Forms.Console(new ReportSource(Measured())));
        Assert.That(text,
            Does.Contain("golang:1.21").And.Contain("1.08 GB").And.Contain("222222222222").And.Contain("COPY /bin/hello")
                .And.Contain("1.30 MB")
            .And.Contain("hello:1.0: 1.30 MB in 1 layer; saved 1.08 GB of stage 'builder' (99.9 %)"));
    }

    [TestCase("RUN short", "builder", "golang:1.21")]
    [TestCase(
        "RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates curl git build-essential && rm -rf "
            + "/var/lib/apt/lists/*", "builder",
                "registry.example.com:5000/some/very/deep/path/of/a/repository/golang:1.21-with-a-long-tag")]
    [TestCase(
        "RUN xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
            + "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "a-stage-whose-name-is-so-long-that-it-would-fill-more-than-a-whole-line-of-the-log-by-itself", "b")]
    [TestCase("RUN echo 漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字 🐳🐳🐳 [red]grüß[/]", "b-ü", "b")]
    [TestCase("RUN a\nb\tc\r\nd", "b", "b")]
    public void Every_line_fits_in_80_columns(string instruction, string stage, string stageBase)
    {
        var lines = Forms.Console(
            new ReportSource(
                Measured(instruction, stage, stageBase, "registry.example.com:5000/some/very/deep/path/of/a/repository/hello:1.0")));
        Assert.That(lines.Select(Columns), Is.All.LessThanOrEqualTo(80), string.Join('\n', lines));
    }

    [Test]
    public void Every_line_of_a_report_with_anything_fits_in_80_columns_and_commands_nothing(
        [Values("Full", "Broken", "Large")] string sample)
    {
        var lines = Forms.Console(sample switch { "Full" =>
            ReportSamples.Full, "Broken" => ReportSamples.Broken, _ => ReportSamples.Large });
        Assert.That(lines.Select(Columns), Is.All.LessThanOrEqualTo(80), string.Join('\n', lines));
        Assert.That(lines, Has.None.Contains("\u001b").And.None.Contains("##vso[").And.None.Matches("^ *::"));
    }

    [Test]
    public void Findings_are_told_with_their_fix_and_those_of_a_rule_together() =>
        Assert.That(string.Join('\n', Forms.Console(ReportSamples.Full)), Does.Contain(
        """
          Level     Finding, and what to do
        ────────────────────────────────────────────────────────────────────────────────
          error     start-loader: '/bin/hello' is linked dynamically, and its loader
                    '/lib/ld.so' is not in the image.
                    → Link it statically.
          warning   safe-setuid: '/bin/a' has the mode 4755.
                    '/bin/b' has the mode 4755.
                    → Take the bits away.
          note      small-waste: 1 kB is wasted.
                    → Do it in one step.

        started: TCP port 8080 after 1.23 s; first output after 0.05 s
        | starting
        | ```
        | failed | <b>
        checked: 1 error, 2 warnings, 1 note
        """));

    [Test]
    public void An_image_without_findings_is_told_to_be_checked()
    {
        Assert.That(Forms.Console(ReportSamples.Clean), Does.Contain("checked: no findings"));
        Assert.That(Forms.Console(ReportSamples.Bare), Has.None.Contains("checked"));
    }

    [Test]
    public void The_comparison_and_the_trend_are_lines() =>
        Assert.That(string.Join(' ', Forms.Console(ReportSamples.Full)),
            Does.Contain("compared: +777 B (+597.7 %) against hello:1.0 (130 B); files: 4 added,")
                .And.Contain("history: 100 B → 135 B (+35 B, +35.0 %; 2 runs)"));

    [TestCase(0L, null, null, "ended with exit code 0 after 2.00 s")]
    [TestCase(null, null, null, "ran until it was stopped after 2.00 s")]
    [TestCase(null, "health check", 1.0, "health check after 1.00 s")]
    [TestCase(null, "health check", null, "no health check within 2.00 s")]
    [TestCase(1L, "health check", null, "ended with exit code 1 after 2.00 s, before health check")]
    public void How_it_started_is_told_in_words(long? code, string? waited, double? ready, string words) =>
        Assert.That(
            StartWords.Of(
                new StartProof { ExitCode = code, WaitedFor = waited, Ready = ready is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                    Duration = TimeSpan.FromSeconds(2) }), Is.EqualTo(words));

    [Test]
    public void A_program_that_did_not_start_is_told()
    {
        Assert.That(StartWords.Of(new StartProof { WaitedFor = "health check" }), Is.EqualTo("it did not start"));
        Assert.That(StartWords.Of(new StartProof { WaitedFor = "health check", Refusal = "no such file" }),
            Is.EqualTo("it did not start: no such file"));
    }

    [Test]
    public void Where_the_size_of_a_stage_is_the_engines_figure_it_is_said_to_be_about_that()
    {
        var stage = new MeasuredStage("builder", "golang:1.21", new ByteSize(1_080_000_000)) { IsSizeExact = false };
        var text = string.Join(' ', Forms.Console(new ReportSource(Measured() with { Stages = [stage, Measured().Stages[^1]] })));
        Assert.That(text, Does.Contain("about 1.08 GB").And.Contain("saved about 1.08 GB of stage 'builder' (99.9 %)"));
    }

    [Test]
    public void One_stage_saves_nothing()
    {
        var measured = Measured() with { Stages = [new MeasuredStage("final", "scratch", new ByteSize(1_300_000))] };
        Assert.That(Forms.Console(new ReportSource(measured))[^1], Is.EqualTo("hello:1.0: 1.30 MB in 1 layer"));
        Assert.That((measured.Saved.Bytes, measured.SavedPercent), Is.EqualTo((0L, 0.0)));
    }

    [Test]
    public void What_was_assumed_of_the_project_is_told_and_what_is_doubtful_is_marked()
    {
        var record = new BuildRecord
        {
            Dockerfile = new Dockerfile { Stages = [Stage.From("a")] },
            ContextDirectory = "/",
            ContextFingerprint = Id,
            Stages = [],
            Assumptions = [new Assumption("Go 1.21 builds."), new Assumption("The site is in dist.", Doubtful: true)],
        };
        var report = ImageReport.Of(new ReportSource(Measured() with { Image = Measured().Image with { Record = record } }));
        Assert.That(report.Assumptions!.Select(assumption => (assumption.Text, assumption.Doubtful)),
            Is.EqualTo([("Go 1.21 builds.", false), ("The site is in dist.", true)]));
        Assert.That(MarkdownReport.Text(report), Does.Contain("| Go 1.21 builds. | no |\n| The site is in dist. | ⚠️ yes |\n"));
    }

    [Test]
    public void A_final_stage_that_is_larger_than_the_builder_is_told_to_be_that()
    {
        var measured = Measured() with { Stages = [new MeasuredStage("builder", "alpine:3", new ByteSize(300_000)),
            new MeasuredStage("final", "scratch", new ByteSize(1_300_000))] };
        Assert.That((measured.Saved.Bytes, measured.SavedPercent, measured.LargerBy.Bytes), Is.EqualTo((0L, 0.0, 1_000_000L)));
        Assert.That(string.Join(' ', Forms.Console(new ReportSource(measured))),
            Does.EndWith("hello:1.0: 1.30 MB in 1 layer; the final stage is 1.00 MB larger than stage 'builder'"));
        Assert.That(Forms.Markdown(new ReportSource(measured)),
            Does.Contain("**The final stage is 1.00 MB larger than stage 'builder'.**"));
    }

    [Test]
    public async Task The_JSON_holds_the_image_its_stages_what_was_saved_and_the_build()
    {
        using var folder = new TemporaryFolder();
        await Forms.WriteAsync(new ReportFolder(folder["deep"]), new ReportSource(Measured()), CancellationToken.None);
        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(folder["deep/report.json"]));
        var (image, root) = (report.RootElement.GetProperty("image"), report.RootElement);
        Assert.Multiple(() =>
        {
            Assert.That(image.GetProperty("id").GetString(), Is.EqualTo(Id.ToString()));
            Assert.That(image.GetProperty("tags")[0].GetString(), Is.EqualTo("hello:1.0"));
            Assert.That(image.GetProperty("platform").GetString(), Is.EqualTo("linux/amd64"));
            Assert.That(image.GetProperty("size").GetInt64(), Is.EqualTo(1_300_000));
            Assert.That(image.GetProperty("layers")[0].GetProperty("size").GetInt64(), Is.EqualTo(1_300_000));
            Assert.That(image.GetProperty("layers")[0].GetProperty("createdBy").GetString(), Is.EqualTo("COPY /bin/hello /bin/hello"));
            Assert.That(root.GetProperty("stages")[0].GetRawText().Where(c => !char.IsWhiteSpace(c)),
                Is.EqualTo("""{"name":"builder","base":"golang:1.21","size":1080000000,"layers":0}"""));
            Assert.That(root.GetProperty("saved").GetProperty("bytes").GetInt64(), Is.EqualTo(1_078_700_000));
            Assert.That(root.GetProperty("saved").GetProperty("percent").GetDouble(), Is.EqualTo(99.88));
            Assert.That(root.GetProperty("build").GetProperty("seconds").GetDouble(), Is.EqualTo(12.346));
            Assert.That(root.GetProperty("build").GetProperty("steps").GetArrayLength(), Is.EqualTo(2));
            Assert.That(root.GetProperty("build").GetProperty("steps")[0].GetProperty("cached").GetBoolean(), Is.True);
        });
    }

    [Test]
    public async Task The_JSON_is_the_same_for_the_same_input_and_replaces_the_old_one_whole()
    {
        using var folder = new TemporaryFolder();
        folder.File("b/report.json", new string('x', 100_000));
        await Forms.WriteAsync(new ReportFolder(folder["a"]), new ReportSource(Measured("RUN \"ü\" <&> \n")), CancellationToken.None);
        await Forms.WriteAsync(new ReportFolder(folder["b"]), new ReportSource(Measured("RUN \"ü\" <&> \n")), CancellationToken.None);
        Assert.That(await File.ReadAllBytesAsync(folder["a/report.json"]),
            Is.EqualTo(await File.ReadAllBytesAsync(folder["b/report.json"])));
        Assert.That(await File.ReadAllTextAsync(folder["a/report.json"]), Does.Contain("ü").And.EndWith("}\n").And.Not.Contain("\r"));
        Assert.That(Directory.GetFiles(folder["b"]).Select(Path.GetFileName),
            Is.EquivalentTo(Directory.GetFiles(folder["a"]).Select(Path.GetFileName)).And.All.Match("^(report|sbom)\\.")
                .And.None.EndWith(".partial"));
    }

    [Test]
    public async Task Each_entry_of_a_long_list_has_a_line_of_its_own()
    {
        using var folder = new TemporaryFolder();
        await Forms.WriteAsync(new ReportFolder(folder.Path), ReportSamples.Full, CancellationToken.None);
        var text = await File.ReadAllTextAsync(folder["report.json"]);
        Assert.That(text,
            Does.Contain(
                "\n  \"packages\": [\n    "
                    + "{\"manager\":\"dpkg\",\"name\":\"libc6\",\"version\":\"2.41\",\"installedSize\":100,\"size\":90,\"layer\":0,"
                    + "\"licenses\":[\"LGPL-2.1-or-later\"],\"url\":\"pkg:deb/debian/libc6@2.41\"}\n  "
                    + "],\n"));
        Assert.That(text.Split('\n')
            .Where(line => line.Contains("}{", StringComparison.Ordinal) || line.Contains("},{", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void A_report_that_was_cancelled_leaves_the_old_one()
    {
        using var folder = new TemporaryFolder().File("report.json", "old");
        Assert.That(
            () => Forms.WriteAsync(new ReportFolder(folder.Path), new ReportSource(Measured()), new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(File.ReadAllText(folder["report.json"]), Is.EqualTo("old"));
    }

    /// <summary>Terminals give East Asian and emoji characters two columns.</summary>
    private static int Columns(string line) =>
        line.EnumerateRunes()
            .Sum(
                rune =>
                    rune.Value is >= 0x1100
                        and <= 0x115f
                        or >= 0x2e80
                        and <= 0xa4cf
                        or >= 0xac00
                        and <= 0xd7a3
                        or >= 0xff00
                        and <= 0xff60
                        or >= 0x1f300
                        and <= 0x1faff ? 2 : 1);
}
