using System.Globalization;
using System.Text.RegularExpressions;
using Cake.MultiStage.Contexts;
using Cake.MultiStage.Dockerfiles.Reading;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects.Hints;

/// <summary>
/// The Dockerfile that the project has itself: who wrote it knows what the program needs when it runs, which no source says.
/// </summary>
internal sealed partial record OwnDockerfile
{
    private static readonly string[] Places =
    [
        "Dockerfile", "Containerfile", "docker/Dockerfile", "build/Dockerfile", ".docker/Dockerfile", "deploy/Dockerfile",
        "scripts/Dockerfile", "docker/default.Dockerfile", "dockerfile", "docker/dockerfile",
    ];

    /// <summary>The ports of the debuggers of Node.js, Python, Java and Go.</summary>
    private static readonly string[] Debuggers = ["9229", "9230", "5678", "5005", "2345", "40000"];

    private static readonly string[] Hosts = ["fly.toml", "compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

    private OwnDockerfile(string file, Dockerfile content, IReadOnlyList<Stage> chain) => (File, Content, Chain) = (file, content, chain);

    /// <summary>Gets its path, relative to the project's folder.</summary>
    public string File { get; }

    public Dockerfile Content { get; }

    /// <summary>Gets the stages that the image is made of, the lowest first.</summary>
    public IReadOnlyList<Stage> Chain { get; }

    /// <summary>Gets a value indicating whether the image takes over files of a stage that is not its own.</summary>
    public bool TakesOver => Shipped.OfType<CopyInstruction>().Any(copy => copy.From is not null);

    /// <summary>Gets what the image is made by, in order.</summary>
    public IEnumerable<Instruction> Shipped => Chain.SelectMany(stage => stage.Instructions);

    /// <summary>Gets the ports, as far as they are known; those that debuggers listen on serve development.</summary>
    public IReadOnlyList<string> Ports
    {
        get
        {
            string[] all = [.. Shipped.OfType<ExposeInstruction>()
                .SelectMany(expose => expose.Port.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
            return [.. all.Select(port => Known(port.EndsWith("/tcp", StringComparison.Ordinal) ? port[..^"/tcp".Length] : port))
                .Where(port => !port.Contains('$', StringComparison.Ordinal) && !Rules.Port(port).Any()
                    && (all.Length == 1 || !Debuggers.Contains(port, StringComparer.Ordinal)))
                .Distinct(StringComparer.Ordinal)];
        }
    }

    /// <summary>Gets the image that it starts from, as far as it is known; null for none.</summary>
    public string? BaseImage => Chain[0].Base is ScratchBase ? null : KnownBase(Chain[0].Base.Text);

    /// <summary>Returns what the tag of an image says where a stage starts from it, what ships first: <c>22-alpine</c>.</summary>
    public string? TagOf(string image) => Chain.Concat(Content.Stages).Select(stage => KnownBase(stage.Base.Text))
        .Select(text => text.StartsWith("docker.io/", StringComparison.Ordinal) ? text["docker.io/".Length..] : text)
        .Select(text => text.StartsWith("library/", StringComparison.Ordinal) ? text["library/".Length..] : text)
        .FirstOrDefault(text => text.StartsWith(image + ":", StringComparison.Ordinal))?[(image.Length + 1)..].Split('@')[0];

    /// <summary>Gets the folders that outlive the container.</summary>
    public IReadOnlyList<string> Volumes => [.. Placed().Where(one => one.Instruction is VolumeInstruction)
        .Select(one => ((VolumeInstruction)one.Instruction).Path is var path && IsOfWindows(path) ? path : Absolute(one.Workdir, path))
        .OfType<string>()
        .Distinct(StringComparer.Ordinal)];

    /// <summary>Gets the folder that the program starts in; null where a variable says it.</summary>
    public string? Workdir => Placed().Select(one => one.Workdir).LastOrDefault();

    // What a stage starts from knows the arguments before the first stage, as they are.
    private string KnownBase(string text) => !text.Contains('$', StringComparison.Ordinal) ? text
        : new GlobalArguments([.. Content.Arguments, .. Shipped.OfType<ArgInstruction>(),
            .. Variables.Select(pair => new ArgInstruction(pair.Key, pair.Value) { Expand = true })]).Expand(text);

    /// <summary>
    /// Returns a text with the values that variables have where nobody gives others; as it is written where one has none.
    /// </summary>
    public string Known(string text)
    {
        if (!text.Contains('$', StringComparison.Ordinal))
        {
            return text;
        }

        var global = Content.Arguments.Where(argument => argument.Default is not null)
            .ToLookup(argument => argument.Name, argument => argument.Default!, StringComparer.Ordinal);
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        foreach (var instruction in Shipped)
        {
            var (name, value) = instruction switch
            {
                ArgInstruction argument => (argument.Name, argument.Default ?? global[argument.Name].LastOrDefault()),
                EnvInstruction variable => (variable.Name, variable.Value),
                _ => ("", null),
            };
            if (value is not null && VariableText.Read(value) is { Problem: null } known && known.Required.All(values.ContainsKey))
            {
                values[name] = known.Expand(values.GetValueOrDefault);
            }
        }

        return VariableText.Read(text) is { Problem: null } read && read.Required.All(values.ContainsKey)
            ? read.Expand(values.GetValueOrDefault) : text;
    }

    /// <summary>Gets the folder that the whole project is copied into; null where none is, or a variable says it.</summary>
    public string? Home => Placed().Select(one => one.Instruction switch
    {
        CopyInstruction { From: null } copy when copy.Sources.Any(IsWhole) => Absolute(one.Workdir, copy.Destination),
        AddInstruction add when add.Sources.Any(IsWhole) => Absolute(one.Workdir, add.Destination),
        _ => null,
    }).LastOrDefault(path => path is not null)?.TrimEnd('/');

    /// <summary>Tells whether something is copied into a folder.</summary>
    public bool IsFilled(string path) => Placed().Select(one => one.Instruction switch
    {
        CopyInstruction copy => Absolute(one.Workdir, copy.Destination),
        AddInstruction add => Absolute(one.Workdir, add.Destination),
        _ => "",
    }).Any(target => target is null || target == path || target.StartsWith(path + "/", StringComparison.Ordinal));

    /// <summary>Gets the variables, the last value of each.</summary>
    public IReadOnlyDictionary<string, string> Variables => Shipped.OfType<EnvInstruction>()
        .GroupBy(variable => variable.Name, StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.Last().Value, StringComparer.Ordinal);

    public HealthcheckInstruction? HealthCheck =>
        Shipped.OfType<HealthcheckInstruction>().LastOrDefault(check => check.Command is not null);

    public Command? Entrypoint => Shipped.OfType<EntrypointInstruction>().LastOrDefault()?.Command;

    public Command? Cmd => Shipped.OfType<CmdInstruction>().LastOrDefault()?.Command;

    /// <summary>Gets the commands of the stages that the image needs, a line each.</summary>
    public IEnumerable<string> Commands => Content.StagesNeededBy(Target, new Dictionary<string, string>(StringComparer.Ordinal))
        .SelectMany(stage => stage.Instructions).OfType<RunInstruction>().Select(Text);

    /// <summary>Returns the variables that stages set before they run a command which fits.</summary>
    public IEnumerable<KeyValuePair<string, string>> VariablesWhere(Func<string, bool> fits) =>
        Content.StagesNeededBy(Target, new Dictionary<string, string>(StringComparer.Ordinal))
            .SelectMany(stage => stage.Instructions.Reverse()
                .SkipWhile(instruction => instruction is not RunInstruction run || !fits(Text(run))).Reverse())
            .OfType<EnvInstruction>()
            .Select(variable => KeyValuePair.Create(variable.Name, variable.Value));

    /// <summary>Gets a value indicating whether a stage that ships compiles as well, so that what it has is for that, too.</summary>
    public bool Compiles => Shipped.OfType<RunInstruction>().Any(run => Compiler().IsMatch(Text(run)));

    private bool Starts => Entrypoint is not null || Cmd is not null;

    /// <summary>Gets the stage that ships; null for the last.</summary>
    private string? Target { get; init; }

    /// <summary>Gets a value indicating whether the image has the certificates of the public authorities for sure.</summary>
    public bool HasCertificates => Packages.Contains("ca-certificates", StringComparer.Ordinal) || Takes("/etc/ssl")
        || Takes("ca-certificates");

    /// <summary>Gets a value indicating whether it has the time zones for sure.</summary>
    public bool HasTimeZones => Packages.Contains("tzdata", StringComparer.Ordinal) || Takes("zoneinfo");

    /// <summary>Gets the packages of the system that are installed in the image, and stay there.</summary>
    public IReadOnlyList<string> Packages => [.. Shipped.OfType<RunInstruction>().SelectMany(run => PackagesOf(Text(run)))
        .Distinct(StringComparer.Ordinal)];

    /// <summary>Gets a value indicating whether they are Alpine Linux's.</summary>
    public bool IsAlpine => Shipped.OfType<RunInstruction>().Any(run => Text(run).Contains("apk ", StringComparison.Ordinal));

    /// <summary>Reads a folder's; null where it has none that can be read, or one that this library wrote.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="part">The folder of the program in it, whose own takes precedence; empty for the folder itself.</param>
    public static OwnDockerfile? Of(ProjectFolder folder, string part = "") =>
        Find(folder, part) is { } file && !IsWritten(folder, file) ? Read(folder, file) : null;

    /// <summary>Returns a folder's that can't be read, and why; null where it can, or there is none.</summary>
    public static (string File, string Why)? Unread(ProjectFolder folder, string part)
    {
        if (Find(folder, part) is not { } file || IsWritten(folder, file))
        {
            return null;
        }

        try
        {
            DockerfileReader.Read(folder.Read(file));
            return null;
        }
        catch (MultiStageException exception)
        {
            return (file, exception.Message);
        }
    }

    private static string? Find(ProjectFolder folder, string part)
    {
        string[] inner = [.. new[] { part.Length == 0 ? "" : part + "/", folder.Described }.Where(one => one.Length > 0)];
        string[] places = [.. inner.SelectMany(one => Places.Select(place => one + place)), .. Places];
        return places.FirstOrDefault(folder.Has) ?? Named(folder);
    }

    /// <summary>Returns the one that the configuration of a host, or of Compose, names.</summary>
    private static string? Named(ProjectFolder folder)
    {
        string[] named = [.. Hosts.Where(folder.Has).SelectMany(file => NamedFile().Matches(folder.Read(file)))
            .Select(match => PosixPath.Clean(match.Groups["path"].Value.TrimStart('/')))
            .Where(path => !PosixPath.Leaves(path) && !IsForOthers().IsMatch(path) && folder.Has(path)).Distinct(StringComparer.Ordinal)];
        return named is [var one] ? one : null;
    }

    /// <summary>
    /// Returns the files and folders of the project that the image holds, each with where: those that are copied at once, and those that
    /// come by way of a stage that has the whole project.
    /// </summary>
    public IEnumerable<(string Source, string Destination)> Files(ProjectFolder folder)
    {
        foreach (var (instruction, workdir) in Placed())
        {
            var (sources, destination, from) = instruction switch
            {
                CopyInstruction copy => (copy.Sources, copy.Destination, copy.From),
                AddInstruction add => (add.Sources, add.Destination, null),
                _ => ([], "", null),
            };
            var target = Absolute(workdir, destination);
            foreach (var source in target is null ? [] : sources)
            {
                if (Own(folder, source, from) is { Length: > 0 } own)
                {
                    var into = !folder.HasFolder(own)
                        && (sources.Count > 1 || destination.EndsWith('/') || destination is "." or ".." || target == workdir);
                    yield return (own, into ? target!.TrimEnd('/') + "/" + PosixPath.NameOf(own) : target!);
                }
            }
        }
    }

    /// <summary>
    /// Returns what else the image holds by its copies, and that no path in the project says: each as the source and where it comes from.
    /// </summary>
    public IEnumerable<(string Source, string? From, string? Destination)> Others(ProjectFolder folder)
    {
        foreach (var (instruction, workdir) in Placed())
        {
            var (sources, files, destination, from) = instruction switch
            {
                CopyInstruction copy => (copy.Sources, copy.Files, copy.Destination, copy.From),
                AddInstruction add => (add.Sources, add.Files, add.Destination, null),
                _ => ([], [], "", null),
            };
            var target = Absolute(workdir, destination);
            foreach (var source in sources.Where(source => (target is null || Own(folder, source, from) is null)
                && !(from is null && source.Trim('/', '.').Length == 0)))
            {
                yield return (source, from, target);
            }

            foreach (var inline in files)
            {
                yield return ($"<<{inline.Name ?? "EOF"}", from, target);
            }
        }
    }

    /// <summary>Tells whether a stage makes a file by the path, as compilers name what they make.</summary>
    public bool IsMade(string source, string? from) => from is not null && Stage(from) is { } stage
        && (source.Contains("/release/", StringComparison.Ordinal) || source.Contains("/go/bin/", StringComparison.Ordinal)
            || stage.Instructions.OfType<RunInstruction>().SelectMany(run => Output().Matches(Text(run)))
                .Any(match => Last(match.Groups["path"].Value.Trim('"', '\'')) == Last(source)));

    private static string Last(string path) => path.TrimEnd('/') is var plain ? PosixPath.NameOf(plain) : "";

    private Stage? Stage(string name) =>
        Content.Stages.FirstOrDefault(one => string.Equals(one.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < Content.Stages.Count
            ? Content.Stages[number] : null);

    private bool Takes(string part) => Shipped.OfType<CopyInstruction>().Any(copy => copy.From is not null
        && copy.Sources.Any(source => source.Contains(part, StringComparison.Ordinal)));

    private static bool IsWritten(ProjectFolder folder, string file) =>
        folder.ReadIfThere(file + ".dockerignore")?.StartsWith(IgnoreFile.Mark, StringComparison.Ordinal) == true;

    private static OwnDockerfile? Read(ProjectFolder folder, string file)
    {
        try
        {
            var content = DockerfileReader.Read(folder.Read(file));
            // The last stage may be there for another purpose: what ships starts something, and is not called a test.
            var started = content.Stages.Reverse().Where((stage, back) => back == 0 || stage.Name is not null)
                .Select((stage, back) => new OwnDockerfile(file, content, Under(content, back == 0 ? null : stage.Name))
                {
                    Target = back == 0 ? null : stage.Name,
                })
                .ToList();
            return started.Find(one => one.Starts && !IsForOthers().IsMatch(one.Target ?? content.Stages[^1].Name ?? ""))
                ?? started.Find(one => one.Starts) ?? started[0];
        }
        catch (MultiStageException)
        {
            // It is a hint, and no part of the description.
            return null;
        }
    }

    private static IReadOnlyList<Stage> Under(Dockerfile content, string? target) =>
        [.. StageChain.Of(content, target, new Dictionary<string, string>(StringComparer.Ordinal)).Reverse()];

    /// <summary>Returns the path in the project of what is copied; null where it is none of its files.</summary>
    private string? Own(ProjectFolder folder, string source, string? from)
    {
        if (source.AsSpan().ContainsAny('$', '*', '?') || source.Contains("://", StringComparison.Ordinal))
        {
            return null;
        }

        var path = source;
        if (from is not null)
        {
            var stage = Stage(from);
            var at = stage?.Instructions.OfType<WorkdirInstruction>().LastOrDefault()?.Path.TrimEnd('/');
            if (at is null || IsMade(source, from) || !source.StartsWith(at + "/", StringComparison.Ordinal))
            {
                return null;
            }

            path = source[(at.Length + 1)..];
        }

        path = string.Join('/', PosixPath.Parts(path));
        return path.Length > 0 && !PosixPath.Parts(path).Contains("..", StringComparer.Ordinal) && folder.Existing(path).Count > 0
            ? path : null;
    }

    /// <summary>Returns the instructions with the folder that each of them works in; null where that has variables in it.</summary>
    private IEnumerable<(Instruction Instruction, string? Workdir)> Placed()
    {
        string? at = "/";
        foreach (var instruction in Shipped)
        {
            at = instruction is WorkdirInstruction workdir ? Absolute(at, workdir.Path) : at;
            yield return (instruction, at);
        }
    }

    private static bool IsWhole(string source) => source is "." or "./";

    private static bool IsOfWindows(string path) => path.Length > 1 && char.IsAsciiLetter(path[0]) && path[1] == ':';

    private static string? Absolute(string? workdir, string path) =>
        path.Contains('$', StringComparison.Ordinal) || (workdir is null && !path.StartsWith('/')) ? null
        : PosixPath.Join(workdir ?? "/", path);

    private static string Text(RunInstruction run)
    {
        var command = run.Command is ShellCommand shell ? shell.Text : string.Join(' ', (run.Command as ExecCommand)?.Arguments ?? []);
        return Comment().Replace($"{command}\n{run.Heredoc}", "")
            .Replace("\\\r\n", " ", StringComparison.Ordinal).Replace("\\\n", " ", StringComparison.Ordinal);
    }

    private static IEnumerable<string> PackagesOf(string command)
    {
        foreach (Match match in Install().Matches(command))
        {
            string[] words = match.Groups["words"].Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            // Those of a name for all of them are taken away again when the program is built.
            if (!words.Any(word => word is "--virtual" or "-t" || word.StartsWith("--virtual=", StringComparison.Ordinal)))
            {
                foreach (var name in words.Select(word => Version().Replace(word.Trim('"', '\''), "")).Where(word => Name().IsMatch(word)))
                {
                    yield return name;
                }
            }
        }
    }

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;

    [GeneratedRegex(@"\b(apt-get|apt|apk|dnf|yum|microdnf)(\s+-\S+)*\s+(install|add)\s(?<words>[^&|;\n]*)", Options)]
    private static partial Regex Install();

    [GeneratedRegex(@"(^|[;&|(\n])\s*([A-Za-z_]+=\S*\s+)*([^\s;&|]*/)?(go\s+(build|install|run)|cargo|mvn|mvnw|gradle|gradlew"
        + @"|javac|cmake|make|gcc|g\+\+|cc)(\s|\z)", Options)]
    private static partial Regex Compiler();

    [GeneratedRegex(@"^\s*dockerfile\s*[:=]\s*['""]?(?<path>[^\s'""#]+)", Options | RegexOptions.Multiline)]
    private static partial Regex NamedFile();

    // Names of stages and files that serve development, tests or a service beside the program.
    [GeneratedRegex(@"(^|[-_./])(pr|dev|develop|development|debug|debugger|tests?|testing|ci|e2e|lint|nightly|upload|artifacts?)"
        + @"([-_./0-9]|$)", Options | RegexOptions.IgnoreCase)]
    private static partial Regex IsForOthers();

    [GeneratedRegex(@"\s-o(=|\s*)(?<path>\S+)", Options)]
    private static partial Regex Output();

    [GeneratedRegex(@"[=<>~].*\z", Options)]
    private static partial Regex Version();

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9+._-]+\z", Options)]
    private static partial Regex Name();

    [GeneratedRegex(@"^[ \t]*#.*$", Options | RegexOptions.Multiline)]
    private static partial Regex Comment();
}
