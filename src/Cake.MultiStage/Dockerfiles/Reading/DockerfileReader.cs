using System.Text;

namespace Cake.MultiStage.Dockerfiles.Reading;

/// <summary>
/// Reads a Dockerfile as BuildKit's frontend does: into the records that are written, and with the text it stood in, so that what nobody
/// changes is written as it was, byte for byte. What this library has no words for stays a raw instruction.
/// </summary>
internal sealed class DockerfileReader
{
    /// <summary>The most characters that are read; Dockerfiles have a few thousand.</summary>
    public const int LongestText = 4 * 1024 * 1024;

    private readonly IReadOnlyList<string> _lines;
    private readonly LineReader _read;
    private readonly List<ArgInstruction> _arguments = [];
    private readonly List<Stage> _stages = [];
    private readonly List<SourcePiece> _pieces = [];
    private readonly List<Instruction> _instructions = [];

    private DockerfileReader(IReadOnlyList<string> lines) => (_lines, _read) = (lines, LineReader.Of(lines));

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text, with a byte order mark or without, with line ends of any kind.</param>
    /// <returns>The Dockerfile.</returns>
    /// <exception cref="DockerfileException">It is none; the message has the line and the column.</exception>
    public static Dockerfile Read(string text)
    {
        if (text.Length > LongestText)
        {
            throw new DockerfileException(
                [$"it has {Words.Number(text.Length)} characters, and {Words.Number(LongestText)} are read at most: is it a Dockerfile?"]);
        }

        return new DockerfileReader(LinesOf(text)).Read();
    }

