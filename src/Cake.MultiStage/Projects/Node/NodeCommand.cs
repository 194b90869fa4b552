namespace Cake.MultiStage.Projects.Node;

/// <summary>The command of the image.</summary>
internal sealed class NodeCommand(NodeSource source, NodeProgram program, bool hasShell)
{
    // What Node's images say; an instruction that takes it from the base would need a variable, and text of the project may hold "$".
    private const string SystemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private NodeStart Start => program.Start;

    /// <summary>Gets the file of the tool that node can run itself.</summary>
    private string? File => Start.Tool is { } tool && source.Member is null ? NodeProgram.FileOf(tool) : null;

    /// <summary>Gets the variables by which programs of packages are found, and what the framework needs.</summary>
    public IReadOnlyDictionary<string, string> Environment
    {
        get
        {
            Dictionary<string, string> variables = new(program.IsFrameworks ? program.Framework!.Environment
                : new Dictionary<string, string>(StringComparer.Ordinal), StringComparer.Ordinal);
            if (Start.Shell is not null || (Start.Tool is not null && File is null && !IsOwnFile))
            {
                string[] folders = source.Member is null ? [source.Directory] : [source.Home, source.Directory];
                variables["PATH"] = string.Concat(folders.Select(folder => $"{folder}/node_modules/.bin:")) + SystemPath;
            }

            return variables;
        }
    }

    // A script of the project itself, such as ./start.sh.
    private bool IsOwnFile => Start.Tool!.Contains('/', StringComparison.Ordinal);

    /// <param name="node">The program <c>node</c> in the image.</param>
    /// <exception cref="MultiStageException">It needs a shell, which the base lacks.</exception>
    public IReadOnlyList<string> Entrypoint(string node)
    {
        if (Start.Shell is { } text)
        {
            return hasShell ? ["sh", "-c", text] : throw Shellless($"runs '{text}' in a shell");
        }

        if (Start.Tool is null)
        {
            return [node, .. Start.Flags, Start.File!, .. Start.Arguments];
        }

        return File is { } file ? [node, file, .. Start.Arguments]
            : IsOwnFile ? [$"{source.Home}/{(Start.Tool.StartsWith("./", StringComparison.Ordinal) ? Start.Tool[2..] : Start.Tool)}",
                .. Start.Arguments]
            : hasShell ? [Start.Tool, .. Start.Arguments] : throw Shellless($"runs '{Start.Tool}', a script of a package");
    }

    private MultiStageException Shellless(string what) => new(
        $"{Start.Origin} {what}, and the base has no shell. Name the file that node runs, as in node.EntryFile, or choose another base, "
            + "as in node.Flavor = BaseFlavor.Slim.");
}
