using System.Buffers;
using System.Text;

namespace Cake.MultiStage.Checking.Programs;

/// <summary>Texts in programs that tell what they are going to ask for.</summary>
internal enum Trace
{
    GoBuildInfo,
    GoHttpDial,
    GoTlsDial,
    GoFallbackRoots,
    GoLoadLocation,
    GoTimeZones,
    GoCreateTemp,
    GoMkdirTemp,
    GetAddressInfo,
    GetHostByName,
    OpenSslDefaultPaths,
    MakeTemp,
    MakeTemp64,
    MakeTempFolder,
    TempFile64,
    Icu,
    DotNetCoreLibrary,
    DotNetNative,
    DotNetBundle,
    DotNetInvariant,
    DotNetInvariantCompact,
    DotNetFindTimeZone,
}

/// <summary>Looks for traces in a program that comes in pieces, none of which is kept.</summary>
internal sealed class TraceScan
{
    // More than the longest text, and than an address or a version needs behind its mark.
    private const int Overlap = 128;

    private static readonly SearchValues<byte> VersionCharacters = SearchValues.Create("0123456789."u8);

    private static readonly (Trace Trace, byte[] Text)[] Texts =
    [
        (Trace.GoBuildInfo, " Go buildinf:"u8.ToArray()),
        (Trace.GoHttpDial, "\0net/http.(*Transport).dialConn\0"u8.ToArray()),
        (Trace.GoTlsDial, "\0crypto/tls.dial\0"u8.ToArray()),
        (Trace.GoFallbackRoots, "golang.org/x/crypto/x509roots/fallback."u8.ToArray()),
        (Trace.GoLoadLocation, "\0time.LoadLocation\0"u8.ToArray()),
        (Trace.GoTimeZones, "time/tzdata.loadFromEmbeddedTZData\0"u8.ToArray()),
        (Trace.GoCreateTemp, "\0os.CreateTemp\0"u8.ToArray()),
        (Trace.GoMkdirTemp, "\0os.MkdirTemp\0"u8.ToArray()),
        (Trace.GetAddressInfo, "\0getaddrinfo\0"u8.ToArray()),
        (Trace.GetHostByName, "\0gethostbyname\0"u8.ToArray()),
        (Trace.OpenSslDefaultPaths, "\0SSL_CTX_set_default_verify_paths\0"u8.ToArray()),
        (Trace.MakeTemp, "\0mkstemp\0"u8.ToArray()),
        (Trace.MakeTemp64, "\0mkstemp64\0"u8.ToArray()),
        (Trace.MakeTempFolder, "\0mkdtemp\0"u8.ToArray()),
        (Trace.TempFile64, "\0tmpfile64\0"u8.ToArray()),
        (Trace.Icu, "libicuuc.so"u8.ToArray()),
        (Trace.DotNetCoreLibrary, "System.Private.CoreLib"u8.ToArray()),
        (Trace.DotNetNative, "\0__modules"u8.ToArray()),
        (Trace.DotNetBundle, "includedFrameworks"u8.ToArray()),
        (Trace.DotNetInvariant, "\"System.Globalization.Invariant\": true"u8.ToArray()),
        (Trace.DotNetInvariantCompact, "\"System.Globalization.Invariant\":true"u8.ToArray()),
        (Trace.DotNetFindTimeZone, "\0FindSystemTimeZoneById\0"u8.ToArray()),
    ];

    private readonly bool[] _found = new bool[Texts.Length];
    private readonly byte[] _seam = new byte[2 * Overlap];
    private int _carried;

    /// <summary>Gets a value indicating whether there is an https address that is not one of Go's own messages.</summary>
    public bool NamesSecureAddress { get; private set; }

    /// <summary>Gets the version that glibc says it has.</summary>
    public Version? Glibc { get; private set; }

    public bool Has(Trace trace) => _found[(int)trace];

    /// <summary>Looks at the next piece; what stands across two is found too.</summary>
    public void Add(ReadOnlySpan<byte> piece)
    {
        var head = piece[..Math.Min(piece.Length, Overlap)];
        head.CopyTo(_seam.AsSpan(_carried));
        var seam = _seam.AsSpan(0, _carried + head.Length);
        Look(seam);
        Look(piece);
        var end = piece.Length >= Overlap ? piece : seam;
        end = end[Math.Max(0, end.Length - Overlap)..];
        end.CopyTo(_seam);
        _carried = end.Length;
    }

    private void Look(ReadOnlySpan<byte> bytes)
    {
        foreach (var (trace, text) in Texts)
        {
            _found[(int)trace] = _found[(int)trace] || bytes.IndexOf(text) >= 0;
        }

        NamesSecureAddress = NamesSecureAddress || HasSecureAddress(bytes);
        Glibc ??= GlibcVersion(bytes);
    }

    private static bool HasSecureAddress(ReadOnlySpan<byte> content)
    {
        const int LongestOfGo = 7;
        var scheme = "https://"u8;
        for (var at = content.IndexOf(scheme); at >= 0; at = content.IndexOf(scheme))
        {
            content = content[(at + scheme.Length)..];
            // What is cut off here is whole in the seam of two pieces.
            if (content.Length >= LongestOfGo && char.IsAsciiLetterOrDigit((char)content[0]) && !content.StartsWith("go.dev/"u8))
            {
                return true;
            }
        }

        return false;
    }

    private static Version? GlibcVersion(ReadOnlySpan<byte> content)
    {
        const int LongestVersion = 16;
        var mark = " release version "u8;
        var at = content.IndexOf(mark);
        var rest = at < 0 ? [] : content[(at + mark.Length)..];
        var end = rest.IndexOfAnyExcept(VersionCharacters);
        return end is > 0 and <= LongestVersion && Version.TryParse(Encoding.ASCII.GetString(rest[..end]).TrimEnd('.'), out var version)
            ? version
            : null;
    }
}
