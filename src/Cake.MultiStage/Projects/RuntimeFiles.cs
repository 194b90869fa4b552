using System.Globalization;
using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Projects;

/// <summary>
/// What a program may need beside itself on an empty base: certificates, time zones, a user, <c>/tmp</c>, shared
/// libraries. Each is made in a stage of its own, and copied as one tree.
/// </summary>
internal sealed record RuntimeFiles(IReadOnlyList<Stage> Stages, IReadOnlyList<Artifact> Artifacts)
{
    /// <summary>The stage with what is the same for every platform.</summary>
    public const string SystemStage = "system-files";

    /// <summary>Gets the stage with the shared libraries as a compiler for another processor brings them; null where none does.</summary>
    public Stage? CrossLibraries { get; init; }

    /// <summary>Gets the variables by which the program finds them.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public static RuntimeFiles Of(ImageProjectSettings settings, Preset preset, string? user, WritableFolders writable)
    {
        List<Stage> stages = [];
        List<Artifact> artifacts = [];
        if (SystemFiles(settings, preset, Stage.From(preset.Builder.Base).Named(SystemStage), user,
            writable) is { Instructions.Count: > 0 } system)
        {
            stages.Add(system with { Reason = "Makes the few system files that the program needs." });
            artifacts.Add(new Artifact($"/{SystemStage}/", "/", SystemStage) { Reason = "The system files that the program needs." });
        }

        var native = preset.Native is { BaseSuffices: true } && !preset.Base.IsEmpty ? null : preset.Native;
        var files = string.Join(' ', settings.SharedLibraries.Select(ShellWord.Quoted).Prepend(native?.Files ?? "")
            .Distinct(StringComparer.Ordinal)).Trim();
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        Stage? cross = null;
        if (native is { ArePackages: true, Own: { } packages } && ChosenBase.HasManager(preset.Base.Flavor)
            && !preset.Base.IsUnknown)
        {
            var final = preset.Runtime is null ? ProjectDescription.FinalBase(preset.Base.Image, settings)
                : StageBase.Stage(Preset.RuntimeStage);
            var (found, libraries) = LibraryFolder.Lacking(
                packages, string.Join(' ', settings.SharedLibraries.Select(ShellWord.Quoted)), final);
            stages.AddRange(found);
            artifacts.Add(libraries);
            environment["LD_LIBRARY_PATH"] = LibraryFolder.Target;
        }
        else if (files.Length > 0)
        {
            var whole = LacksLibrary(settings, preset);
            var (stage, libraries) = LibraryFolder.Of(files, native?.Own, native?.Search, whole);
            stages.Add(stage);
            artifacts.Add(libraries);
            cross = native is { IsCrossed: true } ? CrossCompiler.Libraries(stage, files, whole) : null;
            if (!whole)
            {
                environment["LD_LIBRARY_PATH"] = LibraryFolder.Target;
            }
        }

        return new RuntimeFiles(stages, artifacts) { Environment = environment, CrossLibraries = cross };
    }

    /// <summary>
    /// Tells whether the base lacks the C library that the builder links to, so that it has to come along with its loader.
    /// </summary>
    private static bool LacksLibrary(ImageProjectSettings settings, Preset preset)
    {
        var builder = ChosenBase.LibraryOf(preset.Builder.Base.Text, settings);
        return preset.Base.IsEmpty
            || preset.Base.HasMusl != (builder == CLibrary.Musl)
            || (preset.Base.Library == CLibrary.Unknown && preset.Native is null);
    }

    /// <summary>
    /// Tells whether a base for compiled programs lacks what an empty one does: Debian's slim image has no certificates, Alpine's no time
    /// zones.
    /// </summary>
    private static bool Lacks(Preset preset, BaseFlavor other) =>
        preset.Base.Flavor == BaseFlavor.Scratch || (preset.Base.Flavor == other && !preset.Base.IsGiven && preset.Source is not null);

    private static Stage SystemFiles(
        ImageProjectSettings settings, Preset preset, Stage stage, string? user, WritableFolders writable)
    {
        if (settings.CaCertificates ?? (preset.NeedsCertificates && Lacks(preset, BaseFlavor.Slim)))
        {
            const string File = "/etc/ssl/certs/ca-certificates.crt";
            stage = stage.Run(ShellWord.Sequence($"{{ test -s {File} || {{ {SystemPackages.Install("ca-certificates")}; }}; }}",
                $"mkdir -p /{SystemStage}/etc/ssl/certs", $"cp -L {File} /{SystemStage}{File}"), SystemPackages.Caches())
                .Because("The certificates of the public authorities: a call to https:// fails without them.");
        }

        if (settings.TimeZones ?? (preset.NeedsTimeZones && Lacks(preset, BaseFlavor.Alpine)))
        {
            const string Folder = "/usr/share/zoneinfo";
            stage = stage.Run(ShellWord.Sequence($"{{ test -e {Folder}/Europe/Berlin || {{ {SystemPackages.Install("tzdata")}; }}; }}",
                $"mkdir -p /{SystemStage}/usr/share", $"cp -a {Folder} /{SystemStage}{Folder}"), SystemPackages.Caches())
                .Because("The time zones: without them a program knows UTC only.");
        }

        if (settings.UserEntry)
        {
            var ids = UserIds.Parse(user, nameof(settings.UserEntry));
            var (id, group) = (Number(ids.User), Number(ids.Group));
            var root = ids.User == 0 ? "" : $"app:x:{id}:{group}:app:/home/app:/sbin/nologin\\n";
            var groups = ids.Group == 0 ? "" : $"app:x:{group}:\\n";
            stage = stage.Run(ShellWord.Sequence(
                    $"mkdir -p /{SystemStage}/etc /{SystemStage}/home/app",
                    $"chown {id}:{group} /{SystemStage}/home/app",
                    $"printf \"root:x:0:0:root:/root:/sbin/nologin\\n{root}\" > /{SystemStage}/etc/passwd",
                    $"printf \"root:x:0:\\n{groups}\" > /{SystemStage}/etc/group"))
                .Because("Gives the numeric user a name and a home, for programs that ask.");
        }

        var folders = settings.TemporaryDirectory
            ? writable with { Paths = [.. writable.Paths.Union(["/tmp"], StringComparer.Ordinal)] } : writable;
        string[] commands = [.. folders.Commands("/" + SystemStage)];
        return commands.Length == 0 ? stage : stage.Run(ShellWord.Sequence(commands)).Because("The folders that the program writes to.");
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
