using System.Runtime.InteropServices;
using System.Text;

namespace Cake.MultiStage.Measuring.Packages;

/// <summary>
/// Finds the modules that Go's linker writes into a program since Go 1.18 (Go, package <c>debug/buildinfo</c>): 14 bytes that mark the
/// place, the size of a pointer, flags, and at offset 32 two texts with their lengths before them, the version of Go and the modules.
/// </summary>
internal sealed class GoBuildInfo : IFileScan
{
    private const int HeaderLength = 32;
    private const int LargestInfo = 4 << 20;
    private const int Frame = 16;
    private const byte HasTexts = 2;

    private static readonly byte[] Magic = [0xff, .. " Go buildinf:"u8];

    private readonly List<byte> _info = [];
    private byte[] _kept = [];

    public void Add(ReadOnlySpan<byte> piece)
    {
        if (_info.Count > 0)
        {
            _info.AddRange(piece[..Math.Min(piece.Length, LargestInfo - _info.Count)]);
            return;
        }

        ReadOnlySpan<byte> text = _kept.Length == 0 ? piece : [.. _kept, .. piece];
        var start = 0;
        while (text[start..].IndexOf(Magic) is >= 0 and var found)
        {
            start += found;
            if (text.Length - start < HeaderLength + 4)
            {
                break;
            }

            if (IsInfo(text[start..]))
            {
                _info.AddRange(text[start..Math.Min(text.Length, start + LargestInfo)]);
                return;
            }

            start += Magic.Length;
        }

        // The mark may go on in the next piece.
        _kept = text[Math.Max(start, text.Length - HeaderLength - 4)..].ToArray();
    }

    public IReadOnlyList<ContainedPackage> Finish()
    {
        if (_info.Count == 0)
        {
            return [];
        }

        var rest = CollectionsMarshal.AsSpan(_info)[HeaderLength..];
        return Text(ref rest) is { } version && Text(ref rest) is { } modules ? [.. Packages(version, modules)] : [];
    }

    /// <summary>Tells the mark from the same bytes in a program that looks for it.</summary>
    private static bool IsInfo(ReadOnlySpan<byte> text) =>
        (text[Magic.Length + 1] & HasTexts) != 0
            && (text[(HeaderLength + 1)..].StartsWith("go"u8) || text[(HeaderLength + 1)..].StartsWith("de"u8));

    private static string? Text(ref Span<byte> rest)
    {
        var (length, shift) = (0L, 0);
        while (true)
        {
            if (rest.Length == 0 || shift > 28)
            {
                return null;
            }

            var next = rest[0];
            rest = rest[1..];
            length |= (long)(next & 0x7f) << shift;
            shift += 7;
            if (next < 0x80)
            {
                break;
            }
        }

        if (length > rest.Length)
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(rest[..(int)length]);
        rest = rest[(int)length..];
        return text;
    }

    private static IEnumerable<ContainedPackage> Packages(string version, string framed)
    {
        if (version.StartsWith("go", StringComparison.Ordinal)
            && ContainedPackage.Of(ContainedPackage.Go, "stdlib", "v" + version[2..].Split(' ')[0]) is { } library)
        {
            yield return library;
        }

        // Sixteen bytes before and after tell the runtime where the text is.
        string[]? last = null;
        using var reader = new StringReader(framed.Length > 2 * Frame ? framed[Frame..^Frame] : "");
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split('\t');
            if (fields is ["=>", ..])
            {
                last = fields;
                continue;
            }

            if (Module(last) is { } module)
            {
                yield return module;
            }

            last = fields is ["mod" or "dep", ..] ? fields : null;
        }

        if (Module(last) is { } final)
        {
            yield return final;
        }
    }

    private static ContainedPackage? Module(string[]? fields) =>
        fields is [_, var path, var version, ..]
            ? ContainedPackage.Of(ContainedPackage.Go, path, version == "(devel)" ? "" : version)
            : null;
}
