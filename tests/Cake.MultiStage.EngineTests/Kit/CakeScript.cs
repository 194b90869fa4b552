using System.Globalization;

namespace Cake.MultiStage.EngineTests.Kit;

/// <summary>A script that a real <c>dotnet cake</c> runs, with the addin that was just built.</summary>
internal static class CakeScript
{
    /// <summary>Starts a script in a process group of its own, as a terminal does.</summary>
    public static async Task<RunningProgram> StartAsync(Workspace work, string body)
    {
        await Shell.RunAsync("dotnet", ["tool", "restore"]);
        var references = Directory.EnumerateFiles(Repository.AddinFolder, "*.dll")
            .Where(file => !Path.GetFileName(file).StartsWith("Microsoft.Extensions.", StringComparison.Ordinal)) // Cake has them
            .Order(StringComparer.Ordinal).Select(file => $"#r \"{file}\"");
        var script = work.Write("build.cake", string.Join('\n', [.. references, body, ""]));

        // A shell that runs the tests in the background has told them to ignore Ctrl+C.
        return Shell.Start("env", ["--default-signal=INT", "setsid", "dotnet", "cake", script], new Dictionary<string, string>(StringComparer.Ordinal) { ["DOCKER_HOST"] = work.Engine.Host });
    }

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

    /// <summary>Does what Ctrl+C in a terminal does.</summary>
    public static Task PressCtrlCAsync(RunningProgram running) =>
        Shell.RunAsync("bash", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -INT -- -{running.Id}")]);
}
