namespace Cake.MultiStage.Projects.Python;

/// <summary>What a package of PyPI needs of the system that its wheel does not bring.</summary>
/// <param name="Package">The package.</param>
/// <param name="Libraries">What it loads or starts when it runs, as packages of Debian and of Alpine Linux.</param>
internal sealed record PythonNative(string Package, (string Apt, string Apk) Libraries)
{
    /// <summary>Gets a value indicating whether it has no wheel, and so is compiled where it is installed.</summary>
    public bool IsCompiled { get; init; }

    /// <summary>
    /// Gets what compiling needs besides what Python's full image has, as packages of Debian; all that it needs on Alpine Linux.
    /// </summary>
    public (string Apt, string Apk) Headers { get; init; } = ("", "");

    /// <summary>Gets the packages that are known.</summary>
    public static IReadOnlyList<PythonNative> All =>
    [
        new("psycopg2", ("libpq5", "libpq")) { IsCompiled = true, Headers = ("", "libpq-dev") },
        new("psycopg-c", ("libpq5", "libpq")) { IsCompiled = true, Headers = ("", "libpq-dev") },
        new("psycopg", ("libpq5", "libpq")),
        new("mysqlclient", ("libmariadb3", "mariadb-connector-c")) { IsCompiled = true, Headers = ("", "mariadb-connector-c-dev") },
        new("python-ldap", ("libldap2 libsasl2-2", "libldap libsasl"))
            { IsCompiled = true, Headers = ("libldap2-dev libsasl2-dev", "openldap-dev cyrus-sasl-dev") },
        new("pycairo", ("libcairo2", "cairo")) { IsCompiled = true, Headers = ("libcairo2-dev", "cairo-dev") },
        new("pygraphviz", ("graphviz", "graphviz")) { IsCompiled = true, Headers = ("libgraphviz-dev", "graphviz-dev") },
        new("pyaudio", ("libportaudio2", "portaudio")) { IsCompiled = true, Headers = ("portaudio19-dev", "portaudio-dev") },
        new("uwsgi", ("libxml2", "libxml2")) { IsCompiled = true, Headers = ("", "linux-headers libxml2-dev") },
        new("netifaces", ("", "")) { IsCompiled = true, Headers = ("", "linux-headers") },
        new("python-magic", ("libmagic1", "libmagic")),
        new("pyzbar", ("libzbar0", "zbar")),
        new("weasyprint", ("libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core", "pango font-dejavu")),
        new("cairosvg", ("libcairo2", "cairo")),
        new("cairocffi", ("libcairo2", "cairo")),
        new("opencv-python", ("libgl1 libglib2.0-0", "mesa-gl glib")),
        new("opencv-contrib-python", ("libgl1 libglib2.0-0", "mesa-gl glib")),
        new("lightgbm", ("libgomp1", "libgomp")),
        new("pyodbc", ("unixodbc", "unixodbc")),
        new("pytesseract", ("tesseract-ocr", "tesseract-ocr")),
        new("pdf2image", ("poppler-utils", "poppler-utils")),
        new("ffmpeg-python", ("ffmpeg", "ffmpeg")),
        new("pydub", ("ffmpeg", "ffmpeg")),
        new("graphviz", ("graphviz", "graphviz")),
        new("gitpython", ("git", "git")),
    ];
}

/// <summary>What a project's packages need of the system.</summary>
/// <param name="Known">Those of its packages that need something.</param>
/// <param name="IsMusl">Whether the image is one of Alpine Linux.</param>
internal sealed record PythonNatives(IReadOnlyList<PythonNative> Known, bool IsMusl)
{
    public static PythonNatives Of(PythonSource source, bool isMusl) => new(
        [.. PythonNative.All.Where(native => source.Requires(native.Package)
            && !(native.Package == "psycopg" && source.Requires("psycopg-binary")))], isMusl);

    /// <summary>Gets a value indicating whether the builder needs a compiler.</summary>
    public bool AreCompiled => Known.Any(native => native.IsCompiled);

    /// <summary>Gets the packages of the system that the program needs when it runs.</summary>
    public IReadOnlyList<string> Libraries => [.. Known.SelectMany(native => Words(native.Libraries)).Distinct(StringComparer.Ordinal)];

    /// <summary>Gets the packages of the system that the builder needs: tests and commands of the build load the libraries, too.</summary>
    public IEnumerable<string> Builder =>
        Known.Where(native => native.IsCompiled)
            .SelectMany(native => Words(native.Headers))
            .Concat(AreCompiled && IsMusl ? ["build-base"] : [])
            .Concat(Libraries).Distinct(StringComparer.Ordinal);

    private string[] Words((string Apt, string Apk) names) =>
        (IsMusl ? names.Apk : names.Apt).Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
