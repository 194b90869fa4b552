using Cake.MultiStage.Aliases;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Checking.Starting;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Checking;

public sealed class StartJudgeTests
{
    private static readonly StartProof Ran = new() { Duration = TimeSpan.FromSeconds(1) };

    private static Finding? Judge(StartOutcome outcome, MultiStageStartSettings? settings = null) =>
        new StartJudge("hello:1.0", (settings ?? new()).ToRequest(new ImageSettings())).Judge(outcome);

    [Test]
    public void What_ends_as_expected_gets_ready_or_keeps_running_is_well()
    {
        Assert.That(Judge(new StartOutcome(Ran with { ExitCode = 0 })), Is.Null);
        Assert.That(Judge(new StartOutcome(Ran with { ExitCode = 3 }), new MultiStageStartSettings { ExitCode = 3 }), Is.Null);
        Assert.That(Judge(new StartOutcome(Ran)), Is.Null);
        Assert.That(
            Judge(new StartOutcome(Ran with { WaitedFor = "TCP port 80", Ready = TimeSpan.FromSeconds(1) }),
                new MultiStageStartSettings { Port = 80 }), Is.Null);
    }

    [TestCase(1, "exit code 1 after 1.00 s; 0 was expected")]
    [TestCase(128, "exit code 128 after")]
    [TestCase(139, "exit code 139 (signal 11, segmentation fault) after")]
    [TestCase(255, "exit code 255 after")]
    public void Another_exit_code_is_told(long code, string text) =>
        Assert.That(Judge(new StartOutcome(Ran with { ExitCode = code }))?.Message, Does.Contain(text).And.Contain("It wrote nothing."));

    [Test]
    public void The_last_five_lines_are_told_and_of_long_ones_the_end()
    {
        Assert.That(Judge(new StartOutcome(Ran with { ExitCode = 1, Output = "1\n2\n3\n\n4\n5\r\n6\n" }))?.Message,
            Does.EndWith("It wrote last: 2 | 3 | 4 | 5 | 6"));
        Assert.That(Judge(new StartOutcome(Ran with { ExitCode = 1, Output = new string('x', 5000) + "end" }))?.Message,
            Has.Length.LessThan(700).And.EndsWith("xend"));
    }

    [TestCase("Unhandled exception. System.IO.FileNotFoundException: no a.dll\n   at A.B()\n   at C.D()\n", 134,
        "exit code 134 (an unhandled exception)", "Unhandled exception. System.IO.FileNotFoundException: no a.dll")]
    [TestCase("node:internal/modules/cjs/loader:1143\n  throw err;\n  ^\n\nError: Cannot find module 'x'\n    at a (b:1)\n\nNode.js v20\n",
        1, "exit code 1 after", "Error: Cannot find module 'x'")]
    [TestCase(
        "Traceback (most recent call last):\n  File \"/a.py\", line 1, in <module>\n    import x\nModuleNotFoundError: No module named "
            + "'x'\n", 1, "exit code 1 after", "ModuleNotFoundError: No module named 'x'")]
    [TestCase("starting\npanic: no config\n\ngoroutine 1 [running]:\nmain.main()\n", 2, "exit code 2 after", "panic: no config")]
    [TestCase("thread 'main' panicked at src/main.rs:2:5:\nno config\nnote: run with RUST_BACKTRACE=1\n", 101, "exit code 101 after",
        "thread 'main' panicked at src/main.rs:2:5: no config")]
    [TestCase("Exception in thread \"main\" java.lang.NullPointerException: x\n\tat A.main(A.java:1)\n", 1, "exit code 1 after",
        "Exception in thread \"main\" java.lang.NullPointerException: x")]
    [TestCase("/app/a.rb:1:in 'Kernel#require': cannot load such file -- x (LoadError)\n\tfrom /app/a.rb:1:in '<main>'\n", 1,
        "exit code 1 after", "cannot load such file -- x (LoadError)")]
    [TestCase("loading\ncould not open /data/x\nbye\n", 3, "exit code 3 after", "could not open /data/x")]
    public void The_line_that_says_what_went_wrong_is_quoted(string output, long code, string ended, string line) =>
        Assert.That(Judge(new StartOutcome(Ran with { ExitCode = code, Output = output }))?.Message,
            Does.Contain(ended).And.EndsWith(line));

    [Test]
    public void Both_a_health_check_and_a_port_can_be_waited_for()
    {
        var settings = new MultiStageStartSettings { HealthCheck = true, Port = 80 };
        Assert.That(settings.ToRequest(new ImageSettings()).WaitedFor, Is.EqualTo("health check and TCP port 80"));
        var found = Judge(new StartOutcome(Ran with { WaitedFor = settings.ToRequest(new ImageSettings()).WaitedFor })
            { HealthOutput = "exit code 1: down" }, settings);
        Assert.That(found?.Message,
            Does.Contain("the health check did not pass, or TCP port 80 was not listened on").And.Contain("said last: exit code 1: down."));
    }

    [Test]
    public void What_is_waited_for_is_what_the_image_offers()
    {
        var healthy = new ImageSettings { HealthCheck = ["CMD", "/ready"] };
        Assert.That(Waits(new(), healthy), Is.EqualTo(("health check", 30)));
        Assert.That(Waits(new(), new() { HealthCheck = ["NONE"] }), Is.EqualTo(((string?)null, 5)));
        Assert.That(Waits(new(), new()), Is.EqualTo(((string?)null, 5)));
        Assert.That(Waits(new() { Port = 80 }, healthy), Is.EqualTo(("TCP port 80", 30)));
        Assert.That(Waits(new() { HealthCheck = false }, healthy), Is.EqualTo(((string?)null, 5)));
        Assert.That(Waits(new() { Timeout = TimeSpan.FromSeconds(9) }, healthy), Is.EqualTo(("health check", 9)));
    }

    private static (string?, int) Waits(MultiStageStartSettings settings, ImageSettings image) =>
        settings.ToRequest(image) is var request ? (request.WaitedFor, (int)request.Timeout.TotalSeconds) : default;

    [Test]
    public void A_start_with_a_fault_is_an_error_with_a_reason()
    {
        var found = Judge(new StartOutcome(Ran with { Refusal = "no such file" }))!;
        Assert.That((found.Rule, found.Level), Is.EqualTo(("start-proof", FindingLevel.Error)));
        Assert.That(found.Reason, Does.Match(@"^[A-Z].*\.$"));
        Assert.That(ImageChecker.Ids, Does.Contain("start-proof").And.Unique);
    }

    [Test]
    public void Settings_that_make_no_sense_are_told_by_their_names()
    {
        Assert.That(() => new MultiStageStartSettings { Port = 65536 }.ToRequest(new ImageSettings()),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("Start.Port is '65536'"));
        Assert.That(() => new MultiStageStartSettings { Timeout = TimeSpan.Zero }.ToRequest(new ImageSettings()),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("Start.Timeout"));
        Assert.That(() => new MultiStageStartSettings { Tmpfs = ["tmp"] }.ToRequest(new ImageSettings()),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("Start.Tmpfs is 'tmp'"));
        Assert.That(() => new MultiStageStartSettings { Memory = "much" }.ToRequest(new ImageSettings()),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("Start.Memory is 'much'"));
    }
}
