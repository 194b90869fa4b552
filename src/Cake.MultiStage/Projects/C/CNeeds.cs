using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.C;

/// <summary>What a project's build looks for on the system: which packages have it, and whether it can be linked statically.</summary>
/// <param name="Packages">The packages of Debian, beyond the compiler's image.</param>
/// <param name="Shared">The libraries that are linked dynamically, as far as is known.</param>
internal sealed partial record CNeeds(IReadOnlyList<string> Packages, IReadOnlyList<string> Shared)
{
    private static readonly string[] Callers = ["curl", "libcurl", "openssl", "libssl", "gnutls", "mbedtls", "libwebsockets"];

    /// <summary>Gets a value indicating whether the program may call others by TLS.</summary>
    public bool CallsByTls { get; private init; }

    /// <summary>Gets a value indicating whether it makes shared libraries itself, which the program may load when it runs.</summary>
    public bool MakesLibraries { get; private init; }

    /// <summary>Gets what the build cannot do without and no package is known for.</summary>
    public IReadOnlyList<string> Unknown { get; private init; } = [];

    /// <summary>Gets a value indicating whether libraries of the system are looked for.</summary>
    public bool HasLibraries { get; private init; }

    /// <summary>Gets a value indicating whether a Makefile calls a compiler by its name, so that none can be given.</summary>
    public bool NamesCompiler { get; private init; }

    /// <summary>
    /// Gets a value indicating whether building runs programs that it has made, or asks which processor it runs on: neither has the right
    /// answer where it is built for another one.
    /// </summary>
    public bool RunsPrograms { get; private init; }

    /// <summary>Programs that write sources, which the compiler's image lacks.</summary>
    private static readonly Dictionary<string, string[]> Tools = new(StringComparer.Ordinal)
    {
        ["bison"] = ["bison"], ["yacc"] = ["bison"], ["byacc"] = ["bison"], ["flex"] = ["flex", "libfl-dev"],
        ["lex"] = ["flex", "libfl-dev"], ["ac_prog_yacc"] = ["bison"], ["ac_prog_lex"] = ["flex", "libfl-dev"],
        ["am_prog_lex"] = ["flex", "libfl-dev"], ["gperf"] = ["gperf"], ["nasm"] = ["nasm"], ["yasm"] = ["yasm"], ["xxd"] = ["xxd"],
        ["ragel"] = ["ragel"], ["re2c"] = ["re2c"], ["protoc"] = ["protobuf-compiler"],
        ["help2man"] = ["help2man"], ["makeinfo"] = ["texinfo"],
    };

