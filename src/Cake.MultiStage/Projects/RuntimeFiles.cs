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

    /// <summary>Gets the variables by which the program finds them.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public static RuntimeFiles Of(ImageProjectSettings settings, Preset preset, string? user)
    {
        List<Stage> stages = [];
        List<Artifact> artifacts = [];
        if (SystemFiles(settings, Stage.From(preset.Builder.Base).Named(SystemStage), user) is { Instructions.Count: > 0 } system)
        {
            stages.Add(system with { Reason = "Makes the few system files that the program needs." });
            artifacts.Add(new Artifact($"/{SystemStage}/", "/", SystemStage) { Reason = "The system files that the program needs." });
        }

        var native = preset.Native is { BaseSuffices: true } && !preset.Base.IsEmpty ? null : preset.Native;
        var files = string.Join(' ', settings.SharedLibraries.Select(ShellWord.Quoted).Prepend(native?.Files ?? "").Distinct(StringComparer.Ordinal)).Trim();
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        if (files.Length > 0)
        {
            var whole = LacksLibrary(settings, preset);
            var (stage, libraries) = LibraryFolder.Of(files, native?.Own, native?.Search, whole);
            stages.Add(stage);
            artifacts.Add(libraries);
            if (!whole)
            {
                environment["LD_LIBRARY_PATH"] = LibraryFolder.Target;
            }
        }

        return new RuntimeFiles(stages, artifacts) { Environment = environment };
    }

    /// <summary>Tells whether the base lacks the C library that the builder links to, so that it has to come along with its loader.</summary>
    private static bool LacksLibrary(ImageProjectSettings settings, Preset preset)
    {
        var builder = ChosenBase.LibraryOf(preset.Builder.Base.Text, settings);
        return preset.Base.IsEmpty
            || preset.Base.HasMusl != (builder == CLibrary.Musl)
            || (preset.Base.Library == CLibrary.Unknown && preset.Native is null);
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
