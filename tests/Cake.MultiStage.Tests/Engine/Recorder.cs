using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Engine;

/// <summary>Writes down what a build tells its observer.</summary>
internal sealed class Recorder : IBuildObserver
{
    private readonly Lock _lock = new();
    private readonly List<BuildEvent> _events = [];

    public IReadOnlyList<BuildEvent> Events
    {
        get
        {
            lock (_lock)
            {
                return [.. _events];
            }
        }
    }

    public IEnumerable<string> Output(string step) =>
        Events.OfType<StepOutput>()
            .Where(output => output.Step.Text.Contains(step, StringComparison.Ordinal))
            .Select(output => output.Line);

    public IEnumerable<StepFinished> Finished => Events.OfType<StepFinished>();

    public void On(BuildEvent buildEvent)
    {
        lock (_lock)
        {
            _events.Add(buildEvent);
        }
    }
}

/// <summary>The builds whose streams were recorded from an engine 20.10.24.</summary>
internal static class Recorded
{
    public static readonly Dockerfile TwoStages = new()
    {
        Stages =
        [
            Stage.From("busybox:stable").Named("left").Run("echo left && sleep 0.3 && echo \"grüß dich\" > /left"),
            Stage.From("busybox:stable")
                .Named("right")
                .Run("for i in 1 2 3; do echo \"right $i\"; sleep 0.1; done; echo err >&2; printf '10%%\\r50%%\\r100%%\\n' ; echo x > "
                    + "/right"),
            Stage.From(StageBase.Scratch)
                .Copy("hello.txt", "/")
                .CopyFrom("left", "/left", "/left")
                .CopyFrom("right", "/right", "/right")
                .Cmd("/x"),
        ],
    };

    public static readonly Dockerfile Failing = new()
    {
        Stages =
        [
            Stage.From("busybox:stable")
                .Named("builder")
                .Workdir("/src")
                .Copy("hello.txt", "./")
                .Run("echo \"compiling\"; echo \"main.c:3: error: ünknown\" >&2; exit 3"),
            Stage.From(StageBase.Scratch).CopyFrom("builder", "/src/hello.txt", "/"),
        ],
    };

    public static readonly Dockerfile MissingFile = new()
    {
        Stages =
        [
            Stage.From("busybox:stable").Named("builder").Copy("hello.txt", "./"),
            Stage.From(StageBase.Scratch).Named("final").CopyFrom("builder", "/missing.txt", "/"),
        ],
    };

    public static string Stream(string name) =>
        File.ReadAllText(Path.Combine(TestContext.CurrentContext.TestDirectory, "Engine", "Streams", name + ".jsonl"));

    public static string Cut(this string stream, int lines) => string.Join('\n', stream.Split('\n').Take(lines)) + "\n";
}
