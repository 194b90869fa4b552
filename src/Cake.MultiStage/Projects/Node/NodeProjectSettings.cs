namespace Cake.MultiStage.Projects;

/// <summary>A description of a Node.js program.</summary>
public sealed class NodeProjectSettings : PresetSettings
{
    /// <summary>
    /// Gets or sets the package of a workspace of several packages that is the program, by its folder or its name, such as <c>apps/api</c>;
    /// <c>.</c> for the root. By default the only one that has something to start.
    /// </summary>
    public string? Package { get; set; }

    /// <summary>
    /// Gets or sets the file that <c>node</c> runs, such as <c>dist/server.js</c>. By default what a framework puts out, or what the script
    /// <c>start:prod</c> or <c>start</c>, <c>main</c> or <c>bin</c> in <c>package.json</c> name.
    /// </summary>
    public string? EntryFile { get; set; }

    /// <summary>
    /// Gets or sets the script that builds the program. By default <c>build</c>, where <c>package.json</c> has it; empty for none.
    /// </summary>
    public string? BuildScript { get; set; }

    /// <summary>
    /// Gets or sets the files and folders that ship beside the production dependencies. By default the output of a framework that holds all
    /// it needs, or what <c>files</c> in <c>package.json</c> lists, or everything but tests, settings of tools and files with a dot.
    /// </summary>
    public IList<string> Files { get; set; } = [];
}
