using System.Text;
using System.Text.RegularExpressions;

namespace Cake.MultiStage.Dockerfiles;

/// <summary>
/// A text with variables, as BuildKit's shell lexer reads it: <c>$X</c>, <c>${X}</c>, <c>${X:-default}</c>,
/// <c>${X:+replacement}</c>, <c>${X:?message}</c>, those without the colon, <c>${X#pattern}</c> and its kin (see
/// <see cref="VariablePattern"/>), and <c>\$</c> for a dollar sign.
/// </summary>
internal sealed class VariableText
{
    private readonly List<Piece> pieces;

    private VariableText(List<Piece> pieces, string? problem)
    {
        this.pieces = pieces;
        Problem = problem;
    }

    /// <summary>What is wrong with the text, or null.</summary>
    public string? Problem { get; }

    public bool HasVariables => pieces.Exists(piece => piece.Name is not null);

    /// <summary>The variables that stand in the text, those in defaults too.</summary>
    public IEnumerable<string> Names =>
        pieces.Where(piece => piece.Name is not null).SelectMany(piece => piece.Word?.Names.Prepend(piece.Name!) ?? [piece.Name!]);

    /// <summary>The variables without which the text says something else: those that have no default or replacement.</summary>
    public IEnumerable<string> Required =>
        pieces.Where(piece => piece is { Name: not null } && (piece.Pattern is not null || piece.Operator.TrimStart(':') is "" or "?"))
            .Select(piece => piece.Name!);

    /// <summary>The text before the first variable.</summary>
    public string FixedStart => string.Concat(pieces.TakeWhile(piece => piece.Name is null).Select(piece => piece.Literal));

    /// <summary>
    /// Tells whether a dollar sign before the character stands for a variable. Before another it is itself, as it is written.
    /// </summary>
    public static bool Starts(char next) => next == '{' || StartsName(next);

    public static VariableText Read(string text)
    {
        var position = 0;
        return Read(text, ref position, nested: false);
    }

    /// <summary>The text with its variables replaced; one that has no value is empty, as in a Dockerfile.</summary>
    public string Expand(Func<string, string?> lookup) => string.Concat(pieces.Select(piece => Expand(piece, lookup)));

    /// <summary>Whether some values of the variables turn the text into the given one.</summary>
    public bool CanBe(string text) =>
        Regex.IsMatch(text, "\\A" + string.Concat(pieces.Select(piece => piece.Name is null ? Regex.Escape(piece.Literal) : ".*")) + "\\z",
            RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking);

    private static string Expand(Piece piece, Func<string, string?> lookup)
    {
        if (piece.Name is null)
        {
            return piece.Literal;
        }

        var value = lookup(piece.Name);
        if (piece.Pattern is not null)
        {
            return piece.Pattern.Change(value ?? "");
        }

        var missing = piece.Operator.StartsWith(':') ? string.IsNullOrEmpty(value) : value is null;
        return piece.Operator.TrimStart(':') switch
        {
            "-" => missing ? piece.Word!.Expand(lookup) : value!,
            "+" => missing ? "" : piece.Word!.Expand(lookup),
            _ => value ?? "",
        };
    }

    private static VariableText Read(string text, ref int position, bool nested)
    {
        List<Piece> read = [];
        var literal = new StringBuilder();
        string? problem = null;
        while (position < text.Length && !(nested && text[position] == '}'))
        {
            if (text[position] == '\\' && position + 1 < text.Length && text[position + 1] == '$')
            {
                literal.Append('$');
                position += 2;
            }
            else if (text[position] == '$' && position + 1 < text.Length && Starts(text[position + 1]))
            {
                read.Add(new Piece(literal.ToString(), null, "", null));
                literal.Clear();
                read.Add(ReadVariable(text, ref position, ref problem));
            }
            else
            {
                literal.Append(text[position]);
                position++;
            }
        }

        read.Add(new Piece(literal.ToString(), null, "", null));
        return new VariableText(read, problem);
    }

    private static Piece ReadVariable(string text, ref int position, ref string? problem)
    {
        position++;
        if (text[position] != '{')
        {
            return new Piece("", ReadName(text, ref position), "", null);
        }

        position++;
        var name = ReadName(text, ref position);
        if (name.Length > 0 && VariablePattern.Read(text, ref position) is { } pattern)
        {
            return new Piece("", name, "", null) { Pattern = pattern };
        }

        var start = position;
        position += position < text.Length && text[position] == ':' ? 1 : 0;
        position += position < text.Length && text[position] is '-' or '+' or '?' ? 1 : 0;
        var operation = text[start..position];
        VariableText? word = null;
        if (operation.Length > 0 && operation != ":")
        {
            word = Read(text, ref position, nested: true);
            problem ??= word.Problem;
        }

        if (name.Length == 0 || operation == ":" || position >= text.Length || text[position] != '}')
        {
            problem ??= "expected ${NAME}, ${NAME:-default}, ${NAME:+replacement}, ${NAME#pattern} or \\$ for a dollar sign";
            position = text.Length;
            return new Piece("", name, "", null);
        }

        position++;
        return new Piece("", name, operation, word);
    }

    private static string ReadName(string text, ref int position)
    {
        var start = position;
        while (position < text.Length && (StartsName(text[position]) || (position > start && char.IsDigit(text[position]))))
        {
            position++;
        }

        return text[start..position];
    }

    // The lexer takes letters of any alphabet.
    private static bool StartsName(char c) => char.IsLetter(c) || c == '_';

    private sealed record Piece(string Literal, string? Name, string Operator, VariableText? Word)
    {
        public VariablePattern? Pattern { get; init; }
    }
}
