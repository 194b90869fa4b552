namespace Cake.MultiStage.Dockerfiles.Reading;

/// <summary>The text that a Dockerfile was read from, and where in it each instruction stands.</summary>
/// <param name="Lines">The lines with their ends; the first may begin with a byte order mark.</param>
/// <param name="Pieces">The instructions, in order; what stands between them is blank lines and comments.</param>
/// <param name="Escape">The character that joins lines and escapes: a backslash, or a backtick where a directive says so.</param>
internal sealed record DockerfileSource(IReadOnlyList<string> Lines, IReadOnlyList<SourcePiece> Pieces, char Escape)
{
    /// <summary>Gets the syntax that the text names.</summary>
    public string? Syntax { get; init; }

    /// <summary>Gets the lines of each <c>FROM</c>.</summary>
    public IReadOnlyList<SourcePiece> Froms => [.. Pieces.Where(piece => piece.From is not null)];

    /// <summary>Gets the lines of an instruction of the file, or <see langword="null"/> for one that was not read from it.</summary>
    public SourcePiece? Of(Instruction instruction) =>
        Pieces.FirstOrDefault(piece => piece.Instructions.Any(other => ReferenceEquals(other, instruction)));

    /// <summary>Gets the lines of a stage's <c>FROM</c>, or <see langword="null"/> for one that was not read from it.</summary>
    public SourcePiece? Of(Stage stage) => Pieces.FirstOrDefault(piece => piece.IsFromOf(stage));
}

/// <summary>The lines of an instruction. Lines count from 1.</summary>
/// <param name="FirstLine">Its first line.</param>
/// <param name="LastLine">Its last line: that of a heredoc's end where it has one.</param>
/// <param name="Instructions">What was read from them: one, or several where <c>ENV</c> and the like set more than one. None for
/// <c>FROM</c>.</param>
/// <param name="From">The stage as it was begun, or <see langword="null"/> where the lines are no <c>FROM</c>.</param>
internal sealed record SourcePiece(int FirstLine, int LastLine, IReadOnlyList<Instruction> Instructions, Stage? From = null)
{
    /// <summary>Gets the instruction with its lines joined; empty for a comment.</summary>
    public string Text { get; init; } = "";

    /// <summary>Gets a value indicating whether a blank line stands among the lines that are joined.</summary>
    public bool HasBlankLine { get; init; }

    /// <summary>Tells whether a stage, whatever its instructions became, still begins as these lines say.</summary>
    public bool IsFromOf(Stage stage) =>
        From is not null
            && ReferenceEquals(From.Base, stage.Base)
            && From.Platform == stage.Platform
            && From.Name == stage.Name
            && From.Comment == stage.Comment;
}