    /// <summary>What is looked for, in lower case; no packages where the compiler's image has it.</summary>
    private static readonly Dictionary<string, (string[] Packages, bool IsShared)> Table = new(StringComparer.Ordinal)
    {
        ["boost"] = (["libboost-all-dev"], false), ["fmt"] = (["libfmt-dev"], false), ["spdlog"] = (["libspdlog-dev", "libfmt-dev"], false),
        ["nlohmann_json"] = (["nlohmann-json3-dev"], false), ["eigen3"] = (["libeigen3-dev"], false), ["gtest"] = (["libgtest-dev"], false),
        ["cli11"] = (["libcli11-dev"], false), ["catch2"] = (["catch2"], false), ["zlib"] = ([], false), ["bzip2"] = ([], false),
        ["openssl"] = ([], false), ["libssl"] = ([], false), ["libcrypto"] = ([], false), ["liblzma"] = ([], false),
        ["sqlite3"] = ([], false), ["libevent"] = ([], false), ["yaml-cpp"] = (["libyaml-cpp-dev"], false),
        ["libuv"] = (["libuv1-dev"], false), ["jansson"] = (["libjansson-dev"], false), ["zstd"] = (["libzstd-dev"], false),
        ["libzstd"] = (["libzstd-dev"], false), ["hiredis"] = (["libhiredis-dev"], false),
        ["protobuf"] = (["libprotobuf-dev", "protobuf-compiler"], false), ["ncurses"] = ([], false), ["curses"] = ([], false),
        ["readline"] = ([], false), ["curl"] = ([], true), ["libcurl"] = ([], true), ["postgresql"] = ([], true), ["libpq"] = ([], true),
        ["mysql"] = ([], true), ["glib-2.0"] = ([], true), ["gio-2.0"] = ([], true), ["libxml-2.0"] = ([], true), ["libxml2"] = ([], true),
        ["grpc"] = (["libgrpc++-dev", "protobuf-compiler-grpc"], true), ["opencv"] = (["libopencv-dev"], true),
        ["sdl2"] = (["libsdl2-dev"], true), ["glfw3"] = (["libglfw3-dev"], true), ["opengl"] = (["libgl-dev"], true),
        ["gtk+-3.0"] = (["libgtk-3-dev"], true), ["gtk4"] = (["libgtk-4-dev"], true), ["qt5"] = (["qtbase5-dev"], true),
        ["qt6"] = (["qt6-base-dev"], true), ["libsystemd"] = (["libsystemd-dev"], true), ["libmicrohttpd"] = (["libmicrohttpd-dev"], true),
        ["alsa"] = (["libasound2-dev"], true), ["libpcap"] = (["libpcap-dev"], true), ["libssh2"] = (["libssh2-1-dev"], true),
        ["libwebsockets"] = (["libwebsockets-dev", "libuv1-dev", "libcap-dev"], true), ["json-c"] = (["libjson-c-dev"], false),
        ["mbedtls"] = (["libmbedtls-dev"], false), ["uv"] = (["libuv1-dev"], false), ["lz4"] = (["liblz4-dev"], false),
        ["liblz4"] = (["liblz4-dev"], false), ["libarchive"] = (["libarchive-dev"], true), ["gnutls"] = (["libgnutls28-dev"], true),
        ["libgit2"] = (["libgit2-dev"], true), ["pcre2"] = (["libpcre2-dev"], false), ["libpcre2-8"] = (["libpcre2-dev"], false),
        ["expat"] = ([], false), ["cjson"] = (["libcjson-dev"], false), ["yaml-0.1"] = (["libyaml-dev"], false),
        ["nghttp2"] = (["libnghttp2-dev"], true), ["libnghttp2"] = (["libnghttp2-dev"], true), ["onig"] = (["libonig-dev"], false),
        ["oniguruma"] = (["libonig-dev"], false), ["libssh"] = (["libssh-dev"], true), ["uuid"] = (["uuid-dev"], false),
        ["libcap"] = (["libcap-dev"], false), ["absl"] = (["libabsl-dev"], false), ["re2"] = (["libre2-dev"], false),
        ["gflags"] = (["libgflags-dev"], false), ["glog"] = (["libgoogle-glog-dev"], false), ["rapidjson"] = (["rapidjson-dev"], false),
        ["jsoncpp"] = (["libjsoncpp-dev"], false), ["libjsoncpp"] = (["libjsoncpp-dev"], false), ["cxxopts"] = (["libcxxopts-dev"], false),
        ["tbb"] = (["libtbb-dev"], true), ["benchmark"] = (["libbenchmark-dev"], false), ["asio"] = (["libasio-dev"], false),
        ["libsodium"] = (["libsodium-dev"], false), ["lua"] = (["liblua5.4-dev"], false), ["gthread-2.0"] = ([], true),
        ["fuse3"] = (["libfuse3-dev"], true), ["fuse"] = (["libfuse-dev"], true), ["libpcre"] = (["libpcre2-dev"], false),
        ["luajit"] = (["libluajit-5.1-dev"], false), ["libpng"] = ([], false), ["libjpeg"] = ([], false), ["libwebp"] = ([], false),
        ["libsasl2"] = (["libsasl2-dev"], true), ["ldap"] = (["libldap-dev"], true), ["libmaxminddb"] = (["libmaxminddb-dev"], false),
        ["libevent_openssl"] = ([], false), ["libevent_core"] = ([], false), ["event"] = ([], false), ["ncursesw"] = ([], false),
        ["libnl-3.0"] = (["libnl-3-dev"], true), ["libudev"] = (["libudev-dev"], true), ["libusb-1.0"] = (["libusb-1.0-0-dev"], true),
        ["dbus-1"] = (["libdbus-1-dev"], true), ["libcares"] = (["libc-ares-dev"], false), ["popt"] = (["libpopt-dev"], false),
        ["xxhash"] = (["libxxhash-dev"], false), ["libxxhash"] = (["libxxhash-dev"], false), ["msgpack-c"] = (["libmsgpack-dev"], false),
    };

    /// <summary>Reads what the build's files look for.</summary>
    public static CNeeds Of(ProjectFolder folder, CBuild build)
    {
        string[] patterns = build.Kind switch
        {
            CBuildKind.CMake => ["CMakeLists.txt", "*.cmake"],
            CBuildKind.Meson => ["meson.build"],
            CBuildKind.Autotools => ["configure.ac", "configure.in"],
            _ => [],
        };
        var text = string.Concat(folder.Find(patterns).Select(folder.Read));
        string[] names =
        [
            .. Looks().Matches(text).Concat(Finds().Matches(text))
                .SelectMany(match => match.Groups["name"].Captures.Select(capture => capture.Value.ToLowerInvariant()))
                .Distinct(StringComparer.Ordinal),
        ];
        var found = names
            .Select(name => (Name: name, Row: Table.TryGetValue(name, out var row) ? row : default))
            .Where(one => one.Row.Packages is not null)
            .ToList();
        string[] tools = [.. ToolNames().Matches(text).Select(match => match.Groups["name"].Value.ToLowerInvariant()).Concat(names)
            .SelectMany(name => Tools.GetValueOrDefault(name) ?? []).Distinct(StringComparer.Ordinal)];
        string[] shared = [.. found.Where(one => one.Row.IsShared)
            .Select(one => one.Name)
            .Concat(MakesShared().IsMatch(text) ? ["a shared library of its own"] : Array.Empty<string>())];
        string[] unknown = [.. Required().Matches(text).Select(match => match.Groups["name"].Value)
            .Where(name => !Table.ContainsKey(name.ToLowerInvariant()) && !OfCMake.Contains(name)
                && folder.Find($"Find{name}.cmake", $"{name}Config.cmake").Count == 0)
            .Distinct(StringComparer.Ordinal)];
        string[] packages = [.. found.SelectMany(one => one.Row.Packages).Concat(tools)];
        return new CNeeds([.. packages.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], shared)
        {
            CallsByTls = Array.Exists(Callers, name => names.Contains(name, StringComparer.Ordinal)),
            MakesLibraries = MakesShared().IsMatch(text),
            Unknown = unknown,
            NamesCompiler = Compiler().IsMatch(MakefilesOf(folder, build)),
            RunsPrograms = Runs().IsMatch(text),
            HasLibraries = shared.Length > 0 || Linked().IsMatch(MakefilesOf(folder, build))
                || names.Any(name => !OfCompiler.Contains(name) && !OfCMake.Contains(name) && !Tools.ContainsKey(name)),
        };
    }

