using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects.Hints;

/// <summary>
/// Has a preset learn from the Dockerfile that the project has itself: ports, volumes, values, files and arguments that no other file
/// says. What can't be taken over is told.
/// </summary>
internal static partial class DockerfileHints
{
    private const int MostNames = 12;

    // A shell that does more than to start a program.
    private const string Signs = "|&;<>$\"'`";

    /// <summary>Applies what the project's own Dockerfile says, where it has one.</summary>
    public static Preset Apply(Preset preset, ProjectFolder folder, PresetSettings settings)
    {
        if (!settings.ReadDockerfile || preset.IsSite || OwnDockerfile.Of(folder, preset.Part) is not { } own)
        {
            return settings.ReadDockerfile && !preset.IsSite && OwnDockerfile.Unread(folder, preset.Part) is var (file, why) ? preset with
            {
                Assumptions = [.. preset.Assumptions, new Assumption($"{file} can't be read, so nothing of it is taken over. Set Ports, "
                    + $"Volumes, Environment and HealthCheck as it has them. {why}", Doubtful: true)],
            }
            : preset;
        }

        if (preset.OtherProgram is { } other)
        {
            return preset with
            {
                Assumptions = [.. preset.Assumptions,
                    new Assumption($"{own.File} builds {other}, which is another program than this image's: nothing of it is taken over. "
                        + "Set Ports, Volumes, Environment and Artifacts where this program needs them.")],
            };
        }

        var volumes = settings.Volumes.Count > 0 ? [] : Volumes(own, preset, settings);
        preset = WithPorts(preset, own, settings);
        preset = WithVolumes(preset, own, settings, volumes);
        preset = WithVariables(preset, own, settings, volumes);
        preset = WithFiles(preset, own, folder, settings);
        preset = WithStart(preset, own, settings) with
        {
            NeedsCertificates = preset.NeedsCertificates || own.HasCertificates,
            NeedsTimeZones = preset.NeedsTimeZones || own.HasTimeZones,
        };
        preset = HealthHints.Own(preset, own, folder, settings);
        return preset with { Assumptions = [.. preset.Assumptions, .. Lacking(preset, own, settings)] };
    }

    private static Preset WithPorts(Preset preset, OwnDockerfile own, PresetSettings settings) =>
        preset.Ports.Count > 0 || settings.Ports.Count > 0 || own.Ports.Count == 0 ? preset : preset with
        {
            Ports = own.Ports,
            Assumptions = [.. preset.Assumptions,
                new Assumption($"{own.File} exposes {string.Join(", ", own.Ports)}: so does this image. Set Ports for others.")],
        };

    private static Preset WithVolumes(Preset preset, OwnDockerfile own, PresetSettings settings, string[] volumes)
    {
        string[] moved = [.. volumes.Except(own.Volumes, StringComparer.Ordinal)];
        var started = Array.Find(volumes, path => IsDataAlone(path, own));
        string[] left = settings.Volumes.Count > 0 ? [] : [.. own.Volumes.Where(path => !IsSystem(path) && !IsData(path, own))];
        return preset with
        {
            // The program finds what moved by the folder that it starts in.
            Workdir = moved.Length > 0 ? preset.Workdir ?? ProgramFiles.Home : preset.Workdir ?? started,
            Volumes = [.. preset.Volumes.Union(volumes, StringComparer.Ordinal)],
            Assumptions =
            [
                .. preset.Assumptions,
                .. volumes.Length == 0 ? Array.Empty<Assumption>() :
                [
                    new Assumption($"{own.File} keeps {string.Join(", ", volumes)} beyond the container: so does this image. Set Volumes "
                        + "for others."),
                ],
                .. left.Length == 0 ? Array.Empty<Assumption>() :
                [
                    new Assumption($"{own.File} keeps {string.Join(", ", left)} beyond the container, where the program itself or "
                        + "what it is built of lies, or which isn't a path of Linux: this image does not. Set Volumes where the program "
                        + "keeps data.", Doubtful: !Array.TrueForAll(left, IsDependencies)),
                ],
            ],
        };
    }

