using System.Text;
using Cake.MultiStage.Building;
using Cake.MultiStage.Engine.BuildKit;
using Cake.MultiStage.Engine.Builds;
using Cake.MultiStage.Engine.Sessions;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Engine;

public sealed class ProgressTests
{
    private static readonly Timestamp Noon = Timestamp.FromDateTime(new DateTime(2024, 1, 1, 12, 0, 0, DateTimeKind.Utc));

    private static Vertex Step(bool ended = false, bool cached = false, string error = "") => new()
    {
        Digest = "d",
        Name = "[builder 2/2] RUN make",
        Started = Noon,
        Completed = ended ? Noon + Duration.FromTimeSpan(TimeSpan.FromSeconds(1.5)) : null,
        Cached = cached,
        Error = error,
    };

    private static Recorder Fed(params IEnumerable<StatusResponse> messages)
    {
        var recorder = new Recorder();
        var trace = new SolveProgress(new StepRecorder(recorder, new SecretMask([])), recorder);
        foreach (var message in messages)
        {
            trace.Read(message);
        }

        return recorder;
    }

    private static StatusResponse Begin => new() { Vertexes = { Step() } };

    private static StatusResponse End => new() { Vertexes = { Step(ended: true) } };

    private static StatusResponse Log(ReadOnlySpan<byte> bytes) =>
        new() { Logs = { new VertexLog { Vertex = "d", Msg = ByteString.CopyFrom(bytes) } } };

    [TestCase("[builder 3/4] COPY main.go ./", "builder", 3, 4, "COPY main.go ./")]
    [TestCase("[builder  3/12] RUN make", "builder", 3, 12, "RUN make")]
    [TestCase("[linux/arm64 builder 1/2] FROM docker.io/library/golang:1.21", "builder", 1, 2, "FROM docker.io/library/golang:1.21")]
    [TestCase("[linux/arm/v7 stage-1 1/2] RUN x", "stage-1", 1, 2, "RUN x")]
    [TestCase("[stage-1 2/2] COPY --from=0 /a /b", "stage-1", 2, 2, "COPY --from=0 /a /b")]
    [TestCase("[linux/amd64->arm64 builder 1/2] RUN x", "builder", 1, 2, "RUN x")]
    [TestCase("[3/3] RUN x", "stage-0", 3, 3, "RUN x")]
    [TestCase("[ 3/12] RUN x", "stage-0", 3, 12, "RUN x")]
    [TestCase("[linux/arm64 2/3] RUN x", "stage-0", 2, 3, "RUN x")]
    [TestCase("[b 1/1] RUN echo [x 2/3] y\nz", "b", 1, 1, "RUN echo [x 2/3] y\nz")]
    public void A_steps_name_is_taken_apart(string name, string stage, int position, int total, string instruction)
    {
        var step = StepName.FromBuildKit(name);
        Assert.That((step.Text, step.Stage, step.Position, step.Total, step.Instruction, step.IsInstruction),
            Is.EqualTo((name, stage, position, total, instruction, true)));
    }

    [Test]
    public void A_step_of_the_only_stage_has_its_name() =>
        Assert.That(StepName.FromBuildKit("[2/3] RUN x", "web").Stage, Is.EqualTo("web"));

    [TestCase("[internal] load remote build context")]
    [TestCase("[internal] load metadata for docker.io/library/busybox:stable")]
    [TestCase("exporting to image")]
    [TestCase("copy /context /")]
    [TestCase("[auth] library/golang:pull token for registry-1.docker.io")]
    [TestCase("")]
    public void The_builders_own_steps_have_no_stage(string name)
    {
        var step = StepName.FromBuildKit(name);
        Assert.That((step.Text, step.Stage, step.Instruction, step.IsInstruction), Is.EqualTo((name, (string?)null, name, false)));
    }

    [Test]
    public void A_step_starts_writes_and_ends_in_this_order()
    {
        var recorder = Fed(Begin, Log("one\ntwo\n"u8), End);
        var step = StepName.FromBuildKit("[builder 2/2] RUN make");
        Assert.That(recorder.Events, Is.EqualTo(new BuildEvent[]
        {
            new StepStarted(step), new StepOutput(step, "one"), new StepOutput(step, "two"),
            new StepFinished(step, Cached: false, TimeSpan.FromSeconds(1.5), Error: null),
        }));
    }

