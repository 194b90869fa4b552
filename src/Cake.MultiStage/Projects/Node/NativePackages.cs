using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.Node;

/// <summary>Packages with parts that node-gyp compiles when they are installed (node-gyp's documentation, "Installation").</summary>
/// <param name="Names">The packages.</param>
/// <param name="Tools">What the builder needs for that.</param>
internal sealed partial record NativePackages(IReadOnlyList<string> Names, IReadOnlyList<string> Tools)
{
    private static readonly string[] NpmLocks = ["package-lock.json", "npm-shrinkwrap.json"];

    private static readonly string[] Compilers = ["python3", "make", "g++"];

    /// <summary>
    /// Packages that are compiled always, or where the finished build of theirs, which they fetch from elsewhere than the registry, is not
    /// to be had for the version of Node.js; and the libraries that are needed besides.
    /// </summary>
    private static readonly Dictionary<string, string[]> Known = new(StringComparer.Ordinal)
    {
        ["better-sqlite3"] = [], ["sqlite3"] = [], ["bcrypt"] = [], ["argon2"] = [], ["node-pty"] = [], ["re2"] = [], ["node-sass"] = [],
        ["grpc"] = [], ["zeromq"] = [], ["isolated-vm"] = [], ["node-rdkafka"] = [], ["libxmljs"] = [], ["libxmljs2"] = [],
        ["deasync"] = [], ["ffi-napi"] = [], ["ref-napi"] = [], ["heapdump"] = [], ["microtime"] = [], ["node-expat"] = [], ["iconv"] = [],
        ["integer"] = [], ["@discordjs/opus"] = [], ["node-opus"] = [], ["tree-sitter"] = [], ["weak-napi"] = [], ["farmhash"] = [],
        ["murmurhash-native"] = [], ["sse4_crc32"] = [], ["scrypt"] = [], ["sha3"] = [], ["keccak"] = [], ["secp256k1"] = [],
        ["leveldown"] = [], ["canvas"] = [], ["kerberos"] = ["libkrb5-dev"], ["odbc"] = ["unixodbc-dev"],
        ["node-libcurl"] = ["libcurl4-openssl-dev"], ["usb"] = ["libudev-dev"], ["libpq"] = ["libpq-dev"], ["pg-native"] = ["libpq-dev"],
    };

    public IEnumerable<Assumption> Assumptions => Names.Count == 0 ? [] :
    [
        new Assumption(
            $"{string.Join(", ", Names)} may have to be compiled when the packages are installed: {string.Join(", ", Tools)} come into the "
                + "builder for that."),
        .. Names.Any(name => Known.TryGetValue(name, out var libraries) && libraries.Length > 0) ? [new Assumption(
            $"{string.Join(", ", Names.Where(name => Known.TryGetValue(name, out var libraries) && libraries.Length > 0))} is linked to a "
                + "library of the system, which the final "
                + "image is taken to have. Where it does not start, take a base that has it, as in node.FinalBase.", Doubtful: true)]
                    : Array.Empty<Assumption>(),
    ];

    /// <summary>Finds them among what is asked for and what the lock names besides.</summary>
    public static NativePackages Of(NodeSource source)
    {
        var locked = Locked(source.Root).ToHashSet(StringComparer.Ordinal);
        var asked = (source.Workspace?.Packages ?? [])
            .Select(package => package.Package)
            .Append(source.RootPackage)
            .SelectMany(package => package.Ranges.Keys)
            .ToHashSet(StringComparer.Ordinal);
        string[] names =
        [
            .. Known.Keys.Where(name => locked.Contains(name) || asked.Contains(name)).Order(StringComparer.Ordinal),
            .. source.Folder.Has("binding.gyp") ? ["the project's own binding.gyp"] : Array.Empty<string>(),
        ];
        return new NativePackages(names,
            names.Length == 0
                ? []
                : [.. Compilers, .. names.SelectMany(name => Known.GetValueOrDefault(name, [])).Distinct(StringComparer.Ordinal)]);
    }

    private static IEnumerable<string> Locked(ProjectFolder folder) =>
        NpmLocks.SelectMany(file => Matched(NpmLine(), folder.ReadIfThere(file)))
            .Concat(Matched(PnpmLine(), folder.ReadIfThere("pnpm-lock.yaml"))).Concat(Matched(YarnLine(), folder.ReadIfThere("yarn.lock")))
            .Concat(Matched(BunLine(), folder.ReadIfThere("bun.lock")));

    private static IEnumerable<string> Matched(Regex pattern, string? text) =>
        text is null ? [] : pattern.Matches(text).Select(match => match.Groups["name"].Value);

    [GeneratedRegex(@"""(?:[^""\n]*/)?node_modules/(?<name>(?:@[^/""]+/)?[^/""]+)"":", RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 2000)]
    private static partial Regex NpmLine();

    [GeneratedRegex(@"^  '?/?(?<name>(?:@[^/\s]+/)?[^@/'\s]+)[@/][0-9][^\s]*:", RegexOptions.CultureInvariant | RegexOptions.Multiline,
        matchTimeoutMilliseconds: 2000)]
    private static partial Regex PnpmLine();

    [GeneratedRegex(@"^""?(?<name>(?:@[^/\s]+/)?[^@/""\s]+)@", RegexOptions.CultureInvariant | RegexOptions.Multiline,
        matchTimeoutMilliseconds: 2000)]
    private static partial Regex YarnLine();

    [GeneratedRegex(@"^    ""(?:[^""\n]*/)?(?<name>(?:@[^/""]+/)?[^/""]+)"": \[", RegexOptions.CultureInvariant | RegexOptions.Multiline,
        matchTimeoutMilliseconds: 2000)]
    private static partial Regex BunLine();
}