    /// <summary>Takes the folders of data, moved along with the one that the program starts in.</summary>
    private static string[] Volumes(OwnDockerfile own, Preset preset, PresetSettings settings) =>
        [.. own.Volumes.Where(path => !IsSystem(path) && IsData(path, own)).Select(path => Moved(path, own, Home(preset, settings)))];

    private static string Home(Preset preset, PresetSettings settings) =>
        (settings.Workdir ?? preset.Workdir ?? ProgramFiles.Home).TrimEnd('/');

    /// <summary>Returns where a path lies in this image: what is in the folder that the program starts in is so here as well.</summary>
    private static string Moved(string path, OwnDockerfile own, string home) => IsDataAlone(path, own) ? path
        : new[] { own.Workdir, own.Home }.FirstOrDefault(theirs => theirs is { Length: > 1 }
            && (path == theirs || path.StartsWith(theirs + "/", StringComparison.Ordinal))) is { } place
            ? home + path[place.Length..] : path;

    /// <summary>Tells whether a folder is kept that the program only starts in: nothing of it lies there.</summary>
    private static bool IsDataAlone(string path, OwnDockerfile own) => own.Volumes.Contains(path, StringComparer.Ordinal)
        && path == own.Workdir && !own.IsFilled(path);

    private static bool IsData(string path, OwnDockerfile own) => IsDataAlone(path, own)
        || path.Length > 1 && !path.AsSpan().ContainsAny(':', '\\')
        && !(own.Workdir + "/").StartsWith(path + "/", StringComparison.Ordinal) && !IsDependencies(path);

    private static bool IsDependencies(string path) => PosixPath.NameOf(path) is "node_modules" or "vendor" or ".venv"
        or "venv";

    private static bool IsSystem(string path) =>
        path is "/tmp" or "/run" or "/etc" or "/usr" or "/var" or "/root" or "/root/.cache"
            || Array.Exists(OfServers, folder => path.StartsWith(folder, StringComparison.Ordinal));

