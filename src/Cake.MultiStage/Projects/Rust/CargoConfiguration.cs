using Tomlyn.Model;

namespace Cake.MultiStage.Projects.Rust;

/// <summary>What <c>.cargo/config.toml</c> says of building (The Cargo Book, "Configuration").</summary>
/// <param name="Target">The target that is built for; null for the machine's.</param>
/// <param name="HasTargetFolder">Whether it moves the folder of what is built.</param>
/// <param name="HasWrapper">Whether it has another program call the compiler, as sccache does.</param>
/// <param name="Packages">The packages of Debian with the linkers that it names.</param>
internal sealed record CargoConfiguration(string? Target, bool HasTargetFolder, bool HasWrapper, IReadOnlyList<string> Packages)
{
    private static readonly string[] LinkerSettings = ["linker", "rustflags"];

    private static readonly string[] KnownLinkers = ["clang", "mold", "lld"];

    /// <summary>Gets a value indicating whether it builds for musl.</summary>
    public bool IsMusl => Target?.EndsWith("-linux-musl", StringComparison.Ordinal) == true;

    /// <summary>Gets the registries that it names beside crates.io, with the addresses of their indexes.</summary>
    public IReadOnlyList<(string Name, string Index)> Registries { get; private init; } = [];

    /// <summary>Gets a value indicating whether it says where tokens come from.</summary>
    public bool HasProvider { get; private init; }

    public static CargoConfiguration Of(TomlTable configuration)
    {
        var build = CargoManifest.Table(configuration, "build");
        var target = build is not null && build.TryGetValue("target", out var value)
            ? value as string ?? (value as TomlArray)?.OfType<string>().FirstOrDefault() : null;
        string[] words =
        [
            .. Words(build),
            .. (CargoManifest.Table(configuration,
                "target")?.Where(
                    pair => pair.Key.Contains("linux", StringComparison.Ordinal) || pair.Key.StartsWith("cfg", StringComparison.Ordinal))
                .Select(pair => pair.Value).OfType<TomlTable>() ?? []).SelectMany(Words),
        ];
        return new CargoConfiguration(
            target,
            build?.ContainsKey("target-dir") == true,
            build?.ContainsKey("rustc-wrapper") == true,
            [.. KnownLinkers.Where(
                linker => Array.Exists(words,
                    word => word == linker
                        || word.EndsWith("/" + linker, StringComparison.Ordinal)
                        || word.Contains("fuse-ld=" + linker, StringComparison.Ordinal)))])
        {
            Registries = [.. (CargoManifest.Table(configuration, "registries")?.ToArray() ?? [])
                .Select(pair => (pair.Key, (pair.Value as TomlTable)?.TryGetValue("index", out var index) == true ? index as string : null))
                .Where(pair => pair.Item2 is not null && pair.Key != "crates-io").Select(pair => (pair.Key, pair.Item2!))],
            HasProvider = CargoManifest.Table(configuration, "registry")?.ContainsKey("global-credential-providers") == true,
        };
    }

    private static IEnumerable<string> Words(TomlTable? table) => table is null ? [] : LinkerSettings
        .SelectMany(
            name => !table.TryGetValue(name, out var value)
                ? []
                : value as string is { } text
                ? text.Split(' ')
                : (value as TomlArray)?.OfType<string>() ?? []);
}