    /// <summary>What comes with the compiler, for whatever processor.</summary>
    private static readonly HashSet<string> OfCompiler = new(StringComparer.OrdinalIgnoreCase)
    {
        "c", "m", "pthread", "dl", "rt", "util", "resolv", "anl", "crypt", "atomic", "threads", "git", "pkgconfig", "python",
        "python3", "perl",
    };

    private static string MakefilesOf(ProjectFolder folder, CBuild build) => build.Kind != CBuildKind.Make ? ""
        : string.Join('\n', folder.Find("Makefile", "makefile", "GNUmakefile", "*.mk").Select(folder.Read));

    /// <summary>Modules that CMake has itself, and what belongs to the compiler.</summary>
    private static readonly HashSet<string> OfCMake = new(StringComparer.Ordinal)
    {
        "Threads", "Git", "PkgConfig", "Python", "Python3", "Perl", "Doxygen", "BISON", "FLEX", "OpenMP", "Backtrace", "Sanitizers", "Java",
        "CMake", "Iconv", "Intl", "Gettext", "LATEX", "SWIG", "MPI", "PythonInterp",
    };

    [GeneratedRegex(@"\bfind_package\s*\(\s*(?<name>[A-Za-z0-9_+.-]+)[^)]*\bREQUIRED\b",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Required();

    [GeneratedRegex(@"\b(find_library\s*\(\s*[\w.-]+\s+(NAMES\s+)?|AC_CHECK_LIB\s*\(\s*\[?|find_path\s*\(\s*)(?<name>[A-Za-z0-9_+.-]+)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Finds();

    [GeneratedRegex(
        @"\bfind_package\s*\(\s*(?<name>[A-Za-z0-9_+.-]+)"
        + @"|\bpkg_(check|search)_modules?\s*\(\s*\w+(\s+(REQUIRED|QUIET|IMPORTED_TARGET|GLOBAL"
        + @"|(?<name>[a-z][A-Za-z0-9_+.-]*)([<>=]+[0-9.]+)?))+"
        + @"|\bdependency\s*\(\s*'(?<name>[^']+)'|\bPKG_CHECK_MODULES\s*\(\s*\[?\w+\]?\s*,\s*\[?(?<name>[A-Za-z0-9_+.-]+)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Looks();

    [GeneratedRegex(@"\b(AC_(CHECK|PATH)_PROGS?\s*\(\s*\[?\w+\]?\s*,\s*\[?|find_program\s*\(\s*(\w+\s+(NAMES\s+)?|'))"
        + @"(?<name>[A-Za-z0-9_+.-]+)|^\s*(?<name>(AC|AM)_PROG_(YACC|LEX))\b",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ToolNames();

    [GeneratedRegex(@"\bpkg-config\b|(?<=[\s=])-l(?!(c|m|pthread|dl|rt|util|stdc\+\+|gcc|atomic)\b)[A-Za-z]",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Linked();

    // CMake's and autoconf's words for it; autoconf's checks of malloc guess the worst where they can't run.
    [GeneratedRegex(@"\btry_run\b|_source_runs\b|\bCMAKE_(HOST_)?SYSTEM_PROCESSOR\b|\badd_custom_command\b|\bAC_(RUN_IFELSE|TRY_RUN)\b"
        + @"|\bAC_FUNC_(MALLOC|REALLOC|MKTIME|FORK)\b",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Runs();

    // CC and CXX are given to make, other variables and what a rule itself calls are not.
    [GeneratedRegex(@"^(\t[-@+]*[ ]*|[ ]*(?!(CC|CXX)\b)\w+[ \t]*[:?]*=[ \t]*)(gcc|g\+\+|cc|c\+\+|clang|clang\+\+)(-[0-9.]+)?(?=\s|\z)",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Compiler();

    [GeneratedRegex(@"\badd_library\s*\(\s*\S+\s+(?:SHARED|MODULE)\b|\bshared_library\s*\(",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex MakesShared();
}
