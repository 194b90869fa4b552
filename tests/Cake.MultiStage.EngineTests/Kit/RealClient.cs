namespace Cake.MultiStage.EngineTests.Kit;

/// <summary>Has an ecosystem's own client work on a project's folder, as its developer does before a build.</summary>
internal static class RealClient
{
    /// <summary>Runs commands on a copy of the folder, and brings back files that they made.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="image">The image with the client.</param>
    /// <param name="environment">What the client is told, as <c>NAME=value</c>.</param>
    /// <param name="command">The commands, for the shell.</param>
    /// <param name="files">The files to bring back.</param>
    public static async Task RunAsync(Workspace workspace, string image, IEnumerable<string> environment, string command,
        params string[] files)
    {
        const string Dockerfile = "Dockerfile.client";
        var tag = workspace.Repository + ":client";
        var variables = string.Concat(environment.Select(variable => $"ENV {variable}\n"));
        workspace.Write(Dockerfile, $"FROM {image}\n{variables}WORKDIR /w\nCOPY . .\nRUN {command}\n");
        await ExpertImage.BuildAsync(workspace.Engine.Host, workspace.Folder, Dockerfile, tag);
        File.Delete(Path.Combine(workspace.Folder, Dockerfile));
        foreach (var file in files)
        {
            workspace.Write(file, (await workspace.Engine.RunAsync(tag, "cat", "/w/" + file)).Output);
        }
    }
}
