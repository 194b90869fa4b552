namespace Cake.MultiStage.Projects.Ruby;

/// <summary>The system packages of gems: what compiling them takes beyond Ruby's full image, and what they are linked to or load.</summary>
internal static class GemPackages
{
    private static readonly (string Gem, string[] Building, string[] Running)[] Table =
    [
        ("pg", [], ["libpq5"]),
        ("mysql2", [], ["libmariadb3"]),
        ("sqlite3", [], ["libsqlite3-0"]),
        ("tiny_tds", ["freetds-dev"], ["libsybdb5"]),
        ("nokogiri", [], ["libxml2", "libxslt1.1"]),
        ("rmagick", [], ["imagemagick"]),
        ("mini_magick", [], ["imagemagick"]),
        ("ruby-vips", [], ["libvips42"]),
        ("ffi", [], ["libffi8"]),
        ("typhoeus", [], ["libcurl4"]),
        ("curb", [], ["libcurl4"]),
        ("rugged", ["cmake"], []),
        ("charlock_holmes", ["libicu-dev"], ["^libicu[0-9]+$"]),
        ("idn-ruby", ["libidn-dev"], ["libidn12"]),
        ("rbnacl", [], ["libsodium23"]),
        ("ffi-rzmq", [], ["libzmq5"]),
    ];

    /// <summary>Lists what the builder needs; what a gem loads when it runs may be loaded while building, too.</summary>
    public static IReadOnlyList<string> Building(GemFiles gems) =>
        [.. Needed(gems)
            .SelectMany(row => row.Building.Concat(row.Running))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)];

    /// <summary>Lists what the image needs.</summary>
    public static IReadOnlyList<string> Running(GemFiles gems) =>
        [.. Needed(gems).SelectMany(row => row.Running).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static IEnumerable<(string Gem, string[] Building, string[] Running)> Needed(GemFiles gems) =>
        Table.Where(row => gems.Uses(row.Gem) && !gems.Prebuilt.Contains(row.Gem));
}
