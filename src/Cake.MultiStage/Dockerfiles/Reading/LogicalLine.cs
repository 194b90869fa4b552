using System.Text;

namespace Cake.MultiStage.Dockerfiles.Reading;

/// <summary>A place in a Dockerfile; lines and columns count from 1.</summary>
internal sealed record TextPlace(int Line, int Column)
{
    /// <summary>Makes the error of something that can't be read here.</summary>
    public DockerfileException Error(string problem) => new([$"line {Words.Number(Line)}, column {Words.Number(Column)}: {problem}"]);
}

/// <summary>An instruction with its lines joined, as Docker's parser joins them, or a block of comments.</summary>
internal sealed class LogicalLine
{
    private readonly StringBuilder _text = new();
    private readonly List<(int Start, TextPlace Place)> _parts = [];

    public required int FirstLine { get; init; }

    public int LastLine { get; set; }

    /// <summary>Gets or sets a value indicating whether a blank line stands among the lines that are joined.</summary>
    public bool HasBlankLine { get; set; }

    /// <summary>Gets the comments' text, or <see langword="null"/> for an instruction.</summary>
    public string? Comment { get; init; }

    /// <summary>Gets the joined text.</summary>
    public string Text => _text.ToString();

    /// <summary>Gets the heredocs that follow the line.</summary>
    public List<Heredoc> Heredocs { get; } = [];

    public void Append(string text, TextPlace place)
    {
        _parts.Add((_text.Length, place));
        _text.Append(text);
    }

    /// <summary>Where a character of the joined text stands in the file.</summary>
    public TextPlace PlaceOf(int offset)
    {
        var (start, place) = _parts.FindLast(part => part.Start <= offset);
        return place with { Column = place.Column + offset - start };
    }

    public DockerfileException Error(int offset, string problem) => PlaceOf(offset).Error(problem);
}

/// <summary>A heredoc: the text between a line with <c>&lt;&lt;NAME</c> and the line <c>NAME</c>.</summary>
/// <param name="Name">The delimiter.</param>
/// <param name="Expand">Whether the delimiter is without quotes.</param>
/// <param name="Chomp">Whether leading tabs go: <c>&lt;&lt;-</c>.</param>
/// <param name="Offset">Where it is announced in the joined text.</param>
/// <param name="Word">The word that announces it.</param>
internal sealed record Heredoc(string Name, bool Expand, bool Chomp, int Offset, string Word)
{
    /// <summary>Gets the content as it stands, line ends too.</summary>
    public string Content { get; init; } = "";

    /// <summary>Gets the content without the tabs that <c>&lt;&lt;-</c> takes away.</summary>
    public string Body => Chomp ? string.Join('\n', Content.Split('\n').Select(line => line.TrimStart('\t'))) : Content;
}
