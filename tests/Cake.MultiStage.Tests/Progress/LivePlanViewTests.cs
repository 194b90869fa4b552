using Cake.MultiStage.Building;
using Cake.MultiStage.Progress;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using Spectre.Console;

namespace Cake.MultiStage.Tests.Progress;

/// <summary>Many builds on a terminal have a line each, which says what the build is at.</summary>
public sealed class LivePlanViewTests
{
    private static readonly StepName Compile = StepName.FromBuildKit("[builder 2/3] RUN go build");

    [Test]
    public async Task Each_build_has_a_line_that_says_what_it_is_at()
    {
        var view = new LivePlanView(Terminal(TextWriter.Null), ["orders", "web", "mail"]);
        await view.BuildAsync("orders", (logger, observer) =>
        {
            observer.On(new BuildNote("Builds: main.go changed"));
            Assert.That(Shown(view), Does.Match(@"● orders \d+\.\ds Builds: main\.go changed"));
            observer.On(new StepStarted(Compile));
            observer.On(new StepOutput(Compile, "compiling [1 of 2]"));
            observer.On(new BuildWarning("Nothing is copied for 'x'."));
            var shown = Shown(view);
            Assert.That(shown, Does.Match(@"● orders \d+\.\ds \[builder 2/3\] RUN go build compiling \[1 of 2\]"));
            Assert.That(shown, Does.Contain("· web waits").And.Contain("! [orders] Nothing is copied for 'x'."));
            observer.On(new StepFinished(Compile, Cached: false, TimeSpan.FromSeconds(1), Error: null));
            logger.LogInformation("{Built}", "Built 0123 in 1.0s");
            return Task.FromResult(0);
        });
        await Assert.ThatAsync(() => view.BuildAsync<int>("web", (logger, _) =>
        {
            logger.LogDebug("{Detail}", "not for everyone");
            throw new MultiStageException("It does not compile.");
        }), Throws.InstanceOf<MultiStageException>());

        Assert.That(Shown(view).Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0),
            Is.EqualTo(["✓ orders Built 0123 in 1.0s", "✗ web FAILED", "· mail waits", "! [orders] Nothing is copied for 'x'."]));
    }

    [Test]
    public async Task It_is_shown_until_the_builds_have_ended()
    {
        var text = new StringWriter();
        var view = new LivePlanView(Terminal(text), ["orders"]);
        var built = await view.ShowAsync(() => view.BuildAsync("orders", async (_, _) =>
        {
            await Task.Delay(1);
            return 42;
        }));
        Assert.That(built, Is.EqualTo(42));
        Assert.That(text.ToString(), Does.Contain("✓ orders"));
    }

    private static string Shown(LivePlanView view)
    {
        var text = new StringWriter();
        Terminal(text).Write(view.Render());
        return text.ToString();
    }

    private static IAnsiConsole Terminal(TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = 100;
        return console;
    }
}
