namespace Cake.MultiStage.Checking.Programs;

/// <summary>
/// What the content of a program and of the libraries loaded with it shows of what it is going to ask for: the names of
/// functions that are linked in. A Go program carries them even when stripped, for those alone that can be reached
/// (the Go linker leaves the others out); other programs carry those that they take from libraries.
/// </summary>
internal sealed record ProgramTraces
{
    public static ProgramTraces None { get; } = new();

    /// <summary>Gets a value indicating whether it is a Go program.</summary>
    public bool IsGo { get; init; }

    /// <summary>
    /// Gets a value indicating whether it is a .NET program in a single file: compiled ahead of time, or bundled with its runtime.
    /// </summary>
    public bool IsDotNet { get; init; }

    /// <summary>Gets a value indicating whether it loads ICU's libraries by their names, as .NET does that knows cultures.</summary>
    public bool LoadsIcu { get; init; }

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

    /// <summary>Reads what a scan of a program or library has found.</summary>
    public static ProgramTraces Of(string name, TraceScan scan) => scan.Has(Trace.GoBuildInfo) ? OfGo(scan) : OfLibrary(name, scan);

    /// <summary>Adds what a library shows. That a library makes temporary files says little of the program.</summary>
    public ProgramTraces And(ProgramTraces library) => this with
    {
        TrustsSystemCertificates = TrustsSystemCertificates == Likelihood.No && library.TrustsSystemCertificates != Likelihood.No
            ? Likelihood.Possible
            : TrustsSystemCertificates,
        ResolvesNames = ResolvesNames || library.ResolvesNames,
        Glibc = Glibc ?? library.Glibc,
    };

    private static ProgramTraces OfGo(TraceScan scan) => new()
    {
        IsGo = true,
        // A server has the handshake of clients too, but nothing that dials.
        TrustsSystemCertificates =
            !(scan.Has(Trace.GoHttpDial) || scan.Has(Trace.GoTlsDial)) || scan.Has(Trace.GoFallbackRoots) ? Likelihood.No
            : scan.NamesSecureAddress ? Likelihood.Likely
            : Likelihood.Possible,
        LoadsTimeZones = scan.Has(Trace.GoLoadLocation),
        HasTimeZones = scan.Has(Trace.GoTimeZones),
        MakesTemporaryFiles = scan.Has(Trace.GoCreateTemp) || scan.Has(Trace.GoMkdirTemp),
        ResolvesNames = scan.Has(Trace.GetAddressInfo),
    };

    private static ProgramTraces OfLibrary(string name, TraceScan scan)
    {
        if (name.StartsWith("libc.so", StringComparison.Ordinal))
        {
            return new ProgramTraces { Glibc = scan.Glibc };
        }

        var isDotNet = scan.Has(Trace.DotNetCoreLibrary) && (scan.Has(Trace.DotNetNative) || scan.Has(Trace.DotNetBundle));
        return new ProgramTraces
        {
            IsDotNet = isDotNet,
            LoadsIcu = isDotNet && scan.Has(Trace.Icu) && !scan.Has(Trace.DotNetInvariant) && !scan.Has(Trace.DotNetInvariantCompact),
            // Node.js brings its own certificates.
            TrustsSystemCertificates = name != "node"
                && !name.StartsWith("libssl.", StringComparison.Ordinal)
                && scan.Has(Trace.OpenSslDefaultPaths) ? Likelihood.Likely : Likelihood.No,
            MakesTemporaryFiles = scan.Has(Trace.MakeTemp)
                || scan.Has(Trace.MakeTemp64)
                || scan.Has(Trace.MakeTempFolder)
                || scan.Has(Trace.TempFile64),
            ResolvesNames = scan.Has(Trace.GetAddressInfo) || scan.Has(Trace.GetHostByName),
        };
    }
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
