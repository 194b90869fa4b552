using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.C;

/// <summary>What a project's build looks for on the system: which packages have it, and whether it can be linked statically.</summary>
/// <param name="Packages">The packages of Debian, beyond the compiler's image.</param>
/// <param name="Shared">The libraries that are linked dynamically, as far as is known.</param>
internal sealed partial record CNeeds(IReadOnlyList<string> Packages, IReadOnlyList<string> Shared)
{
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
        ["libsodium"] = (["libsodium-dev"], false), ["lua"] = (["liblua5.4-dev"], false),
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
        var found = Looks()
            .Matches(text)
            .SelectMany(match => match.Groups["name"].Captures.Select(capture => capture.Value.ToLowerInvariant()))
            .Distinct(StringComparer.Ordinal)
            .Select(name => (Name: name, Row: Table.TryGetValue(name, out var row) ? row : default))
            .Where(one => one.Row.Packages is not null)
            .ToList();
        string[] shared = [.. found.Where(one => one.Row.IsShared)
            .Select(one => one.Name)
            .Concat(MakesShared().IsMatch(text) ? ["a shared library of its own"] : Array.Empty<string>())];
        return new CNeeds([.. found.SelectMany(one => one.Row.Packages).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            shared);
    }

    [GeneratedRegex(
        @"\bfind_package\s*\(\s*(?<name>[A-Za-z0-9_+.-]+)|\bpkg_(check|search)_modules?\s*\(\s*\w+(\s+(REQUIRED|QUIET|IMPORTED_TARGET|GLOBAL|(?<name>[a-z][A-Za-z0-9_+.-]*)([<>=]+[0-9.]+)?))+"
        + @"|\bdependency\s*\(\s*'(?<name>[^']+)'|\bPKG_CHECK_MODULES\s*\(\s*\[?\w+\]?\s*,\s*\[?(?<name>[A-Za-z0-9_+.-]+)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Looks();

    [GeneratedRegex(@"\badd_library\s*\(\s*\S+\s+SHARED\b|\bshared_library\s*\(", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex MakesShared();
}
