using System.Text;

namespace Cake.MultiStage.Dockerfiles.Reading;

/// <summary>
/// Writes a Dockerfile that was read: what is still as it was read, as it stood there, with the comments and blank lines above it; what
/// was changed in its place, what is new behind what it follows, both as any other Dockerfile is written.
/// </summary>
internal sealed class SourceWriter
{
    private readonly Dockerfile _file;
    private readonly DockerfileSource _source;
    private readonly StringBuilder _text = new();
    private readonly List<DockerfileLine> _lines = [];
    private readonly List<Unit> _units;
    private int _line = 1;

    public SourceWriter(Dockerfile file, DockerfileSource source)
    {
        (_file, _source) = (file, source);
        _units = Units();
    }

    /// <summary>Gets the instructions that are not as they were read; none for a stage stands for its <c>FROM</c>.</summary>
    public IEnumerable<(int Stage, Instruction? Instruction)> Changed =>
        _units.Where(unit => unit.Piece < 0).Select(unit => (unit.Stage, unit.Instruction));

    /// <summary>Writes some of the stages; the others become blank lines.</summary>
    public DockerfileText Write(IReadOnlySet<int> stages)
    {
        var intact = _units.Where(unit => unit.Piece >= 0).Select(unit => unit.Piece).ToHashSet();
        Append(Head());
        var next = 0;
        foreach (var unit in _units)
        {
            var (length, line) = (_text.Length, _line);
            var replaced = unit.Piece >= 0 ? unit.Piece : next < _source.Pieces.Count && !intact.Contains(next) ? next : -1;
            Append(Above(replaced));
            WriteUnit(unit);
            next = Math.Max(next, replaced + 1);
            if (unit.Stage >= 0 && !stages.Contains(unit.Stage))
            {
                _text.Length = length;
                _text.Append('\n', _line - line);
                _lines.RemoveAt(_lines.Count - 1);
            }
        }

        Append(Text(_source.Pieces[^1].LastLine + 1, _source.Lines.Count));
        return new DockerfileText(_text.ToString(), _lines);
    }

    private void WriteUnit(Unit unit)
    {
        if (_file.Comments && unit is { Stage: >= 0, Instruction: not CommentInstruction })
        {
            Append(Words.Comment(InstructionReasons.Of(_file.Stages[unit.Stage], unit.Instruction)) + "\n");
        }

        EndLine();
        var (first, text) = (_line, TextOf(unit));
        Append(text);
        var last = _text.Length > 0 && _text[^1] == '\n' ? _line - 1 : _line;
        _lines.Add(
            new DockerfileLine(unit.Stage, unit.Stage < 0 ? null : _file.Stages[unit.Stage].Name, unit.Instruction, first, last,
                text.TrimEnd('\r', '\n')));
    }

    /// <summary>The lines before the first instruction; a syntax that was changed is written anew.</summary>
    private string Head()
    {
        var head = Text(1, _source.Pieces[0].FirstLine - 1);
        return _file.Syntax is null || _file.Syntax == _source.Syntax ? head
            : $"# syntax={_file.Syntax}\n"
                + string.Concat(head.TrimStart('\uFEFF')
                    .Split('\n')
                    .SkipLast(1)
                    .Where(line => !IsSyntax(line))
                    .Select(line => line + "\n"));
    }

    private static bool IsSyntax(string line) => line.TrimStart('#', ' ', '\t').StartsWith("syntax", StringComparison.OrdinalIgnoreCase);

    private string Above(int piece) => piece <= 0 ? "" : Text(_source.Pieces[piece - 1].LastLine + 1, _source.Pieces[piece].FirstLine - 1);

    private string Text(int firstLine, int lastLine) => string.Concat(_source.Lines.Take(lastLine).Skip(firstLine - 1));

    private void Append(string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        EndLine();
        _text.Append(text);
        _line += text.Count(c => c == '\n');
    }

    private void EndLine()
    {
        if (_text.Length > 0 && _text[^1] != '\n')
        {
            _text.Append('\n');
            _line++;
        }
    }

    /// <summary>The file's instructions, those that stand in one piece of the source and are as they were read together.</summary>
    private List<Unit> Units()
    {
        List<(int Stage, Instruction? Instruction,
            IReadOnlyList<string> Shell)> all =
                [.. _file.Arguments.Select(argument => (-1, (Instruction?)argument, StageGraph.DefaultShell))];
        var graph = new StageGraph(_file.Stages);
        for (var i = 0; i < _file.Stages.Count; i++)
        {
            var shell = graph.ShellAtStart(i);
            all.Add((i, null, shell));
            foreach (var instruction in _file.Stages[i].Instructions)
            {
                all.Add((i, instruction, shell));
                shell = instruction is ShellInstruction changed ? changed.Arguments : shell;
            }
        }

        var pieces = PiecesByInstruction();
        var used = new HashSet<int>();
        List<Unit> units = [];
        for (var i = 0; i < all.Count;)
        {
            var (stage, instruction, shell) = all[i];
            var piece = instruction is not null ? pieces.GetValueOrDefault(instruction, -1) : PieceOf(_file.Stages[stage], used);
            var together = piece >= 0 ? Math.Max(1, _source.Pieces[piece].Instructions.Count) : 1;
            var isAsRead = piece >= 0
                && (instruction is null
                    || _source.Pieces[piece].Instructions.Select(
                        (one, at) => i + at < all.Count && ReferenceEquals(all[i + at].Instruction, one)).All(same => same));
            if (isAsRead && used.Add(piece))
            {
                units.Add(new Unit(stage, instruction, piece, shell));
                i += together;
            }
            else
            {
                units.Add(new Unit(stage, instruction, -1, shell));
                i++;
            }
        }

        return units;
    }

    private Dictionary<Instruction, int> PiecesByInstruction()
    {
        var pieces = new Dictionary<Instruction, int>(ReferenceEqualityComparer.Instance);
        foreach (var (index, piece) in _source.Pieces.Index())
        {
            foreach (var instruction in piece.Instructions)
            {
                pieces[instruction] = index;
            }
        }

        return pieces;
    }

    private int PieceOf(Stage stage, HashSet<int> used) =>
        _source.Pieces.Index()
            .Where(piece => piece.Item.IsFromOf(stage) && !used.Contains(piece.Index))
            .Select(piece => piece.Index)
            .DefaultIfEmpty(-1)
            .First();

    private string TextOf(Unit unit) => unit switch
    {
        { Piece: >= 0 } => Text(_source.Pieces[unit.Piece].FirstLine, _source.Pieces[unit.Piece].LastLine),
        { Instruction: { } instruction } => instruction.Write(unit.Shell) + "\n",
        _ => DockerfileWriter.From(_file.Stages[unit.Stage]) + "\n",
    };

    private sealed record Unit(int Stage, Instruction? Instruction, int Piece, IReadOnlyList<string> Shell);
}