    private static Preset WithVariables(Preset preset, OwnDockerfile own, PresetSettings settings, string[] volumes)
    {
        var home = Home(preset, settings);
        var left = own.Variables
            .Where(pair => !preset.Environment.ContainsKey(pair.Key) && !settings.Environment.ContainsKey(pair.Key)
                && !IsToolchain(pair.Key))
            .Select(pair => new KeyValuePair<string, string>(pair.Key, Moved(pair.Value, own, home)))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal).ToList();
        var kept = left.Where(pair => IsSecret(pair.Key, pair.Value) || IsForDevelopment(pair.Key, pair.Value)).ToList();
        var taken = left.Except(kept).Where(pair => !Telling.Contains(pair.Key) && IsPlain(pair.Value, volumes)
            && !IsOtherPort(pair.Key, pair.Value, preset)).ToList();
        string[] others = [.. left.Except(kept).Except(taken).Select(pair => pair.Key)];
        return preset with
        {
            Environment = ProjectDescription.Merged(taken.ToDictionary(StringComparer.Ordinal), preset.Environment),
            Assumptions =
            [
                .. preset.Assumptions,
                .. taken.Count == 0 ? Array.Empty<Assumption>() :
                [
                    new Assumption($"{own.File} sets {Names([.. taken.Select(pair => $"{pair.Key}={pair.Value}")])}: so does this image. "
                        + "Environment sets others."),
                ],
                .. kept.Count == 0 ? Array.Empty<Assumption>() :
                [
                    new Assumption($"{own.File} sets {Names([.. kept.Select(pair => pair.Key)])}, which are secrets or for development: "
                        + "this image does not. Give them where the container runs, or set Environment.", Doubtful: true),
                ],
                .. others.Length == 0 ? Array.Empty<Assumption>() :
                [
                    new Assumption(
                        $"{own.File} sets {Names(others)} to what fits its own layout, this image does not. Environment sets them."),
                ],
            ],
        };
    }

    /// <summary>Tells whether a variable belongs to a toolchain, or to the layout of a Dockerfile.</summary>
    public static bool IsToolchain(string name) => !Telling.Contains(name)
        && (Toolchains.Contains(name) || Array.Exists(Prefixes, start => name.StartsWith(start, StringComparison.OrdinalIgnoreCase))
            || Array.Exists(Sums, end => name.EndsWith(end, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Tells whether a value may be a secret.</summary>
    // A path says where the secret is; a switch or a number is none, unless the name leaves no doubt.
    public static bool IsSecret(string name, string value) => PasswordInAddress().IsMatch(value)
        || (SecretName.IsLikely(name) && !value.StartsWith('/')
            && (SecretName.IsCertain(name) || value.Length == 0
                || !(value.All(char.IsAsciiDigit) || Off.Contains(value) || On.Contains(value))));

    private static bool IsForDevelopment(string name, string value) => DevelopmentValue().IsMatch(value)
        || (name.EndsWith("DEBUG", StringComparison.OrdinalIgnoreCase) && !Off.Contains(value));

    /// <summary>Tells whether a value means the same in another image: it is no path, or one that is kept in both.</summary>
    private static bool IsPlain(string value, string[] volumes) =>
        value.Length > 0 && !value.Contains('$', StringComparison.Ordinal)
        && (!value.Contains('/', StringComparison.Ordinal)
            || Array.Exists(volumes, volume => value == volume || value.StartsWith(volume + "/", StringComparison.Ordinal)));

    private static bool IsOtherPort(string name, string value, Preset preset) =>
        name.EndsWith("PORT", StringComparison.Ordinal) && preset.Ports.Count > 0 && !preset.Ports.Contains(value, StringComparer.Ordinal);

    /// <summary>Takes the default arguments of the same program.</summary>
    private static Preset WithStart(Preset preset, OwnDockerfile own, PresetSettings settings)
    {
        if ((preset.Source is null && preset.StartWords is null) || preset.Entrypoint is not [var program] || preset.Cmd.Count > 0
            || settings.Cmd.Count > 0 || settings.Entrypoint.Count > 0)
        {
            return preset;
        }

        string[] entry = [.. Words(own.Entrypoint)];
        string[] started = [.. entry, .. own.Entrypoint is ShellCommand ? [] : Words(own.Cmd)];
        var at = Array.FindIndex(started, word => Same(word, program)) is var named and >= 0 ? named
            // The program may be called otherwise there: it is what a stage made and the entry point names.
            : Array.FindIndex(started, word => preset.Source is not null && IsShipped(own, word));
        // What stands behind the program in the entry point stays when the container is given other arguments.
        var kept = Math.Max(0, entry.Length - at - 1);
        var home = Home(preset, settings);
        string[] arguments = at < 0 || at > 3 ? [] : [.. started[(at + 1)..].Select(word => Word(word, own, home))];
        if (arguments.Length == 0 || Array.Exists(arguments, word => word.Contains('$', StringComparison.Ordinal)))
        {
            return preset;
        }

        var (plain, privileged) = (settings.User ?? preset.User ?? "0").Split(':')[0] is "0" or "root"
            ? (arguments, []) : Unprivileged(arguments);
        if (privileged.Length > 0)
        {
            preset = preset with
            {
                Assumptions = [.. preset.Assumptions,
                    new Assumption($"{own.File} starts the program with {string.Join(' ', arguments)}, of which "
                        + $"{string.Join(' ', privileged)} is for root alone, who this image's user "
                        + "is not: it is started without. For all of them set User = \"0:0\" and Cmd.", Doubtful: true)],
            };
            arguments = plain;
            kept = 0;
        }

        string[] there =
        [
            .. preset.Artifacts.Select(artifact => artifact.Destination.TrimEnd('/')).Where(path => path.Length > 0),
            .. preset.Volumes, .. settings.Volumes,
            .. preset.WritableFolders, .. settings.WritableFolders,
            .. preset.Reads?.Read.Select(one => $"{home}/{one.Target}") ?? [],
            .. preset.Reads?.Written.Select(one => $"{home}/{one.Folder}") ?? [], home, "/dev", "/proc", "/sys", "/tmp", "/etc/hosts",
        ];
        var lacking = Array.Find(arguments, word => PathOf(word) is { Length: > 1 } path && !Array.Exists(there, known => known == path
            || (known != home && path.StartsWith(known + "/", StringComparison.Ordinal))
            || known.StartsWith(path.TrimEnd('/') + "/", StringComparison.Ordinal)));
        return lacking is not null ? preset with
        {
            Assumptions = [.. preset.Assumptions,
                new Assumption($"{own.File} starts the program with {string.Join(' ', arguments)}, of which this image lacks "
                    + $"{PathOf(lacking)}: it is started without. Set Cmd, and Artifacts where the program needs the file.",
                    Doubtful: true)],
        }
        : preset with
        {
            Entrypoint = [program, .. arguments.Take(kept)],
            Cmd = [.. arguments.Skip(kept)],
            // A path from the folder that it starts in means the same here.
            Workdir = preset.Workdir ?? (own.Workdir is { Length: > 1 } theirs && Array.Exists(arguments, IsRelative) ? theirs : null),
            Assumptions =
            [
                .. preset.Assumptions,
                .. arguments.Length == 0 ? Array.Empty<Assumption>() :
                [
                    new Assumption(
                        $"{own.File} starts the program with {string.Join(' ', arguments)}: so does this image. Set "
                            + $"{(kept == 0 ? "Cmd" : "Entrypoint and Cmd")} for others."),
                ],
                .. preset.Base.IsEmpty && Array.Find(arguments, Shells.Contains) is { } shell
                    ? [new Assumption($"The argument '{shell}' is a program, which this image's empty base lacks: set Flavor = "
                        + "BaseFlavor.Slim, or Cmd where the program is not to start it.", Doubtful: true)]
                    : Array.Empty<Assumption>(),
            ],
        };
    }

    private static bool IsShipped(OwnDockerfile own, string word) => !word.StartsWith('-') && !IsScript(word) && !Shells.Contains(word)
        && !Helpers.Contains(PosixPath.NameOf(word))
        && own.Shipped.OfType<CopyInstruction>().Any(copy => copy.From is not null && copy.Sources.Append(copy.Destination)
            .Any(path => path.Length > 1 && !path.EndsWith('/') && PosixPath.NameOf(path) == PosixPath.NameOf(word)));

    private static bool IsRelative(string word) => word is "." or ".." || word.StartsWith("./", StringComparison.Ordinal)
        || word.StartsWith("../", StringComparison.Ordinal);

    /// <summary>Tells the arguments by which a program that root starts becomes another user from the others.</summary>
    private static (string[] Kept, string[] Privileged) Unprivileged(string[] arguments)
    {
        List<string> kept = [], privileged = [];
        for (var i = 0; i < arguments.Length; i++)
        {
            var name = arguments[i].Split('=')[0];
            var hasValue = !arguments[i].Contains('=', StringComparison.Ordinal) && i + 1 < arguments.Length
                && (name == "--chroot" ? arguments[i + 1].StartsWith('/') : !arguments[i + 1].StartsWith('-'));
            var value = hasValue ? arguments[i + 1] : arguments[i][(arguments[i].IndexOf('=', StringComparison.Ordinal) + 1)..];
            if (OfRoot.Contains(name) || (name is "--user" or "--group" or "-u" or "-g" && SystemUsers.Contains(value)))
            {
                privileged.AddRange(arguments[i..(hasValue ? i + 2 : i + 1)]);
                i += hasValue ? 1 : 0;
            }
            else
            {
                kept.Add(arguments[i]);
            }
        }

        return ([.. kept], [.. privileged]);
    }

    /// <summary>Moves the path that an argument is, or ends in, as in <c>--config=/srv/config.yml</c>.</summary>
    private static string Word(string word, OwnDockerfile own, string home) => PathOf(word) is { } path
        ? word[..^path.Length] + Moved(path, own, home) : word;

    private static string? PathOf(string word) => word.StartsWith('/') ? word
        : word.IndexOf("=/", StringComparison.Ordinal) is var at and > 0 ? word[(at + 1)..] : null;

    public static bool Same(string word, string program) => Plain(word) == Plain(program);

    private static string Plain(string path) =>
        PosixPath.NameOf(path).Replace('_', '-').ToLowerInvariant();

    /// <summary>Returns the words of a command that needs no shell; none of another.</summary>
    public static IEnumerable<string> Words(Command? command) => command switch
    {
        ExecCommand exec => exec.Arguments,
        ShellCommand { Text: var text } when !text.Any(Signs.Contains) => text.Split(' ',
            StringSplitOptions.RemoveEmptyEntries),
        _ => [],
    };

    private static IEnumerable<Assumption> Lacking(Preset preset, OwnDockerfile own, PresetSettings settings)
    {
        if (!preset.Base.IsGiven && own.BaseImage is { } image && IsOwnImage(image))
        {
            yield return new Assumption($"{own.File} starts its image from {image}, which may have programs of its own: this image has "
                + $"none of them. Where the program calls them set RuntimePackages, or FinalBase = \"{image}\".", Doubtful: true);
        }

        var said = string.Join('\n', new[] { preset.Runtime, preset.Builder }.Concat(preset.Stages).OfType<Stage>()
            .SelectMany(stage => stage.Instructions).OfType<RunInstruction>().Select(run => run.Write([])));
        // Where one stage does all, what it installs is for building as well.
        string[] packages = !own.TakesOver && preset.Source is not null || settings.RuntimePackages.Count > 0 || preset.Base.IsGiven ? [] :
            [.. own.Packages.Where(name => !Helpers.Contains(name) && !IsForBuilding(name, preset)
                && !said.Contains(" " + name, StringComparison.Ordinal))];
        if (packages.Length > 0)
        {
            yield return new Assumption(
                $"{own.File} installs {Names(packages)} in its image, which this one lacks: where the program calls them, set "
                + $"{(own.IsAlpine && preset.Base.Flavor != BaseFlavor.Alpine ? "Flavor = BaseFlavor.Alpine; " : "")}RuntimePackages = "
                + $"[{string.Join(", ", packages.Take(MostNames).Select(name => $"\"{name}\""))}];", Doubtful: true);
        }

        foreach (var told in OwnStart.Told(preset, own, settings))
        {
            yield return told;
        }
    }

    /// <summary>Tells whether an image is somebody's own, and none that all start from.</summary>
    private static bool IsOwnImage(string image) => image.Contains('/', StringComparison.Ordinal)
        && !image.Contains('$', StringComparison.Ordinal) && !Array.Exists(Publishers, name =>
            image.StartsWith(name, StringComparison.Ordinal));

    private static bool IsForBuilding(string name, Preset preset) =>
        name.EndsWith("-dev", StringComparison.Ordinal) || name.EndsWith("-devel", StringComparison.Ordinal)
        || name.StartsWith("docker-php", StringComparison.Ordinal) || name.StartsWith("php", StringComparison.Ordinal)
        // The libraries that a compiled program is linked to come along.
        || (preset.Source is not null && name.StartsWith("lib", StringComparison.Ordinal));

    public static string Line(Command command) => command is ShellCommand shell
        ? string.Join(' ',
            shell.Text.Replace("\\\n", " ", StringComparison.Ordinal).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        : string.Join(' ', ((ExecCommand)command).Arguments);

    private static string Names(string[] names) => ProgramFiles.Names(names);
}
