using System.Collections.Concurrent;
using System.Globalization;

namespace Cake.MultiStage.EngineTests.Kit;

/// <summary>A script that a real <c>dotnet cake</c> runs, with the addin that was just built.</summary>
internal static class CakeScript
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> First = new(StringComparer.Ordinal);

    /// <summary>Starts a script in a process group of its own, as a terminal does.</summary>
    public static async Task<RunningProgram> StartAsync(Workspace work, string body)
    {
        await Shell.RunAsync("dotnet", ["tool", "restore"]);
        var script = work.Write("build.cake", $"{References()}\n{body}\n");

        // A shell that runs the tests in the background has told them to ignore Ctrl+C.
        return Shell.Start("env", ["--default-signal=INT,TERM", "setsid", "dotnet", "cake", script],
            new Dictionary<string, string>(StringComparer.Ordinal) { ["DOCKER_HOST"] = work.Engine.Host });
    }

    /// <summary>Runs a script that names the packed addin with the one that was just built, to its end.</summary>
    /// <param name="script">The script's file; it is changed.</param>
    /// <param name="arguments">Further arguments, such as <c>--target=Image</c>.</param>
    /// <param name="environment">Environment variables.</param>
    /// <returns>What it printed.</returns>
    public static async Task<string> RunAsync(string script, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        await Shell.RunAsync("dotnet", ["tool", "restore"]);
        var text = await File.ReadAllTextAsync(script);
        await File.WriteAllTextAsync(script,
            text.Replace("#addin nuget:?package=Cake.MultiStage&prerelease", References(), StringComparison.Ordinal));
        // The first run of a text compiles it for all others: Cake would load what another run has half written.
        var own = new Lazy<Task<string>>(RunOnceAsync);
        var first = First.GetOrAdd(text, own);
        if (ReferenceEquals(first, own))
        {
            return await own.Value;
        }

        await first.Value.ContinueWith(_ => { }, TaskScheduler.Default);
        return await RunOnceAsync();

        Task<string> RunOnceAsync() => Shell.RunAsync("dotnet",
            ["cake", script, "--settings_enablescriptcache=true", $"--paths_cache={CompiledScripts()}", .. arguments], environment);
    }

    /// <summary>
    /// The folder of compiled scripts: one for each build of the addin, as Cake does not see that what a script refers to has changed.
    /// </summary>
    private static string CompiledScripts() =>
        Repository.File("artifacts", "compiled-scripts",
            File.GetLastWriteTimeUtc(Path.Combine(Repository.AddinFolder, "Cake.MultiStage.dll")).Ticks.ToString(
                CultureInfo.InvariantCulture));

    /// <summary>A script that builds an image with a step that takes a minute.</summary>
    public static string Sleeping(Workspace work, string duration) => $$"""
        var project = MultiStageProject("{{work.Folder}}", project =>
        {
            project.BuilderImage = "{{Workspace.Busybox}}";
            project.Sources.Clear();
            project.Commands.Add("sleep {{duration}}");
            project.Artifacts.Add("/out");
        });

        Task("Image").Does(() => MultiStageBuild(project));

        RunTarget("Image");
        """;

    /// <summary>A script with an image whose program sleeps when it is started, and a body that does something with it.</summary>
    /// <param name="work">The workspace, whose label the image carries.</param>
    /// <param name="duration">How long the program sleeps.</param>
    /// <param name="body">What is done, with the variables <c>project</c> and <c>start</c>.</param>
    public static string Started(Workspace work, string duration, string body) => $$"""
        var project = MultiStageProject("{{work.Folder}}", project =>
        {
            project.BuilderImage = "{{Workspace.Busybox}}";
            project.FinalBase = "{{Workspace.Busybox}}";
            project.Sources.Clear();
            project.Tags.Add("{{work.Tag}}");
            project.Labels["{{work.Label.Name}}"] = "{{work.Label.Value}}";
            project.Commands.Add("touch /made");
            project.Artifacts.Add("/made");
            project.Entrypoint.Clear();
            foreach (var word in new[] { "/bin/sh", "-c", "sleep {{duration}}" }) project.Entrypoint.Add(word);
        });
        var start = new MultiStageCheckSettings { FailOn = null };
        start.Start = new MultiStageStartSettings { Timeout = TimeSpan.FromMinutes(5) };

        Task("Image").Does({{body}});

        RunTarget("Image");
        """;

    private static string References() => string.Join('\n', Directory.EnumerateFiles(Repository.AddinFolder, "*.dll")
        .Where(
            file => Path.GetFileName(file) is var name
                && !(name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal)
                    && name.EndsWith(".Abstractions.dll", StringComparison.Ordinal))) // Cake has them
        .Order(StringComparer.Ordinal).Select(file => $"#r \"{file}\""));

    /// <summary>Sends SIGTERM to the process that was started, as an agent of a CI provider does.</summary>
    public static Task TerminateAsync(RunningProgram running) =>
        Shell.RunAsync("kill", ["-TERM", running.Id.ToString(CultureInfo.InvariantCulture)]);

    /// <summary>Ends Cake as a crash does: every process of its group at once.</summary>
    public static Task KillAsync(RunningProgram running) =>
        Shell.RunAsync("bash", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -KILL -- -{running.Id}")]);

    /// <summary>Does what Ctrl+C in a terminal does.</summary>
    public static Task PressCtrlCAsync(RunningProgram running) =>
        Shell.RunAsync("bash", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -INT -- -{running.Id}")]);
}