    [Test]
    public void All_of_a_step_may_come_in_one_message_and_more_than_once()
    {
        var all = new StatusResponse { Vertexes = { Step(), Step(ended: true) },
            Logs = { new VertexLog { Vertex = "d", Msg = ByteString.CopyFromUtf8("out") } } };
        Assert.That(Fed(all, End, End).Events.Select(happened => happened.GetType().Name),
            Is.EqualTo(["StepStarted", "StepOutput", "StepFinished"]));
    }

    private static Vertex Source(double from, double? to = null) => new()
    {
        Digest = "source",
        Name = "[internal] load build context",
        Started = Noon + Duration.FromTimeSpan(TimeSpan.FromSeconds(from)),
        Completed = to is { } end ? Noon + Duration.FromTimeSpan(TimeSpan.FromSeconds(end)) : null,
    };

    private static StatusResponse User(bool cached = false) => new()
    {
        Vertexes =
        {
            new Vertex { Digest = "copy", Name = "[builder 2/2] COPY . .", Inputs = { "source" }, Started = Noon,
                Completed = cached ? Noon : null, Cached = cached },
        },
    };

    private static StatusResponse Plan =>
        new() { Vertexes = { new Vertex { Digest = "copy", Name = "[builder 2/2] COPY . .", Inputs = { "source" } } } };

    [Test]
    public void A_source_that_is_looked_up_and_then_fetched_is_one_step_with_the_time_of_both()
    {
        var looked = new StatusResponse { Vertexes = { Source(0, 0.5) } };
        var fetched = new StatusResponse { Vertexes = { Source(2, 9) } };
        var recorder = Fed(Plan, looked, new StatusResponse { Vertexes = { Source(2) } }, fetched, fetched, User());
        var step = StepName.FromBuildKit("[internal] load build context");
        Assert.That(recorder.Events, Is.EqualTo(new BuildEvent[]
        {
            new StepStarted(step) { IsSource = true },
            new StepStarted(StepName.FromBuildKit("[builder 2/2] COPY . .")),
            new StepFinished(step, Cached: false, TimeSpan.FromSeconds(7.5), Error: null),
        }));
    }

    [Test]
    public void A_source_that_nobody_fetches_ends_with_what_needs_it()
    {
        var recorder = Fed(Plan, new StatusResponse { Vertexes = { Source(0, 0.5) } }, User(cached: true));
        Assert.That(recorder.Finished.Select(step => (step.Step.Text, step.Cached, step.Duration.TotalSeconds)), Is.EqualTo(
            [("[internal] load build context", false, 0.5), ("[builder 2/2] COPY . .", true, 0.0)]));
    }

    [Test]
    public void A_source_that_only_a_failed_build_has_needed_ends_with_the_build()
    {
        var recorder = new Recorder();
        var progress = new SolveProgress(new StepRecorder(recorder, new SecretMask([])), recorder);
        progress.Read(Plan);
        progress.Read(new StatusResponse { Vertexes = { Source(0, 0.5) } });
        Assert.That(recorder.Finished, Is.Empty);
        progress.End();
        progress.End();
        Assert.That(recorder.Finished.Single().Duration, Is.EqualTo(TimeSpan.FromSeconds(0.5)));
    }

