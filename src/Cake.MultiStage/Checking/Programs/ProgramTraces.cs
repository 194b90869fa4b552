using System.Buffers;
using System.Text;

namespace Cake.MultiStage.Checking.Programs;

/// <summary>
/// What the content of a program and of the libraries loaded with it shows of what it is going to ask for: the names of
/// functions that are linked in. A Go program carries them even when stripped, for those alone that can be reached
/// (the Go linker leaves the others out); other programs carry those that they take from libraries.
/// </summary>
internal sealed record ProgramTraces
{
    private static readonly SearchValues<byte> VersionCharacters = SearchValues.Create("0123456789."u8);

    public static ProgramTraces None { get; } = new();

    /// <summary>Gets a value indicating whether it is a Go program.</summary>
    public bool IsGo { get; init; }

    /// <summary>Gets whether it calls others by TLS, and trusts whom the system trusts.</summary>
    public Likelihood TrustsSystemCertificates { get; init; }

    /// <summary>Gets a value indicating whether it asks for time zones by their names.</summary>
    public bool LoadsTimeZones { get; init; }

    /// <summary>Gets a value indicating whether it carries the time zones itself.</summary>
    public bool HasTimeZones { get; init; }

    /// <summary>Gets a value indicating whether it makes temporary files.</summary>
    public bool MakesTemporaryFiles { get; init; }

    /// <summary>Gets a value indicating whether it has glibc resolve names of hosts.</summary>
    public bool ResolvesNames { get; init; }

    /// <summary>Gets the version of glibc, where that is among the libraries.</summary>
    public Version? Glibc { get; init; }

    public static ProgramTraces Read(string name, ReadOnlySpan<byte> content) =>
        Has(content, " Go buildinf:"u8) ? OfGo(content) : OfLibrary(name, content);

    /// <summary>Adds what a library shows. That a library makes temporary files says little of the program.</summary>
    public ProgramTraces And(ProgramTraces library) => this with
    {
        TrustsSystemCertificates = TrustsSystemCertificates == Likelihood.No && library.TrustsSystemCertificates != Likelihood.No ? Likelihood.Possible : TrustsSystemCertificates,
        ResolvesNames = ResolvesNames || library.ResolvesNames,
        Glibc = Glibc ?? library.Glibc,
    };

    private static ProgramTraces OfGo(ReadOnlySpan<byte> content) => new()
    {
        IsGo = true,
        // A server has the handshake of clients too, but nothing that dials.
        TrustsSystemCertificates =
            !(Has(content, "\0net/http.(*Transport).dialConn\0"u8) || Has(content, "\0crypto/tls.dial\0"u8)) || Has(content, "golang.org/x/crypto/x509roots/fallback."u8) ? Likelihood.No
            : NamesSecureAddress(content) ? Likelihood.Likely
            : Likelihood.Possible,
        LoadsTimeZones = Has(content, "\0time.LoadLocation\0"u8),
        HasTimeZones = Has(content, "time/tzdata.loadFromEmbeddedTZData\0"u8),
        MakesTemporaryFiles = Has(content, "\0os.CreateTemp\0"u8) || Has(content, "\0os.MkdirTemp\0"u8),
        ResolvesNames = Has(content, "\0getaddrinfo\0"u8),
    };

    private static ProgramTraces OfLibrary(string name, ReadOnlySpan<byte> content)
    {
        if (name.StartsWith("libc.so", StringComparison.Ordinal))
        {
            return new ProgramTraces { Glibc = GlibcVersion(content) };
        }

        return new ProgramTraces
        {
            // Node.js brings its own certificates.
            TrustsSystemCertificates = name != "node" && !name.StartsWith("libssl.", StringComparison.Ordinal) && Has(content, "\0SSL_CTX_set_default_verify_paths\0"u8) ? Likelihood.Likely : Likelihood.No,
            MakesTemporaryFiles = Has(content, "\0mkstemp\0"u8) || Has(content, "\0mkstemp64\0"u8) || Has(content, "\0mkdtemp\0"u8) || Has(content, "\0tmpfile64\0"u8),
            ResolvesNames = Has(content, "\0getaddrinfo\0"u8) || Has(content, "\0gethostbyname\0"u8),
        };
    }

    /// <summary>Says whether there is an https address in a Go program that is not one of Go's own messages.</summary>
    private static bool NamesSecureAddress(ReadOnlySpan<byte> content)
    {
        var scheme = "https://"u8;
        for (var at = content.IndexOf(scheme); at >= 0; at = content.IndexOf(scheme))
        {
            content = content[(at + scheme.Length)..];
            if (!content.IsEmpty && char.IsAsciiLetterOrDigit((char)content[0]) && !content.StartsWith("go.dev/"u8))
            {
                return true;
            }
        }

        return false;
    }

    private static Version? GlibcVersion(ReadOnlySpan<byte> content)
    {
        var mark = " release version "u8;
        var at = content.IndexOf(mark);
        var rest = at < 0 ? [] : content[(at + mark.Length)..];
        var end = rest.IndexOfAnyExcept(VersionCharacters);
        return end > 0 && Version.TryParse(Encoding.ASCII.GetString(rest[..end]).TrimEnd('.'), out var version) ? version : null;
    }

    private static bool Has(ReadOnlySpan<byte> content, ReadOnlySpan<byte> text) => content.IndexOf(text) >= 0;
}

/// <summary>How sure a trace is.</summary>
internal enum Likelihood
{
    /// <summary>There is none.</summary>
    No,

    /// <summary>The program may come to it.</summary>
    Possible,

    /// <summary>It is what the program is for.</summary>
    Likely,
}
