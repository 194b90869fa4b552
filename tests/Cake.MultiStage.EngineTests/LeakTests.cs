using System.Diagnostics;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests;

/// <summary>A process that builds again and again keeps nothing of the builds before.</summary>
[NonParallelizable]
public sealed class LeakTests
{
    private const int WarmUp = 20;
    private const int Builds = 200;

    [Test]
    public async Task Two_hundred_builds_leave_no_socket_no_thread_and_no_memory()
    {
        await using var work = new Workspace();
        var project = work.Project(settings =>
        {
            settings.Secrets["token"] = BuildSecret.FromValue("hush-hush");
            settings.Commands.Add("test -s /run/secrets/token && echo built > /out", RunMount.Secret("token", required: true));
            settings.Artifacts.Add("/out");
        });
        await BuildAsync(work, project, WarmUp);
        var before = Used();
        await BuildAsync(work, project, Builds);
        var after = Used();
        await TestContext.Out.WriteLineAsync($"before {before}, after {after}");

        Assert.That(after.Sockets, Is.LessThanOrEqualTo(before.Sockets + 4));
        Assert.That(after.Threads, Is.LessThanOrEqualTo(before.Threads + 10));

        // The log of the workspace keeps its lines, which is meant; a build itself would keep tens of kilobytes.
        Assert.That(after.Memory - before.Memory, Is.LessThan(Builds * 8_000));
    }

    private static async Task BuildAsync(Workspace work, ImageProject project, int times)
    {
        for (var build = 0; build < times; build++)
        {
            await work.BuildAsync(project, BuilderKind.BuildKit, settings => settings.OriginLabels = false);
        }
    }

    private static (int Sockets, int Threads, long Memory) Used()
    {
        var memory = GC.GetTotalMemory(forceFullCollection: true);
        using var process = Process.GetCurrentProcess();
        var sockets = Directory.EnumerateFiles("/proc/self/fd")
            .Count(file => new FileInfo(file).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);
        return (sockets, process.Threads.Count, memory);
    }
}
