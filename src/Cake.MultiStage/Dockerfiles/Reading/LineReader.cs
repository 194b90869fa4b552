using System.Text;

namespace Cake.MultiStage.Dockerfiles.Reading;

/// <summary>
/// Reads directives, comments, instructions whose lines are continued, and heredocs, as BuildKit's <c>parser</c> does.
/// </summary>
internal sealed class LineReader
{
    // Docker reads lines with Go's bufio.Scanner, whose longest token is 64 KiB less one.
    private const int LongestLine = (64 * 1024) - 1;

    private readonly IReadOnlyList<string> _lines;
    private readonly List<LogicalLine> _read = [];
    private readonly Dictionary<string, string> _directives = new(StringComparer.Ordinal);
    private int _next;
    private bool _mayBeDirective = true;

    private LineReader(IReadOnlyList<string> lines) => _lines = lines;

    /// <summary>Gets the character that joins lines.</summary>
    public char Escape { get; private set; } = '\\';

    /// <summary>Gets the parser directives by their lower-case names: <c>syntax</c>, <c>escape</c>, <c>check</c>.</summary>
    public IReadOnlyDictionary<string, string> Directives => _directives;

    /// <summary>Gets what was read, in order.</summary>
    public IReadOnlyList<LogicalLine> Read => _read;

    /// <exception cref="DockerfileException">The text has no end of a heredoc, a directive twice, or a line that is too long.</exception>
    public static LineReader Of(IReadOnlyList<string> lines)
    {
        var reader = new LineReader(lines);
        reader.ReadAll();
        return reader;
    }

    private void ReadAll()
    {
        while (_next < _lines.Count)
        {
            var line = Content(_next);
            var indent = IndentOf(line);
            if (_mayBeDirective && IsDirective(line[indent..]))
            {
                _next++;
            }
            else if (indent == line.Length)
            {
                _next++;
            }
            else if (line[indent] == '#')
            {
                ReadComment();
            }
            else
            {
                ReadInstruction();
            }
        }
    }

    private void ReadComment()
    {
        var first = _next;
        List<string> texts = [];
        while (_next < _lines.Count && Content(_next).TrimStart() is ['#', .. var text])
        {
            texts.Add(text.StartsWith(' ') ? text[1..].TrimEnd() : text.TrimEnd());
            _next++;
        }

        _read.Add(new LogicalLine { FirstLine = first + 1, LastLine = _next, Comment = string.Join('\n', texts) });
    }

    private void ReadInstruction()
    {
        var first = _next;
        var line = Content(_next);
        var indent = IndentOf(line);
        var instruction = new LogicalLine { FirstLine = first + 1, LastLine = first + 1 };
        var goesOn = Cut(line[indent..], out var cut);
        if (!goesOn && cut.Length == 0)
        {
            _next++;
            return;
        }

        instruction.Append(cut, new TextPlace(first + 1, indent + 1));
        _next++;
        while (goesOn && _next < _lines.Count)
        {
            line = Content(_next);
            _next++;
            instruction.HasBlankLine |= string.IsNullOrWhiteSpace(line);
            if (line.TrimStart() is not ("" or ['#', ..]))
            {
                goesOn = Cut(line, out cut);
                instruction.Append(cut, new TextPlace(_next, 1));
            }
        }

        ReadHeredocs(instruction);
        instruction.LastLine = _next;
        _read.Add(instruction);
    }

    private void ReadHeredocs(LogicalLine instruction)
    {
        foreach (var heredoc in HeredocWords.Find(instruction.Text, Escape))
        {
            var content = new StringBuilder();
            while (true)
            {
                if (_next == _lines.Count)
                {
                    throw instruction.Error(heredoc.Offset,
                        $"the heredoc '{Words.Show(heredoc.Word)}' has no end: expected a line '{Words.Show(heredoc.Name)}'");
                }

                var line = Content(_next);
                _next++;
                if ((heredoc.Chomp ? line.TrimStart('\t') : line) == heredoc.Name)
                {
                    break;
                }

                content.Append(_lines[_next - 1]);
            }

            instruction.Heredocs.Add(heredoc with { Content = content.ToString() });
        }
    }

    /// <summary>A line without its end and, on the first, without the byte order mark.</summary>
    private string Content(int index)
    {
        var line = _lines[index].TrimEnd('\n', '\r');
        line = index == 0 ? line.TrimStart('\uFEFF') : line;
        return Encoding.UTF8.GetByteCount(line) <= LongestLine ? line
            : throw new TextPlace(index + 1,
                LongestLine).Error("the line is longer than 65535 bytes, which Docker refuses to read: put the text into a file");
    }

    private bool IsDirective(string line)
    {
        // The first line that is none ends them, an empty one too.
        _mayBeDirective = line.StartsWith('#') && line.Contains('=', StringComparison.Ordinal);
        if (!_mayBeDirective)
        {
            return false;
        }

        var (name, value) = (line[1..line.IndexOf('=', StringComparison.Ordinal)].Trim().ToLowerInvariant(),
            line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim());
        _mayBeDirective = name is "syntax" or "escape" or "check" && value.Length > 0;
        if (!_mayBeDirective)
        {
            return false;
        }

        var place = new TextPlace(_next + 1, 1);
        if (!_directives.TryAdd(name, value))
        {
            throw place.Error($"the directive '{name}' stands twice: keep one");
        }

        if (name == "escape")
        {
            Escape = value is "`" or "\\"
                ? value[0]
                : throw place.Error($"the escape character is '{Words.Show(value)}': it must be \\ or `");
        }

        return true;
    }

    // An escape character at the end joins the next line, unless one stands before it, too.
    private bool Cut(string line, out string cut)
    {
        var trimmed = line.TrimEnd(' ', '\t');
        var joins = trimmed.EndsWith(Escape) && (trimmed.Length == 1 || trimmed[^2] != Escape);
        cut = joins ? trimmed[..^1] : line;
        return joins;
    }

    private static int IndentOf(string line) => line.Length - line.TrimStart().Length;
}
