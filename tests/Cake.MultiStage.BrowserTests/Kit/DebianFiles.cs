using System.Text;
using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.BrowserTests.Kit;

/// <summary>Files with the names and about the sizes that a slim Debian has.</summary>
internal static class DebianFiles
{
    private static readonly (string Name, string Version, int Kilobytes)[] Packages =
    [
        ("libc6", "2.41-12", 13_205), ("perl-base", "5.40.1-6", 7_880), ("coreutils", "9.7-3", 18_020), ("bash", "5.2.37-2", 7_164),
        ("dpkg", "1.22.21", 6_475), ("apt", "3.0.3", 4_322), ("util-linux", "2.41-5", 4_901), ("libssl3t64", "3.5.1-1", 8_601),
        ("libstdc++6", "14.2.0-19", 2_756), ("tar", "1.35+dfsg-3", 3_088), ("libapt-pkg7.0", "3.0.3", 3_376),
        ("libgnutls30t64", "3.8.9-3", 3_284), ("login", "4.16.0", 912), ("passwd", "4.17.4-2", 2_410), ("findutils", "4.10.0-3", 1_928),
        ("grep", "3.11-4", 1_252), ("sed", "4.9-2", 987), ("gzip", "1.13-1", 283), ("libsystemd0", "257.7-1", 1_112),
        ("libpcre2-8-0", "10.45-1", 745), ("zlib1g", "1.3.1-1", 172), ("libzstd1", "1.5.7-1", 815), ("ncurses-base", "6.5-2", 381),
        ("hostname", "3.25", 46), ("sysvinit-utils", "3.14-4", 83),
    ];

    private static readonly (string Name, string Version, int Kilobytes)[] Added =
        [("ca-certificates", "20250419", 381), ("curl", "8.14.1-2", 512), ("libcurl4t64", "8.14.1-2", 907), ("tzdata", "2025b-4", 3_012),
            ("openssl", "3.5.1-1", 2_446), ("libnghttp2-14", "1.64.0-1", 271)];

    public static IEnumerable<ImageFile> Base() =>
    [
        Folder("/usr"), Folder("/usr/bin"), Folder("/etc"), Folder("/var"), Folder("/tmp", 0x3FF),
        Link("/bin", "usr/bin"), Link("/lib", "usr/lib"), Link("/sbin", "usr/sbin"),
        .. Packages.SelectMany(package => Of(package, 3)),
        .. Enumerable.Range(0, 280).Select(index => SampleReport.File($"/usr/bin/{Word(index)}", 14_000 + (index % 17 * 9_400), 0x1ED)),
        SampleReport.File("/usr/bin/su", 84_000, 0x9ED), SampleReport.File("/usr/bin/passwd", 118_000, 0x9ED),
        .. Enumerable.Range(0, 120)
            .Select(
                index => SampleReport.File($"/usr/lib/x86_64-linux-gnu/lib{Word(index)}.so.{index % 9}.{index % 4}",
                    30_000 + (index % 23 * 28_000))),
        .. Enumerable.Range(0, 160)
            .Select(index => SampleReport.File($"/usr/lib/x86_64-linux-gnu/perl-base/{Word(index)}.pm", 4_000 + (index % 11 * 2_300))),
        .. Enumerable.Range(0, 240)
            .Select(
                index => SampleReport.File($"/usr/lib/x86_64-linux-gnu/gconv/{Word(index).ToUpperInvariant()}.so",
                    18_000 + (index % 7 * 11_000))),
        .. Enumerable.Range(0, 90)
            .Select(index => SampleReport.File($"/usr/share/doc/{Word(index)}/copyright", 2_100 + (index % 13 * 1_700))),
        SampleReport.File("/etc/passwd", 839), SampleReport.File("/etc/ld.so.cache", 6_200, content: "first"),
        SampleReport.File("/etc/debian_version", 5), Status(Packages),
    ];

    public static IEnumerable<ImageFile> Installed() =>
    [
        .. Added.SelectMany(package => Of(package, 4)),
        .. Enumerable.Range(0, 140)
            .Select(index => SampleReport.File($"/etc/ssl/certs/{Word(index)}_Root_CA.pem", 1_200 + (index % 9 * 140))),
        .. Enumerable.Range(0, 420)
            .Select(
                index =>
                    SampleReport.File(
                        $"/usr/share/zoneinfo/{(index % 3 == 0 ? "Europe" : index % 3 == 1 ? "America" : "Asia")}/{Word(index)}",
                        900 + (index % 8 * 310))),
        SampleReport.File("/var/lib/apt/lists/deb.debian.org_debian_dists_trixie_main_binary-amd64_Packages.lz4", 18_900_000),
        SampleReport.File("/var/lib/apt/lists/deb.debian.org_debian-security_dists_trixie-security_main_binary-amd64_Packages.lz4",
            480_000),
        SampleReport.File("/var/cache/debconf/templates.dat", 820_000), SampleReport.File("/var/log/dpkg.log", 94_000),
        SampleReport.File("/var/log/apt/term.log", 21_000), SampleReport.File("/etc/ld.so.cache", 7_900, content: "second"),
        Status([.. Packages, .. Added]),
    ];

    private static IEnumerable<ImageFile> Of((string Name, string Version, int Kilobytes) package, int parts) => Enumerable.Range(0, parts)
        .Select(part => SampleReport.File($"/usr/lib/{package.Name}/{package.Name}-{part}.so", package.Kilobytes * 1000L / parts, 0x1ED))
        .Append(List(package.Name, parts));

    private static ImageFile List(string name, int parts)
    {
        var text = string.Concat(Enumerable.Range(0, parts).Select(part => $"/usr/lib/{name}/{name}-{part}.so\n"));
        return SampleReport.File($"/var/lib/dpkg/info/{name}.list", text.Length) with { Content = Encoding.UTF8.GetBytes(text) };
    }

    private static ImageFile Status((string Name, string Version, int Kilobytes)[] packages)
    {
        var text = string.Concat(
            packages.Select(
                package =>
                    $"Package: {package.Name}\nStatus: install ok installed\nInstalled-Size: {package.Kilobytes}\nArchitecture: "
                        + $"amd64\nVersion: {package.Version}\n\n"));
        return SampleReport.File("/var/lib/dpkg/status", text.Length, content: text) with { Content = Encoding.UTF8.GetBytes(text) };
    }

    private static ImageFile Folder(string path, int mode = 0x1ED) => new() { Path = path, Type = ImageFileType.Directory, Mode = mode };

    private static ImageFile Link(string path, string target) =>
        new() { Path = path, Type = ImageFileType.SymbolicLink, LinkTarget = target, Mode = 0x1FF };

    private static string Word(int index)
    {
        string[] first = ["net", "core", "crypt", "sys", "term", "file", "log", "pam", "keys", "disk", "proc", "text", "user", "time"];
        string[] second = ["ctl", "info", "scan", "stat", "find", "join", "sort", "lib", "conf", "edit", "base", "view", "util", "map",
            "pack", "link", "list", "test", "sum", "gen"];
        return first[index % first.Length]
            + second[index / first.Length % second.Length]
            + (index >= first.Length * second.Length ? $"{index}" : "");
    }
}
