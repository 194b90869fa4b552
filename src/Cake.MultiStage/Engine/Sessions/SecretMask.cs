using System.Text;

namespace Cake.MultiStage.Engine.Sessions;

/// <summary>Takes the values of secrets out of what is shown, also when a step prints them.</summary>
internal sealed class SecretMask
{
    private const string Shown = "***";

    // Shorter pieces would blot out half the log and give away more than they hide.
    private const int ShortestPiece = 4;

    private readonly string[] _pieces;

    public SecretMask(IEnumerable<ReadOnlyMemory<byte>> secrets) =>
        _pieces = [.. secrets.SelectMany(Pieces).Distinct(StringComparer.Ordinal).OrderByDescending(piece => piece.Length)];

    public string Apply(string text)
    {
        foreach (var piece in _pieces)
        {
            text = text.Replace(piece, Shown, StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>A secret of several lines is printed a line at a time; one with a line end is mostly used without.</summary>
    private static IEnumerable<string> Pieces(ReadOnlyMemory<byte> secret) =>
        Encoding.UTF8.GetString(secret.Span).Split('\n', StringSplitOptions.TrimEntries).Where(line => line.Length >= ShortestPiece);
}
