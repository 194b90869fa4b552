using System.Globalization;
using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Projects;

/// <summary>
/// What a program may need beside itself on an empty base: certificates, time zones, a user, <c>/tmp</c>, shared
/// libraries. Each is made in a stage of its own, and copied as one tree.
/// </summary>
internal sealed record RuntimeFiles(IReadOnlyList<Stage> Stages, IReadOnlyList<Artifact> Artifacts)
{
    private const string SystemStage = "system-files";
    private const string LibraryStage = "shared-libraries";

    public static RuntimeFiles Of(ImageProjectSettings settings, Preset preset, string? user)
    {
        List<Stage> stages = [];
        List<Artifact> artifacts = [];
        if (SystemFiles(settings, Stage.From(preset.Builder.Base).Named(SystemStage), user) is { Instructions.Count: > 0 } system)
        {
            stages.Add(system with { Reason = "Makes the few system files that the program needs." });
            artifacts.Add(new Artifact($"/{SystemStage}/", "/", SystemStage) { Reason = "The system files that the program needs." });
        }

        string[] programs = [.. preset.SharedLibraries.Concat(settings.SharedLibraries).Distinct(StringComparer.Ordinal)];
        if (programs.Length > 0)
        {
            stages.Add(Stage.From(StageBase.Stage(ImageProject.BuilderStage)).Named(LibraryStage).Because("Finds out which shared libraries the program is linked to.")
                .Run(Closure(programs)).Because("ldd asks the loader itself, so what is copied is what the program will look for."));
            artifacts.Add(new Artifact($"/{LibraryStage}/", "/", LibraryStage) { Reason = "The loader and the shared libraries that the program is linked to, and no others." });
        }

        return new RuntimeFiles(stages, artifacts);
    }

    private static Stage SystemFiles(ImageProjectSettings settings, Stage stage, string? user)
    {
        if (settings.CaCertificates)
        {
            const string File = "/etc/ssl/certs/ca-certificates.crt";
            stage = stage.Run(ShellWord.Sequence($"{{ test -s {File} || {{ {SystemPackages.Install("ca-certificates")}; }}; }}", $"mkdir -p /{SystemStage}/etc/ssl/certs", $"cp -L {File} /{SystemStage}{File}"), SystemPackages.Caches())
                .Because("The certificates of the public authorities: a call to https:// fails without them.");
        }

        if (settings.TimeZones)
        {
            const string Folder = "/usr/share/zoneinfo";
            stage = stage.Run(ShellWord.Sequence($"{{ test -e {Folder}/Europe/Berlin || {{ {SystemPackages.Install("tzdata")}; }}; }}", $"mkdir -p /{SystemStage}/usr/share", $"cp -a {Folder} /{SystemStage}{Folder}"), SystemPackages.Caches())
                .Because("The time zones: without them a program knows UTC only.");
        }

        if (settings.UserEntry)
        {
            var (id, group) = UserIds(user);
            var root = id == 0 ? "" : $"app:x:{Number(id)}:{Number(group)}:app:/home/app:/sbin/nologin\\n";
            var groups = group == 0 ? "" : $"app:x:{Number(group)}:\\n";
            stage = stage.Run(ShellWord.Sequence(
                    $"mkdir -p /{SystemStage}/etc /{SystemStage}/home/app",
                    $"chown {Number(id)}:{Number(group)} /{SystemStage}/home/app",
                    $"printf \"root:x:0:0:root:/root:/sbin/nologin\\n{root}\" > /{SystemStage}/etc/passwd",
                    $"printf \"root:x:0:\\n{groups}\" > /{SystemStage}/etc/group"))
                .Because("Gives the numeric user a name and a home, for programs that ask.");
        }

        return settings.TemporaryDirectory
            ? stage.Run(ShellWord.Sequence($"mkdir -p /{SystemStage}/tmp", $"chmod 1777 /{SystemStage}/tmp")).Because("A folder for temporary files, as every program may write to it.")
            : stage;
    }

    /// <summary>Copies, with its path, every library that <c>ldd</c> lists; where one lies outside the loader's own folders, a cache of the loader's tells where.</summary>
    private static string Closure(string[] programs) => ShellWord.Sequence(
        $"mkdir -p /{LibraryStage}",
        $"{{ ldd {string.Join(' ', programs.Select(ShellWord.Quoted))} > /tmp/ldd.txt 2>&1 || true; }}",
        "{ ! grep -E \"not found|No such file\" /tmp/ldd.txt; }",
        "sed -n -e \"s/.*=> \\(\\/[^ ]*\\) (0x.*/\\1/p\" -e \"s/^[[:space:]]*\\(\\/[^ ]*\\) (0x.*/\\1/p\" /tmp/ldd.txt | sort -u > /tmp/libraries.txt",
        $"while read -r library; do mkdir -p \"/{LibraryStage}$(dirname \"$library\")\" && cp -L \"$library\" \"/{LibraryStage}$library\" || exit 1; done < /tmp/libraries.txt",
        $"if grep -qvE \"^(/usr)?/lib(64)?/([a-z0-9_]+-linux-[a-z]+/)?[^/]+$\" /tmp/libraries.txt && test -e /etc/ld.so.conf; then mkdir -p /{LibraryStage}/etc && cp -r /etc/ld.so.conf* /{LibraryStage}/etc/ && ldconfig -r /{LibraryStage} && rm -rf /{LibraryStage}/etc/ld.so.conf*; fi");

    /// <exception cref="MultiStageException">The user is a name: an entry needs numbers.</exception>
    private static (int User, int Group) UserIds(string? user)
    {
        string[] parts = (user ?? "").Split(':');
        return int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var group) ? (id, group)
            : throw new MultiStageException($"UserEntry needs a numeric user, as in User = \"65532:65532\"; it is {(user is null ? "not set" : $"'{user}'")}.");
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
