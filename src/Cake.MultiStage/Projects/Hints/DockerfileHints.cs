using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Projects.Hints;

/// <summary>
/// Has a preset learn from the Dockerfile that the project has itself: ports, volumes, values, files and arguments that no other file
/// says. What can't be taken over is told.
/// </summary>
internal static class DockerfileHints
{
    private const int MostNames = 12;

    /// <summary>What a Dockerfile installs to build or to prepare the image, and not for the program.</summary>
    private static readonly HashSet<string> Helpers = new(StringComparer.Ordinal)
    {
        "gcc", "g++", "make", "build-essential", "build-base", "pkg-config", "pkgconf", "cmake", "autoconf", "automake", "libtool", "meson",
        "ninja-build", "clang", "lld", "llvm", "python3", "python3-pip", "python3-venv", "py3-pip", "python-is-python3", "curl", "wget",
        "gnupg", "gnupg2", "gpg", "ca-certificates", "ca-certificates-bundle", "apt-transport-https", "lsb-release", "apt-utils",
        "software-properties-common", "unzip", "tar", "xz-utils", "gzip", "bash", "sudo", "gosu", "su-exec", "tini", "tini-static",
        "dumb-init", "shadow", "tzdata", "procps", "vim", "nano", "less", "locales", "locales-all", "libc6-compat", "gcompat", "jq",
        "nodejs", "npm", "yarn", "coreutils", "util-linux", "netcat", "netcat-openbsd", "netcat-traditional", "dos2unix", "net-tools",
        "iputils-ping", "dnsutils", "openssl", "zlib", "musl", "musl-utils", "busybox", "passwd", "s6", "s6-overlay", "supervisor",
        "libcap", "libcap2-bin", "libcap-utils", "setpriv", "icu-libs", "icu-data-full", "mime-support", "nginx", "go", "rust", "cargo",
        "composer", "rsync", "debconf", "dpkg-dev", "file", "re2c", "patch", "linux-headers", "strace", "htop", "ncurses",
    };

    /// <summary>Beginnings of variables that belong to a toolchain, or to the layout of that Dockerfile.</summary>
    private static readonly string[] Toolchains =
    [
        "PATH", "HOME", "USER", "UID", "GID", "PUID", "PGID", "LANG", "LC_", "DEBIAN_", "PYTHON", "PIP_", "UV_", "POETRY_", "VIRTUAL_ENV",
        "NODE_", "NPM_", "YARN_", "PNPM_", "COREPACK_", "GO1", "GOPROXY", "GOPATH", "GOFLAGS", "GOOS", "GOARCH", "GO_VERSION", "CGO_",
        "RUSTUP_", "RUSTFLAGS", "CARGO_", "JAVA_HOME", "JAVA_VERSION", "JDK_", "MAVEN_", "GRADLE_", "BUNDLE_", "GEM_", "RUBY", "RAILS_",
        "PHP_", "COMPOSER_", "APACHE_", "ASPNETCORE_", "DOTNET_", "NUGET_", "HOSTNAME", "VERSION", "COMMIT", "BUILD_", "LD_", "TERM",
        "DOCKER_", "S6_", "PS1", "ENV", "SHELL",
    ];

    // A shell that does more than to start a program.
    private const string Signs = "|&;<>$\"'`";

    /// <summary>Applies what the project's own Dockerfile says, where it has one.</summary>
    public static Preset Apply(Preset preset, ProjectFolder folder, PresetSettings settings)
    {
        if (!settings.ReadDockerfile || preset.IsSite || OwnDockerfile.Of(folder) is not { } own)
        {
            return preset;
        }

        var volumes = settings.Volumes.Count > 0 ? [] : Volumes(own, preset, settings);
        preset = WithPorts(preset, own, settings);
        preset = volumes.Length == 0 ? preset : preset with
        {
            Volumes = [.. preset.Volumes.Union(volumes, StringComparer.Ordinal)],
            Assumptions = [.. preset.Assumptions,
                new Assumption($"{own.File} keeps {string.Join(", ", volumes)} beyond the container: so does this image. Set Volumes for "
                    + "others.")],
        };
        preset = WithVariables(preset, own, settings, volumes);
        preset = WithFiles(preset, own, folder, settings);
        preset = WithStart(preset, own, settings) with
        {
            NeedsCertificates = preset.NeedsCertificates || own.HasCertificates,
            NeedsTimeZones = preset.NeedsTimeZones || own.HasTimeZones,
        };
        return preset with { Assumptions = [.. preset.Assumptions, .. Lacking(preset, own, settings)] };
    }

