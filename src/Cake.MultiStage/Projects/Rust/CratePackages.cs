namespace Cake.MultiStage.Projects.Rust;

/// <summary>The packages of Debian that the build scripts of crates need, beyond Rust's image.</summary>
internal static class CratePackages
{
    private static readonly (string[] Crates, string[] Packages)[] Table =
    [
        (["prost-build", "tonic-build", "protobuf-codegen", "protoc-rust"], ["protobuf-compiler"]),
        (["bindgen", "clang-sys"], ["libclang-dev"]),
        (["cmake"], ["cmake"]),
        (["nasm-rs", "rav1e"], ["nasm"]),
        (["alsa-sys"], ["libasound2-dev"]),
        (["libudev-sys", "hidapi"], ["libudev-dev"]),
        (["libdbus-sys"], ["libdbus-1-dev"]),
        (["yeslogic-fontconfig-sys", "servo-fontconfig-sys", "fontconfig-sys"], ["libfontconfig-dev"]),
        (["pcap"], ["libpcap-dev"]),
        (["zmq-sys"], ["libzmq3-dev"]),
        (["nettle-sys"], ["nettle-dev"]),
        (["gpgme-sys"], ["libgpgme-dev"]),
        (["libseccomp-sys"], ["libseccomp-dev"]),
        (["libpulse-sys"], ["libpulse-dev"]),
        (["gtk-sys"], ["libgtk-3-dev"]),
        (["gtk4-sys"], ["libgtk-4-dev"]),
        (["gstreamer-sys"], ["libgstreamer1.0-dev"]),
        (["ffmpeg-sys-next"],
            ["libavcodec-dev", "libavdevice-dev", "libavfilter-dev", "libavformat-dev", "libswresample-dev", "libswscale-dev"]),
    ];

    /// <summary>Lists them for the crates of a lock; one that is for another system alone is listed, too, and does no harm.</summary>
    public static IReadOnlyList<string> Of(IReadOnlySet<string> crates) =>
    [
        .. Table.Where(
            row => row.Crates.Any(crates.Contains)
                && !(row.Packages is ["protobuf-compiler"] && (crates.Contains("protoc-bin-vendored") || crates.Contains("protobuf-src"))))
            .SelectMany(row => row.Packages).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];
}
