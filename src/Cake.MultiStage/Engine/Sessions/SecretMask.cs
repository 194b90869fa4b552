using System.Buffers;
using System.Text;

namespace Cake.MultiStage.Engine.Sessions;

/// <summary>
/// Takes the values of secrets out of what is shown, also when a step prints them, as they are or in one of the ways in
/// which programs write values (see <see cref="SecretForms"/>).
/// </summary>
internal sealed class SecretMask
{
    /// <summary>What stands for a secret.</summary>
    public const string Replacement = "***";


    // Shorter pieces would blot out half the log and give away more than they hide.
    private const int ShortestPiece = 4;

    // Texts are searched for the beginnings of pieces, so that a secret of any length costs the same.
    private const int LongestBeginning = 24;

    // A file of more lines is masked line by line as it is; its lines' other forms would be more than all the log.
    private const int MostLines = 200;
    private const int LongestEncoded = 64 * 1024;

    private readonly SearchValues<string> _beginnings;
    private readonly ILookup<string, string> _pieces;

    public SecretMask(IEnumerable<ReadOnlyMemory<byte>> secrets)
    {
        var pieces = secrets.SelectMany(Pieces).Where(piece => piece.Length >= ShortestPiece).Distinct(StringComparer.Ordinal);
        _pieces = pieces.OrderByDescending(piece => piece.Length).ToLookup(Beginning, StringComparer.Ordinal);
        _beginnings = SearchValues.Create([.. _pieces.Select(piece => piece.Key)], StringComparison.Ordinal);
    }

    /// <summary>Masks a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isCut">Whether the text goes on where it is not shown: then a secret's beginning at its end is masked too.</param>
    public string Apply(string text, bool isCut = false)
    {
        if (!text.AsSpan().ContainsAny(_beginnings) && !isCut)
        {
            return text;
        }

        var masked = new StringBuilder();
        var (written, from, to) = (0, 0, 0);
        for (var at = 0; Next(text, at, isCut) is var (start, length); at = start + 1)
        {
            // Secrets that overlap are masked as one.
            if (start > to || to == 0)
            {
                Write();
                from = start;
            }

            to = Math.Max(to, start + length);
        }

        Write();
        return masked.Append(text, written, text.Length - written).ToString();

        void Write()
        {
            if (to > from)
            {
                masked.Append(text, written, from - written).Append(Replacement);
                written = to;
            }
        }
    }

    /// <summary>Gets the next place where a piece stands, and the longest piece that stands there.</summary>
    private (int Start, int Length)? Next(string text, int at, bool isCut)
    {
        while (at < text.Length)
        {
            var found = text.AsSpan(at).IndexOfAny(_beginnings);
            var end = found < 0 ? text.Length : at + found;
            if (isCut && CutPiece(text, at, end) is { } cut)
            {
                return cut;
            }

            if (found < 0)
            {
                return null;
            }

            at = end;
            var length = LengthAt(text.AsSpan(at), isCut);
            if (length > 0)
            {
                return (at, length);
            }

            at++;
        }

        return null;
    }

    private int LengthAt(ReadOnlySpan<char> text, bool isCut)
    {
        var longest = 0;
        for (var length = ShortestPiece; length <= Math.Min(LongestBeginning, text.Length); length++)
        {
            foreach (var piece in _pieces[text[..length].ToString()])
            {
                if (text.StartsWith(piece, StringComparison.Ordinal))
                {
                    longest = Math.Max(longest, piece.Length);
                    break;
                }

                if (isCut && text.Length < piece.Length && piece.AsSpan().StartsWith(text, StringComparison.Ordinal))
                {
                    return text.Length;
                }
            }
        }

        return longest;
    }

    /// <summary>Finds at a cut text's end the beginning of a piece that is too short for <see cref="LengthAt"/> to see.</summary>
    private (int Start, int Length)? CutPiece(string text, int from, int to)
    {
        for (var start = Math.Max(from, text.Length - LongestBeginning + 1); start < to && text.Length - start >= ShortestPiece; start++)
        {
            var rest = text.AsSpan(start).ToString();
            if (_pieces.Any(pieces => pieces.Key.StartsWith(rest, StringComparison.Ordinal)))
            {
                return (start, rest.Length);
            }
        }

        return null;
    }

    private static string Beginning(string piece) => piece[..Math.Min(piece.Length, LongestBeginning)];

    /// <summary>A secret of several lines is printed a line at a time; one with a line end is mostly used without.</summary>
    private static IEnumerable<string> Pieces(ReadOnlyMemory<byte> secret)
    {
        var lines = Encoding.UTF8.GetString(secret.Span).Split('\n', StringSplitOptions.TrimEntries)
            .Where(line => line.Length >= ShortestPiece).ToList();
        var forms = lines.Count <= MostLines ? lines.Where(line => line.Length <= LongestEncoded)
            .SelectMany(line => SecretForms.Of(Encoding.UTF8.GetBytes(line))) : [];
        var whole = lines.Count > 1 && secret.Length <= LongestEncoded ? SecretForms.Of(secret.Span) : [];
        return [.. lines, .. forms, .. whole];
    }
}
