namespace Cake.MultiStage.Projects.Go;

/// <summary>Modules whose code in C a program needs: cgo is on where one is imported.</summary>
/// <param name="Package">The package that is imported.</param>
/// <param name="Building">The packages of Debian that compiling it takes, beyond Go's image.</param>
internal sealed record GoNatives(string Package, IReadOnlyList<string> Building)
{
    private static readonly (string[] Packages, string[] Building)[] Table =
    [
        (["github.com/mattn/go-sqlite3", "gorm.io/driver/sqlite"], []),
        (["github.com/confluentinc/confluent-kafka-go"], []),
        (["github.com/marcboeker/go-duckdb", "github.com/duckdb/duckdb-go"], []),
        (["github.com/bytecodealliance/wasmtime-go", "github.com/chai2010/webp", "github.com/miekg/pkcs11"], []),
        (["github.com/h2non/bimg", "github.com/davidbyttow/govips"], ["libvips-dev", "pkg-config"]),
        (["gopkg.in/gographics/imagick.v3", "gopkg.in/gographics/imagick.v2"], ["libmagickwand-dev", "pkg-config"]),
        (["github.com/kolesa-team/go-webp"], ["libwebp-dev"]),
        (["github.com/msteinert/pam"], ["libpam0g-dev"]),
        (["github.com/pebbe/zmq4"], ["libzmq3-dev", "pkg-config"]),
        (["github.com/libgit2/git2go"], ["libgit2-dev", "pkg-config"]),
        (["github.com/google/gopacket/pcap", "github.com/gopacket/gopacket/pcap"], ["libpcap-dev"]),
        (["github.com/linxGnu/grocksdb"], ["librocksdb-dev"]),
        (["github.com/godror/godror"], []),
        (["gocv.io/x/gocv"], ["libopencv-dev", "pkg-config"]),
        (["github.com/gordonklaus/portaudio"], ["portaudio19-dev", "pkg-config"]),
    ];

    /// <summary>Finds the modules that a source imports; null where none does.</summary>
    /// <param name="source">The sources.</param>
    /// <param name="within">The folders of those that count; null for all.</param>
    public static GoNatives? Of(GoSource source, IReadOnlySet<string>? within)
    {
        var found = Table.Select(row => (Package: source.Imports(row.Packages, within), row.Building))
            .Where(row => row.Package is not null)
            .ToList();
        return found.Count == 0 ? null
            : new GoNatives(found[0].Package!,
                [.. found.SelectMany(row => row.Building).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
    }
}
