using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Projects.Rust;

/// <summary>What the program is compiled for, as words of a shell.</summary>
/// <param name="Triple">Rust's name for it; null for the machine's own, which Cargo needs not be told.</param>
/// <param name="IsMusl">Whether it is linked to musl.</param>
/// <param name="IsCrossed">Whether it may be another processor than the builder's.</param>
internal sealed record RustTarget(string? Triple, bool IsMusl, bool IsCrossed)
{
    private const string File = "/rust-target";

    private const string Name = "$(cat " + File + ")";

    /// <summary>Crates called as those that link libraries, which compile them themselves, or are for other systems.</summary>
    private static readonly HashSet<string> Own = new(StringComparer.Ordinal)
    {
        "linux-raw-sys", "inotify-sys", "windows-sys", "js-sys", "web-sys", "core-foundation-sys", "security-framework-sys",
        "fsevent-sys", "kqueue-sys", "jni-sys", "ndk-sys", "objc-sys", "system-configuration-sys", "zstd-sys", "bzip2-sys",
        "libmimalloc-sys", "aws-lc-sys",
        "aws-lc-fips-sys", "tikv-jemalloc-sys", "jemalloc-sys", "onig_sys", "secp256k1-sys", "blake3-sys", "lz4-sys", "libz-ng-sys",
        "cloudflare-zlib-sys", "libsodium-sys-stable", "ittapi-sys", "libfuzzer-sys", "snmalloc-sys",
    };

    /// <summary>What runs in the builder alone.</summary>
    private static readonly HashSet<string> OfBuilder =
        new(StringComparer.Ordinal) { "protobuf-compiler", "cmake", "libclang-dev", "nasm" };

    /// <summary>Crates that compile C, for which the builder has no compiler to musl of another processor.</summary>
    private static readonly string[] Compiling = ["cc", "cmake"];

    /// <summary>Returns the machine's own.</summary>
    public static RustTarget Machine(bool isMusl) =>
        new(isMusl ? "\"$(uname -m)-unknown-linux-musl\"" : null, isMusl, IsCrossed: false);

    /// <summary>Returns the processor's that is built for; null where its build needs what only that processor's system has.</summary>
    public static RustTarget? Crossed(CargoProject cargo, RustProjectSettings settings, bool isMusl)
    {
        var foreign = cargo.Crates.Any(crate => (crate.EndsWith("-sys", StringComparison.Ordinal)
            || crate.EndsWith("_sys", StringComparison.Ordinal)) && !Own.Contains(crate));
        var can = !foreign && CratePackages.Of(cargo.Crates).All(OfBuilder.Contains)
            && cargo.Configuration is { Target: null, Packages.Count: 0 }
            && settings is { BuilderImage: null, BuilderPackages.Count: 0 }
            && !(isMusl && Compiling.Any(cargo.Crates.Contains));
        return can ? new RustTarget($"\"{Name}\"", isMusl, IsCrossed: true) : null;
    }

    /// <summary>Gets the options of Cargo that build for it.</summary>
    public string Options => Triple is null ? "" : $" --target {Triple}"
        + (IsCrossed ? $" --config \"target.{Name}.linker=\\\"{(IsMusl ? "rust-lld" : CrossCompiler.Name + "-gcc")}\\\"\"" : "");

    /// <summary>Returns the folder of what is built, as words of a shell.</summary>
    public string Folder(CargoProject cargo) => Triple is { } triple ? $"target/{triple}/release/"
        : cargo.Configuration.Target is { } configured ? $"target/{configured}/release/" : "target/release/";

    /// <summary>Brings Rust's own libraries for it.</summary>
    public Stage Into(Stage builder) => Triple is null ? builder
        : IsCrossed
        ? builder.Run(ShellWord.Sequence(
            $"sed \"s/^arm-/armv7-/; s/^riscv64-/riscv64gc-/; s/-linux/-unknown-linux/{(IsMusl ? "; s/gnu/musl/" : "")}\" /cross > {File}",
            $"rustup target add {Triple}")).Because("Rust's own libraries for the processor that is built for.")
        : builder.Run($"rustup target add {Triple}").Because("Rust's own static musl for the machine's architecture.");
}
