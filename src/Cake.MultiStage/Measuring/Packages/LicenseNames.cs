namespace Cake.MultiStage.Measuring.Packages;

/// <summary>
/// Names licenses as the SPDX License List does, where what is declared is one of its names or a usual way to write one. The rest stays as
/// it is declared.
/// </summary>
internal static class LicenseNames
{
    private const int LongestExpression = 1024;

    private static readonly string[] Ids =
    [
        "0BSD", "AFL-2.1", "AFL-3.0", "AGPL-3.0-only", "AGPL-3.0-or-later", "Apache-1.1", "Apache-2.0", "APSL-2.0", "Artistic-1.0",
        "Artistic-1.0-Perl", "Artistic-2.0", "BlueOak-1.0.0", "BSD-1-Clause", "BSD-2-Clause", "BSD-2-Clause-Patent", "BSD-3-Clause",
        "BSD-3-Clause-Clear", "BSD-4-Clause", "BSD-4-Clause-UC", "BSL-1.0", "bzip2-1.0.6", "CC-BY-3.0", "CC-BY-4.0", "CC-BY-SA-3.0",
        "CC-BY-SA-4.0", "CC0-1.0", "CDDL-1.0", "CDDL-1.1", "CPL-1.0", "curl", "ECL-2.0", "EPL-1.0", "EPL-2.0", "EUPL-1.1", "EUPL-1.2",
        "FSFAP", "FSFUL", "FSFULLR", "FTL", "GFDL-1.2-only", "GFDL-1.2-or-later", "GFDL-1.3-only", "GFDL-1.3-or-later", "GPL-1.0-only",
        "GPL-1.0-or-later", "GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later", "HPND", "ICU", "IJG", "IPL-1.0",
        "ISC", "LGPL-2.0-only", "LGPL-2.0-or-later", "LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later",
        "Libpng", "libtiff", "MIT", "MIT-0", "MIT-CMU", "MirOS", "MPL-1.0", "MPL-1.1", "MPL-2.0", "MS-PL", "MS-RL", "MulanPSL-2.0",
        "NCSA", "NTP", "OFL-1.1", "OLDAP-2.8", "OpenSSL", "OSL-3.0", "PHP-3.01", "PostgreSQL", "PSF-2.0", "Python-2.0", "Ruby",
            "Sendmail",
        "SGI-B-2.0", "SSPL-1.0", "TCL", "Unicode-3.0", "Unicode-DFS-2016", "Unlicense", "UPL-1.0", "Vim", "W3C", "WTFPL", "X11", "Xnet",
        "Zlib", "ZPL-2.1",
    ];

