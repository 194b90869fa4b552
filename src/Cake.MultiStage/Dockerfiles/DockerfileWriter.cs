using System.Text;
using System.Text.RegularExpressions;
using Cake.MultiStage.Dockerfiles.Reading;

namespace Cake.MultiStage.Dockerfiles;

/// <summary>Writes a Dockerfile and remembers where each instruction stands.</summary>
internal sealed partial class DockerfileWriter(Dockerfile file)
{
    private readonly StringBuilder text = new();
    private readonly List<DockerfileLine> lines = [];
    private int line = 1;

    public DockerfileText Write() => Write(Enumerable.Range(0, file.Stages.Count).ToHashSet());

    /// <summary>Writes some of the stages; the others become blank lines.</summary>
    public DockerfileText Write(IReadOnlySet<int> stages)
    {
        if (file.Source is { } source)
        {
            return new SourceWriter(file, source).Write(stages);
        }

        WriteHead();
        var graph = new StageGraph(file.Stages);
        for (var i = 0; i < file.Stages.Count; i++)
        {
            var (length, instructions) = (text.Length, lines.Count);
            WriteStage(i, graph.ShellAtStart(i));
            if (!stages.Contains(i))
            {
                var blank = new string('\n', text.ToString(length, text.Length - length).Count(c => c == '\n'));
                text.Remove(length, text.Length - length).Append(blank);
                lines.RemoveRange(instructions, lines.Count - instructions);
            }
        }

        return new DockerfileText(text.ToString(), lines);
    }

    internal static string From(Stage stage) =>
        $"FROM {new Flags().Add("platform", stage.Platform)}{stage.Base.Text}{(stage.Name is null ? "" : " AS " + stage.Name)}";

    private void WriteHead()
    {
        if (file.Syntax is not null)
        {
            Append("# syntax=" + file.Syntax);
        }

        if (file.Check is not null)
        {
            Append("# check=" + file.Check);
        }

        if (line > 1)
        {
            Append("");
        }

        foreach (var argument in file.Arguments)
        {
            var (first, written) = (line, argument.Write(StageGraph.DefaultShell));
            Append(written);
            lines.Add(new DockerfileLine(-1, null, argument, first, first, written));
        }

        if (file.Arguments.Count > 0)
        {
            Append("");
        }
    }

    private void WriteStage(int index, IReadOnlyList<string> shell)
    {
        var stage = file.Stages[index];
        if (index > 0)
        {
            Append("");
        }

        if (stage.Comment is not null)
        {
            WriteComment(stage.Comment);
        }

        WriteInstruction(index, null, From(stage));
        foreach (var instruction in stage.Instructions)
        {
            WriteInstruction(index, instruction, instruction.Write(shell));
            shell = instruction is ShellInstruction changed ? changed.Arguments : shell;
        }
    }

    // '# escape=...' at the head of a file would be a directive; a line that is none ends the directives.
    private void WriteComment(string comment)
    {
        var written = Words.Comment(comment);
        if (line == 1 && DirectivePattern().IsMatch(written))
        {
            Append("#");
        }

        Append(written);
    }

    private void WriteInstruction(int stage, Instruction? instruction, string written)
    {
        if (file.Comments)
        {
            WriteComment(InstructionReasons.Of(file.Stages[stage], instruction));
        }

        var first = line;
        Append(written);
        lines.Add(new DockerfileLine(stage, file.Stages[stage].Name, instruction, first, line - 1, written));
    }

    private void Append(string written)
    {
        text.Append(written).Append('\n');
        line += 1 + written.Count(c => c == '\n');
    }

    [GeneratedRegex(@"^#\s*[A-Za-z][A-Za-z0-9]*\s*=", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex DirectivePattern();
}