    [Test]
    public void A_cached_step_took_no_time()
    {
        var recorder = Fed(new StatusResponse { Vertexes = { Step(ended: true, cached: true) } });
        Assert.That(recorder.Finished.Single(), Has.Property("Cached").True.And.Property("Duration").EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void A_line_is_put_together_over_chunks_also_within_a_character()
    {
        var bytes = Encoding.UTF8.GetBytes("grüße 🐳\nlast");
        var recorder = Fed([Begin, .. bytes.Select(one => Log([one])), End]);
        Assert.That(recorder.Output("RUN make"), Is.EqualTo(["grüße 🐳", "last"]));
    }

    [TestCase("10%\r50%\r100%\n", "100%")]
    [TestCase("a\r\n", "a")]
    [TestCase("10%\r", "10%")]
    [TestCase("\n", "")]
    public void A_carriage_return_leaves_what_was_written_last(string output, string line) =>
        Assert.That(Fed(Begin, Log(Encoding.UTF8.GetBytes(output)), End).Output("RUN make"), Is.EqualTo([line]));

    [Test]
    public void Output_of_an_unknown_step_is_left_out() => Assert.That(Fed(Log("x\n"u8)).Events, Is.Empty);

    [Test]
    public void A_finding_is_told_once_with_its_rule_its_lines_and_its_page()
    {
        var recorder = new Recorder();
        var progress = new SolveProgress(new StepRecorder(recorder, new SecretMask([])), recorder);
        var warning = new VertexWarning
        {
            Short = ByteString.CopyFromUtf8("FromAsCasing: 'as' and 'FROM' keywords' casing do not match (line 3)"),
            Url = "https://docs.docker.com/go/dockerfile/rule/from-as-casing/",
            Ranges = { new Cake.MultiStage.Engine.BuildKit.Range { Start = new Position { Line = 3 }, End = new Position { Line = 3 } },
                new Cake.MultiStage.Engine.BuildKit.Range { Start = new Position { Line = 4 } } },
        };
        progress.Read(new StatusResponse { Warnings = { warning, warning } });
        progress.Read(new StatusResponse { Warnings = { warning } });
        var expected = new BuildFinding("FromAsCasing", "'as' and 'FROM' keywords' casing do not match")
        {
            Address = new Uri("https://docs.docker.com/go/dockerfile/rule/from-as-casing/"),
            FirstLine = 3,
            LastLine = 4,
        };
        Assert.That(progress.Findings, Is.EqualTo([expected]));
        Assert.That(recorder.Events,
            Is.EqualTo(
                new[] { new BuildWarning("FromAsCasing: 'as' and 'FROM' keywords' casing do not match (line 3 of the Dockerfile)") }));
    }

    [Test]
    public void A_warning_that_names_no_rule_is_told_as_it_is()
    {
        var recorder = Fed(new StatusResponse { Warnings = { new VertexWarning { Short = ByteString.CopyFromUtf8("ENV is old: ü") } } });
        Assert.That(recorder.Events, Is.EqualTo(new[] { new BuildWarning("ENV is old: ü") }));
    }

    [Test]
    public void Transfers_are_told_by_name_or_else_by_id()
    {
        var recorder = Fed(
            new StatusResponse { Statuses = { new VertexStatus { ID = "id", Current = 1, Total = 2 },
                new VertexStatus { ID = "id", Name = "name" } } });
        Assert.That(recorder.Events, Is.EqualTo(new[] { new Transferred("id", 1, 2), new Transferred("name", 0, 0) }));
    }

    [Test]
    public void The_step_that_failed_for_a_reason_of_its_own_is_the_one()
    {
        var steps = new StepRecorder(new Recorder(), new SecretMask([]));
        foreach (var (key, error) in new[] { ("a", "context canceled"), ("b", "exit code: 3"), ("c", null!) })
        {
            steps.Name(key, StepName.FromBuildKit($"[{key} 1/1] RUN x"));
            steps.Start(key);
            steps.Finish(key, cached: false, TimeSpan.Zero, error);
        }

        Assert.That(steps.Failed!.Value.Name.Stage, Is.EqualTo("b"));
    }

    [Test]
    public void Only_the_last_twenty_lines_are_kept_for_an_error()
    {
        var steps = new StepRecorder(new Recorder(), new SecretMask([]));
        steps.Name("k", StepName.FromBuildKit("[a 1/1] RUN x"));
        steps.Write("k", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1, 100).Select(number => $"{number}\n"))));
        steps.Finish("k", cached: false, TimeSpan.Zero, "failed");
        Assert.That(steps.Failed!.Value.Output, Has.Count.EqualTo(20).And.Contain("100").And.Not.Contain("80"));
    }

    [Test]
    public void A_line_of_standard_error_is_not_lost_behind_a_burst_of_the_other_stream()
    {
        var steps = new StepRecorder(new Recorder(), new SecretMask([]));
        steps.Name("k", StepName.FromBuildKit("[a 1/1] RUN x"));
        steps.Write("k", "the reason\n"u8, isError: true);
        steps.Write("k", "half a line of "u8);
        steps.Write("k", "another reason\n"u8, isError: true);
        steps.Write("k", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1, 100).Select(number => $"{number}\n"))));
        steps.Finish("k", cached: false, TimeSpan.Zero, "failed");
        Assert.That(steps.Failed!.Value.Output,
            Is.EqualTo(new[] { "the reason", "another reason" }.Concat(Enumerable.Range(81, 20).Select(number => $"{number}"))));
    }

    [Test]
    public void A_line_without_an_end_takes_no_memory()
    {
        var recorder = new Recorder();
        var steps = new StepRecorder(recorder, new SecretMask([Encoding.UTF8.GetBytes("hush-hush")]));
        steps.Name("k", StepName.FromBuildKit("[a 1/1] RUN x"));
        var piece = Encoding.UTF8.GetBytes(new string('x', 32 * 1024 - 4) + "hush");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var count = 0; count < 2000; count++)
        {
            steps.Write("k", piece);
        }

        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - before, Is.LessThan(5_000_000));
        steps.Write("k", "\nnext\n"u8);
        var lines = recorder.Events.OfType<StepOutput>().Select(output => output.Line).ToList();
        Assert.That(lines, Has.Count.EqualTo(2));
        Assert.That(lines[0], Has.Length.LessThan(10_000).And.EndWith(" …"));
        Assert.That(lines[1], Is.EqualTo("next"));
    }

    [TestCase("::error::x")]
    [TestCase("##vso[task.complete]")]
    [TestCase("\e]0;title\a::error::x")]
    [TestCase("progress\r::error::x")]
    public void Commands_of_CI_providers_are_none_in_however_many_pieces_they_come(string line)
    {
        foreach (var size in Enumerable.Range(1, line.Length))
        {
            var recorder = new Recorder();
            var steps = new StepRecorder(recorder, new SecretMask([]));
            steps.Name("k", StepName.FromBuildKit("[a 1/1] RUN " + line));
            steps.Start("k");
            foreach (var piece in Encoding.UTF8.GetBytes(line).Chunk(size))
            {
                steps.Write("k", piece);
            }

            steps.Finish("k", cached: false, TimeSpan.Zero, line);
            var shown = string.Join('\n', recorder.Events.Select(told => told is StepOutput output ? output.Line : told.ToString()));
            Assert.That(shown, Does.Not.Contain("::error").And.Not.Contain("##vso").And.Not.Contain("\e").And.Contain("[a 1/1] RUN"));
        }
    }

    [Test]
    public void Output_split_in_any_way_gives_the_same_lines()
    {
        var texts = Gen.Elements("a", "ü", "🐳", "\n", "\r", "\r\n", "漢字").ListOf().Select(string.Concat);
        var cases = from text in texts from cut in Gen.Choose(1, 7) select (text, cut);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(cases.ToArbitrary(), given =>
        {
            var bytes = Encoding.UTF8.GetBytes(given.text);
            var whole = Fed(Begin, Log(bytes), End);
            var split = Fed([Begin, .. bytes.Chunk(given.cut).Select(chunk => Log(chunk)), End]);
            return whole.Events.SequenceEqual(split.Events);
        }));
    }

    [Test]
    public void A_recorded_stream_gives_the_same_however_its_messages_are_grouped()
    {
        List<StatusResponse> messages = [.. Recorded.Stream("buildkit-two-stages").Split('\n')
            .Where(line => line.Contains("buildkit.trace", StringComparison.Ordinal))
            .Select(line => StatusResponse.Parser.ParseFrom(Convert.FromBase64String(line.Split('"')[7])))];
        var apart = Fed(messages);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(50), Prop.ForAll(Gen.Choose(1, 40).ToArbitrary(), size =>
        {
            var grouped = Fed(messages.Chunk(size).Select(Merged));
            return apart.Output("[left").SequenceEqual(grouped.Output("[left"), StringComparer.Ordinal)
                && apart.Output("[right").SequenceEqual(grouped.Output("[right"), StringComparer.Ordinal)
                && apart.Finished.Select(finished => finished.Step.Text)
                    .Order(StringComparer.Ordinal)
                    .SequenceEqual(grouped.Finished.Select(finished => finished.Step.Text).Order(StringComparer.Ordinal),
                        StringComparer.Ordinal);
        }));
    }

    private static StatusResponse Merged(IEnumerable<StatusResponse> messages)
    {
        var merged = new StatusResponse();
        foreach (var message in messages)
        {
            merged.MergeFrom(message);
        }

        return merged;
    }
}