    /// <summary>Reads the bytes of a file, which are UTF-8.</summary>
    /// <exception cref="DockerfileException">It is not a Dockerfile; the message has the line and the column.</exception>
    public static Dockerfile Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Read(new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes));
        }
        catch (DecoderFallbackException exception)
        {
            var before = bytes[..exception.Index];
            throw new TextPlace(before.Count((byte)'\n') + 1, before.Length - before.LastIndexOf((byte)'\n'))
                .Error("the bytes are not UTF-8, which Dockerfiles are written in: save the file as UTF-8");
        }
    }

    private Dockerfile Read()
    {
        for (var i = 0; i < _read.Read.Count; i++)
        {
            var line = _read.Read[i];
            if (line.Comment is not null)
            {
                AddComment(line, i + 1 < _read.Read.Count ? _read.Read[i + 1] : null);
            }
            else
            {
                AddInstruction(line, i > 0 ? _read.Read[i - 1] : null);
            }
        }

        EndStage();
        if (_stages.Count == 0)
        {
            throw new TextPlace(Math.Max(1, _lines.Count), 1).Error(_read.Read.Any(line => line.Comment is null)
                ? "there is no FROM: a Dockerfile needs a stage"
                : "there are no instructions: a Dockerfile begins with FROM");
        }

        var syntax = _read.Directives.GetValueOrDefault("syntax")?.Split(' ')[0];
        return new Dockerfile
        {
            Syntax = syntax,
            Check = _read.Directives.GetValueOrDefault("check"),
            Arguments = _arguments,
            Stages = _stages,
            Source = new DockerfileSource(_lines, _pieces, _read.Escape) { Syntax = syntax },
        };
    }

    // What stands right above FROM is the stage's; what stands before the first stage is nobody's.
    private void AddComment(LogicalLine line, LogicalLine? next)
    {
        if (_stages.Count > 0 && !IsAbove(line, next))
        {
            Add(line, [new CommentInstruction(line.Comment!)]);
        }
    }

    private static bool IsAbove(LogicalLine comment, LogicalLine? next) =>
        next is { Comment: null } && comment.LastLine + 1 == next.FirstLine && FlagReader.Keyword(next.Text).Keyword == "FROM";

    private void AddInstruction(LogicalLine line, LogicalLine? before)
    {
        var keyword = FlagReader.Keyword(line.Text).Keyword;
        if (keyword == "FROM")
        {
            EndStage();
            var comment = before?.Comment is not null && IsAbove(before, line) ? before.Comment : null;
            var stage = new StageReader(line, _read.Escape, _stages).Read() with { Comment = comment };
            _stages.Add(stage);
            _pieces.Add(Piece(line, [], stage));
            return;
        }

        var instructions = new InstructionReader(line, _read.Escape,
            string.Concat(_lines.Skip(line.FirstLine - 1).Take(line.LastLine - line.FirstLine + 1))).Read();
        if (_stages.Count > 0)
        {
            Add(line, instructions);
        }
        else if (keyword == "ARG")
        {
            _arguments.AddRange(
                instructions.Select(
                    instruction => instruction as ArgInstruction
                        ?? throw line.Error(0, "the ARG before the first FROM can't be read: write NAME=value")));
            _pieces.Add(Piece(line, instructions));
        }
        else
        {
            throw line.Error(0, $"{Words.Show(keyword)} stands before the first FROM, where only ARG may stand: move it down");
        }
    }

    private void Add(LogicalLine line, IReadOnlyList<Instruction> instructions)
    {
        _instructions.AddRange(instructions);
        _pieces.Add(Piece(line, instructions));
    }

    private static SourcePiece Piece(LogicalLine line, IReadOnlyList<Instruction> instructions, Stage? from = null) =>
        new(line.FirstLine, line.LastLine, instructions, from) { Text = line.Text.Trim(), HasBlankLine = line.HasBlankLine };

    private void EndStage()
    {
        if (_stages.Count > 0)
        {
            _stages[^1] = _stages[^1] with { Instructions = [.. _instructions] };
            _instructions.Clear();
        }
    }

    private static List<string> LinesOf(string text)
    {
        List<string> lines = [];
        for (var at = 0; at < text.Length;)
        {
            var end = text.IndexOf('\n', at) is var found and >= 0 ? found + 1 : text.Length;
            lines.Add(text[at..end]);
            at = end;
        }

        return lines;
    }

    /// <summary>Reads <c>FROM</c>.</summary>
    private sealed class StageReader(LogicalLine line, char escape, IReadOnlyList<Stage> before)
    {
        public Stage Read()
        {
            var (flags, rest) = FlagReader.Read(FlagReader.Keyword(line.Text).Text, escape);
            var words = NameValues.Spaced(rest);
            if (words.Count is not (1 or 3) || (words.Count == 3 && !words[1].Equals("as", StringComparison.OrdinalIgnoreCase)))
            {
                throw line.Error(0, "FROM takes an image and, where the stage has a name, AS and the name");
            }

            var name = words.Count == 3 ? words[2] : null;
            if (name is not null && !Rules.IsStageName(name.ToLowerInvariant()))
            {
                throw line.Error(line.Text.LastIndexOf(name, StringComparison.Ordinal),
                    $"'{Words.Show(name)}' is not a valid stage name: use letters, digits, '-', '_' and '.', a letter first");
            }

            if (flags.FirstOrDefault(flag => flag is not { Name: "platform", Value.Length: > 0 }) is { } unknown)
            {
                throw line.Error(0, $"FROM knows --platform=… alone, and has --{Words.Show(unknown.Name)}");
            }

            var word = WordReader.Read(words[0], escape);
            return new Stage
            {
                Base = word is null ? StageBase.Argument(words[0]) : Base(word),
                Name = name,
                Platform = flags.Count > 0 ? flags[^1].Value : null,
            };
        }

        private StageBase Base(ReadWord word) =>
            word.Literal is null ? StageBase.Argument(word.Text)
            : before.Any(stage => string.Equals(stage.Name, word.Literal, StringComparison.OrdinalIgnoreCase))
            ? StageBase.Stage(word.Literal)
            : StageBase.Image(word.Literal);
    }
}
