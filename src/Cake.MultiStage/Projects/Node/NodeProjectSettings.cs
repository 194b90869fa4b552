namespace Cake.MultiStage.Projects;

/// <summary>A description of a Node.js program.</summary>
public sealed class NodeProjectSettings : PresetSettings
{
    /// <summary>Gets or sets the file that <c>node</c> runs, such as <c>dist/server.js</c>. By default what the script <c>start</c>, <c>main</c> or <c>bin</c> in <c>package.json</c> name.</summary>
    public string? EntryFile { get; set; }

    /// <summary>Gets or sets the script that builds the program. By default <c>build</c>, where <c>package.json</c> has it; empty for none.</summary>
    public string? BuildScript { get; set; }

    /// <summary>Gets or sets the files and folders that ship beside the production dependencies. By default what the build puts out (the folder of <see cref="EntryFile"/>), and without a build everything but tests, documents and dot-files.</summary>
    public IList<string> Files { get; set; } = [];
}