    // Debian's short names, the classifiers of PyPI, what npm, Maven and rpm packages usually say.
    private static readonly (string Id, string[] Names)[] Usual =
    [
        ("Apache-2.0", ["apache 2", "apache 2.0", "apache2", "apache-2", "apache license 2.0", "apache license, version 2.0",
            "apache license version 2.0",
            "the apache license, version 2.0", "the apache software license, version 2.0", "apache software license",
            "apache software license - version 2.0",
            "asl 2.0", "http://www.apache.org/licenses/license-2.0", "http://www.apache.org/licenses/license-2.0.txt",
            "https://www.apache.org/licenses/license-2.0", "https://www.apache.org/licenses/license-2.0.txt"]),
        ("MIT", ["expat", "mit license", "the mit license", "mit/expat", "mit-license", "mit license (mit)", "the mit license (mit)",
            "mit licence"]),
        ("BSD-3-Clause", ["bsd-3", "bsd 3-clause", "3-clause bsd license", "bsd 3-clause license", "new bsd license",
            "modified bsd license", "the bsd 3-clause license",
            "the new bsd license", "revised bsd", "bsd-3-clause license"]),
        ("BSD-2-Clause", ["bsd-2", "bsd 2-clause", "2-clause bsd license", "bsd 2-clause license", "simplified bsd license",
            "freebsd license", "the bsd 2-clause license"]),
        ("BSD-4-Clause", ["bsd-4"]),
        ("ISC", ["isc license", "isc license (iscl)", "iscl"]),
        ("MPL-1.1", ["mpl 1.1", "mozilla public license 1.1"]),
        ("MPL-2.0", ["mpl2", "mpl 2.0", "mozilla public license 2.0", "mozilla public license 2.0 (mpl 2.0)",
            "mozilla public license, version 2.0"]),
        ("GPL-1.0-only", ["gpl-1", "gpl-1.0"]), ("GPL-1.0-or-later", ["gpl-1+", "gpl-1.0+", "gpl+"]),
        ("GPL-2.0-only", ["gpl-2", "gpl-2.0", "gplv2", "gnu general public license v2 (gplv2)"]),
        ("GPL-2.0-or-later", ["gpl-2+", "gpl-2.0+", "gplv2+", "gnu general public license v2 or later (gplv2+)"]),
        ("GPL-3.0-only", ["gpl-3", "gpl-3.0", "gplv3", "gnu general public license v3 (gplv3)"]),
        ("GPL-3.0-or-later", ["gpl-3+", "gpl-3.0+", "gplv3+", "gnu general public license v3 or later (gplv3+)"]),
        ("LGPL-2.0-only", ["lgpl-2", "lgpl-2.0", "lgplv2"]), ("LGPL-2.0-or-later", ["lgpl-2+", "lgpl-2.0+", "lgplv2+"]),
        ("LGPL-2.1-only", ["lgpl-2.1", "lgpl 2.1"]), ("LGPL-2.1-or-later", ["lgpl-2.1+"]),
        ("LGPL-3.0-only", ["lgpl-3", "lgpl-3.0", "lgplv3", "gnu lesser general public license v3 (lgplv3)"]),
        ("LGPL-3.0-or-later", ["lgpl-3+", "lgpl-3.0+", "lgplv3+", "gnu lesser general public license v3 or later (lgplv3+)"]),
        ("AGPL-3.0-only", ["agpl-3", "agpl-3.0", "agplv3", "gnu affero general public license v3"]),
        ("AGPL-3.0-or-later", ["agpl-3+", "agpl-3.0+", "agplv3+", "gnu affero general public license v3 or later (agplv3+)"]),
        ("EPL-1.0", ["eclipse public license 1.0", "eclipse public license - v 1.0", "eclipse public license v1.0"]),
        ("EPL-2.0", ["eclipse public license 2.0", "eclipse public license v2.0", "eclipse public license - v 2.0",
            "eclipse public license v. 2.0"]),
        ("CDDL-1.0", ["common development and distribution license (cddl) v1.0"]),
        ("GFDL-1.2-only", ["gfdl-1.2"]), ("GFDL-1.2-or-later", ["gfdl-1.2+"]),
        ("GFDL-1.3-only", ["gfdl-1.3"]), ("GFDL-1.3-or-later", ["gfdl-1.3+"]),
        ("Artistic-1.0-Perl", ["artistic"]), ("Artistic-2.0", ["artistic-2"]), ("Zlib", ["zlib license"]),
        ("PSF-2.0", ["psf", "python software foundation license"]), ("CC0-1.0", ["cc0", "cc0 1.0"]),
        ("Unlicense", ["the unlicense (unlicense)", "the unlicense"]), ("WTFPL", ["wtfpl-2"]), ("OpenSSL", ["openssl license"]),
    ];

    /// <summary>Gets the names of the list by all ways to write them that are known here.</summary>
    public static IReadOnlyDictionary<string, string> Known { get; } = Usual
        .SelectMany(license => license.Names.Select(name => (Name: name, license.Id)))
        .Concat(Ids.Select(id => (Name: id, Id: id)))
        .ToDictionary(license => license.Name, license => license.Id, StringComparer.OrdinalIgnoreCase);

    /// <summary>Returns the name of the SPDX License List, an SPDX expression of such names, or what is declared.</summary>
    public static string Of(string declared) =>
        Known.TryGetValue(declared, out var id) ? id
        : Expression(declared) is { } choice && LicenseExpression.TryParse(choice, out var parsed) ? parsed.ToString()
        : declared;

    /// <summary>Gets the SPDX name of one license; <see langword="null"/> where it is not known here.</summary>
    public static string? IdOf(string name) => Known.GetValueOrDefault(name);

    /// <summary>
    /// Writes what several formats write in words as an expression: <c>GPL-2+ or Artistic</c>, <c>MIT and BSD</c>, <c>A | B</c>.
    /// </summary>
    public static string? Expression(string declared) => declared.Length > LongestExpression ? null
        : declared.Replace(" or ", " OR ", StringComparison.OrdinalIgnoreCase)
            .Replace(" and ", " AND ", StringComparison.OrdinalIgnoreCase)
            .Replace(" | ", " OR ", StringComparison.Ordinal)
            .Replace("||", " OR ", StringComparison.Ordinal);
}
