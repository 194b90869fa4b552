using System.Diagnostics.CodeAnalysis;

namespace Cake.MultiStage.Images;

/// <summary>
/// A content digest such as <c>sha256:4bc4…</c>, the identity of an image, a layer or a manifest.
/// </summary>
/// <remarks>
/// The grammar is that of the OCI image specification, section "Digests":
/// <c>algorithm ":" encoded</c>; for <c>sha256</c> and <c>sha512</c> the encoded part is lower-case hexadecimal of
/// exactly 64 or 128 characters.
/// </remarks>
public sealed record Digest
{
    private Digest(string algorithm, string encoded)
    {
        Algorithm = algorithm;
        Encoded = encoded;
    }

    /// <summary>Gets the algorithm, such as <c>sha256</c>.</summary>
    public string Algorithm { get; }

    /// <summary>Gets the encoded hash, lower-case hexadecimal for the registered algorithms.</summary>
    public string Encoded { get; }

    /// <summary>Gets the first twelve characters of the encoded hash, as the Docker CLI shows them.</summary>
    public string Abbreviated => Encoded.Length <= 12 ? Encoded : Encoded[..12];

    /// <summary>Reads a digest.</summary>
    /// <param name="text">The text, such as <c>sha256:4bc4…</c>.</param>
    /// <returns>The digest.</returns>
    /// <exception cref="MultiStageException">The text is not a valid digest.</exception>
    public static Digest Parse(string text) =>
        TryParse(text, out var digest)
            ? digest
            : throw new MultiStageException(
                $"'{text}' is not a valid digest: expected an algorithm, a colon and the hash, such as 'sha256:' and 64 lower-case "
                    + "hexadecimal "
                    + "digits.");

    /// <summary>Reads a digest if the text is one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="digest">The digest, or <see langword="null"/>.</param>
    /// <returns>Whether the text is a digest.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Digest? digest)
    {
        digest = null;
        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (colon <= 0)
        {
            return false;
        }

        var (algorithm, encoded) = (text![..colon], text[(colon + 1)..]);
        if (!IsAlgorithm(algorithm) || !IsEncoded(algorithm, encoded))
        {
            return false;
        }

        digest = new Digest(algorithm, encoded);
        return true;
    }

    /// <summary>Returns the text form, <c>algorithm:encoded</c>.</summary>
    /// <returns>The text form.</returns>
    public override string ToString() => $"{Algorithm}:{Encoded}";

    private static bool IsAlgorithm(string text) =>
        text.Split('+', '.', '_', '-').All(part => part.Length > 0 && part.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)));

    private static bool IsEncoded(string algorithm, string text) => algorithm switch
    {
        "sha256" => text.Length == 64 && text.All(char.IsAsciiHexDigitLower),
        "sha512" => text.Length == 128 && text.All(char.IsAsciiHexDigitLower),
        _ => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '=' or '_' or '-'),
    };
}