    private static Preset WithPorts(Preset preset, OwnDockerfile own, PresetSettings settings) =>
        preset.Ports.Count > 0 || settings.Ports.Count > 0 || own.Ports.Count == 0 ? preset : preset with
        {
            Ports = own.Ports,
            Assumptions = [.. preset.Assumptions,
                new Assumption($"{own.File} exposes {string.Join(", ", own.Ports)}: so does this image. Set Ports for others.")],
        };

    /// <summary>Takes the folders that lie beside the program's, or below the folder that it starts in.</summary>
    private static string[] Volumes(OwnDockerfile own, Preset preset, PresetSettings settings)
    {
        var home = settings.Workdir ?? preset.Workdir;
        return [.. own.Volumes.Select(path => own.Workdir is { Length: > 1 } theirs && home is not null
                && path.StartsWith(theirs + "/", StringComparison.Ordinal) ? home.TrimEnd('/') + path[theirs.Length..] : path)
            .Where(path => path.Length > 1 && !IsSystem(path))];
    }

    private static bool IsSystem(string path) =>
        path is "/tmp" or "/run" or "/etc" or "/usr" or "/var" or "/root" or "/root/.cache"
            || path.StartsWith("/proc", StringComparison.Ordinal);

    private static Preset WithVariables(Preset preset, OwnDockerfile own, PresetSettings settings, string[] volumes)
    {
        var left = own.Variables
            .Where(pair => !preset.Environment.ContainsKey(pair.Key) && !settings.Environment.ContainsKey(pair.Key)
                && !Array.Exists(Toolchains, start => pair.Key.StartsWith(start, StringComparison.OrdinalIgnoreCase)))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal).ToList();
        var taken = left.Where(pair => IsPlain(pair.Value, volumes) && !IsOtherPort(pair.Key, pair.Value, preset)).ToList();
        string[] others = [.. left.Except(taken).Select(pair => pair.Key)];
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
                .. others.Length == 0 ? Array.Empty<Assumption>() :
                [
                    new Assumption(
                        $"{own.File} sets {Names(others)} to what fits its own layout, this image does not. Environment sets them."),
                ],
            ],
        };
    }

    /// <summary>Tells whether a value means the same in another image: it is no path, or one that is kept in both.</summary>
    private static bool IsPlain(string value, string[] volumes) =>
        value.Length > 0 && !value.Contains('$', StringComparison.Ordinal)
        && (!value.Contains('/', StringComparison.Ordinal)
            || Array.Exists(volumes, volume => value == volume || value.StartsWith(volume + "/", StringComparison.Ordinal)));

    private static bool IsOtherPort(string name, string value, Preset preset) =>
        name.EndsWith("PORT", StringComparison.Ordinal) && preset.Ports.Count > 0 && !preset.Ports.Contains(value, StringComparer.Ordinal);

    /// <summary>Ships what a compiled program has beside itself; what is interpreted ships with its folder anyway.</summary>
    private static Preset WithFiles(Preset preset, OwnDockerfile own, ProjectFolder folder, PresetSettings settings)
    {
        if (preset.Source is not { } source || settings.Artifacts.Count > 0)
        {
            return preset;
        }

        var home = settings.Workdir ?? preset.Workdir ?? ProgramFiles.Home;
        var travelling = folder.Travelling(settings, preset.Ignored).ToHashSet(StringComparer.Ordinal);
        var files = own.Files(folder)
            .Where(one => travelling.Contains(one.Source.Split('/')[0]) && !IsScript(one.Source) && !IsProgram(one.Source, folder))
            .Select(one => (one.Source, Target: own.Workdir is { Length: > 1 } theirs
                && (one.Destination == theirs || one.Destination.StartsWith(theirs + "/", StringComparison.Ordinal))
                ? home + one.Destination[theirs.Length..] : one.Destination))
            .Where(one => one.Target.Length > 1 && preset.Artifacts.All(known => known.Destination.TrimEnd('/') != one.Target))
            .Distinct().ToList();
        return files.Count == 0 ? preset : preset with
        {
            Workdir = preset.Workdir
                ?? (files.Exists(one => one.Target.StartsWith(home + "/", StringComparison.Ordinal)) ? ProgramFiles.Home : null),
            Artifacts =
            [
                .. files.Select(one => ProgramFiles.Artifact(folder, source, one.Source, one.Target,
                    $"{own.File} has it in the image.")),
                .. preset.Artifacts,
            ],
            Assumptions = [.. preset.Assumptions,
                new Assumption($"{own.File} has {Names([.. files.Select(one => one.Source)])} of the project in the image: so does this "
                    + $"one, as {Names([.. files.Select(one => one.Target)])}.")],
        };
    }

    private static bool IsScript(string path) => path.EndsWith(".sh", StringComparison.Ordinal);

    // A manifest is copied for building alone, as is the whole source; what prepares that image has no place in another.
    private static bool IsProgram(string path, ProjectFolder folder) => folder.HasFolder(path)
        ? path is "docker" or ".docker" or "build" or "scripts" || !ProgramFiles.HasData(folder, path) : ProgramFiles.IsManifest(path);

    /// <summary>Takes the default arguments of the same program.</summary>
    private static Preset WithStart(Preset preset, OwnDockerfile own, PresetSettings settings)
    {
        if (preset.Source is null || preset.Entrypoint is not [var program] || preset.Cmd.Count > 0 || settings.Cmd.Count > 0
            || settings.Entrypoint.Count > 0)
        {
            return preset;
        }

        string[] started = [.. Words(own.Entrypoint), .. Words(own.Cmd)];
        var at = Array.FindIndex(started, word => Same(word, program));
        string[] arguments = at < 0 || at > 3 ? [] : started[(at + 1)..];
        return arguments.Length == 0 || Array.Exists(arguments, word => word.Contains('$', StringComparison.Ordinal)) ? preset : preset with
        {
            Cmd = arguments,
            Assumptions = [.. preset.Assumptions,
                new Assumption(
                    $"{own.File} starts the program with {string.Join(' ', arguments)}: so does this image. Set Cmd for others.")],
        };
    }

    private static bool Same(string word, string program) => Plain(word) == Plain(program);

    private static string Plain(string path) =>
        path[(path.LastIndexOf('/') + 1)..].Replace('_', '-').ToLowerInvariant();

    private static IEnumerable<string> Words(Command? command) => command switch
    {
        ExecCommand exec => exec.Arguments,
        ShellCommand { Text: var text } when !text.Any(Signs.Contains) => text.Split(' ',
            StringSplitOptions.RemoveEmptyEntries),
        _ => [],
    };

    private static IEnumerable<Assumption> Lacking(Preset preset, OwnDockerfile own, PresetSettings settings)
    {
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

        if (own.HealthCheck is { } check && preset.HealthCheck is null && settings.HealthCheck is null)
        {
            yield return new Assumption(
                $"{own.File} says whether the program is well by '{Line(check.Command!)}', this image does not: set "
                + "HealthCheck, to a command that the image has.");
        }

        var script = Words(own.Entrypoint).Concat(Words(own.Cmd)).FirstOrDefault(IsScript);
        if (script is not null && settings.Entrypoint.Count == 0 && !preset.Entrypoint.Any(IsScript))
        {
            yield return new Assumption($"{own.File} starts {script}, this image {string.Join(' ', preset.Entrypoint)}: what the script "
                + "prepares, such as migrations or values of settings, is not done. Set Entrypoint where it is needed.", Doubtful: true);
        }
    }

    private static bool IsForBuilding(string name, Preset preset) =>
        name.EndsWith("-dev", StringComparison.Ordinal) || name.EndsWith("-devel", StringComparison.Ordinal)
        || name.StartsWith("docker-php", StringComparison.Ordinal) || name.StartsWith("php", StringComparison.Ordinal)
        // The libraries that a compiled program is linked to come along.
        || (preset.Source is not null && name.StartsWith("lib", StringComparison.Ordinal));

    private static string Line(Command command) => command is ShellCommand shell
        ? string.Join(' ',
            shell.Text.Replace("\\\n", " ", StringComparison.Ordinal).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        : string.Join(' ', ((ExecCommand)command).Arguments);

    private static string Names(string[] names) => string.Join(", ", names.Take(MostNames))
        + (names.Length > MostNames ? $" and {names.Length - MostNames} more" : "");
}
