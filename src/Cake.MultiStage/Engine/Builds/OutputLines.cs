using System.Text;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>Makes lines of a stream's pieces. A line without an end takes no memory: its beginning is kept.</summary>
internal sealed class OutputLines
{
    private const int Longest = 8 * 1024;

    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _line = new();
    private bool _isReturned;
    private bool _isCut;

    /// <summary>Reads a piece, which may begin and end within a line or a character.</summary>
    /// <returns>The lines that it ends.</returns>
    public IReadOnlyList<OutputLine> Read(ReadOnlySpan<byte> output)
    {
        var lines = new List<OutputLine>();
        var characters = new char[_decoder.GetCharCount(output, flush: false)];
        _decoder.GetChars(output, characters, flush: false);
        foreach (var character in characters)
        {
            if (character == '\n')
            {
                lines.Add(Taken());
            }
            else if (character == '\r')
            {
                _isReturned = true;
            }
            else
            {
                Append(character);
            }
        }

        return lines;
    }

    /// <summary>Gets what the stream ended with in mid-line, if anything.</summary>
    public OutputLine? End() => _line.Length > 0 ? Taken() : null;

    private void Append(char character)
    {
        if (_isReturned)
        {
            // A carriage return takes the cursor back: what is left standing on the line comes after the last one.
            _line.Clear();
            (_isReturned, _isCut) = (false, false);
        }

        if (_line.Length < Longest)
        {
            _line.Append(character);
        }
        else
        {
            _isCut = true;
        }
    }

    private OutputLine Taken()
    {
        var line = new OutputLine(_line.ToString(), _isCut);
        _line.Clear();
        (_isReturned, _isCut) = (false, false);
        return line;
    }
}

/// <summary>A line of output.</summary>
/// <param name="Text">The line, or its beginning.</param>
/// <param name="IsCut">Whether it was longer.</param>
internal sealed record OutputLine(string Text, bool IsCut);

/// <summary>
/// The last lines of a step: of both its streams together, and of standard error's also those that a burst of the other
/// stream came after.
/// </summary>
internal sealed class OutputTail
{
    private const int Length = 20;
    private const int LongestLine = 1000;

    private readonly Queue<(long Number, string Line)> _all = new();
    private readonly Queue<(long Number, string Line)> _errors = new();
    private long _count;

    /// <summary>Gets the lines, in the order in which they came.</summary>
    public IReadOnlyList<string> Lines => [.. _errors.Union(_all).OrderBy(line => line.Number).Select(line => line.Line)];

    public void Add(string line, bool isError)
    {
        var shown = line.Length > LongestLine ? line[..LongestLine] + " …" : line;
        Add(_all, shown);
        if (isError)
        {
            Add(_errors, shown);
        }

        _count++;
    }

    private void Add(Queue<(long Number, string Line)> lines, string line)
    {
        lines.Enqueue((_count, line));
        if (lines.Count > Length)
        {
            lines.Dequeue();
        }
    }
}
