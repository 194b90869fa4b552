namespace Cake.MultiStage.Dockerfiles.Reading;

/// <summary>
/// Makes records of an instruction's text. What is not a Dockerfile is an error; what records have no place for stays a raw instruction.
/// </summary>
internal sealed class InstructionReader(LogicalLine line, char escape, string raw)
{
    private const string OneOnly = "takes exactly one argument";

    private readonly CommandReader commands = new(line, escape, raw);

    /// <exception cref="DockerfileException">Docker would not read it either.</exception>
    public IReadOnlyList<Instruction> Read() => Read(line.Text.Trim()) ?? [new RawInstruction(raw)];

    private DockerfileException Error(string problem) => line.Error(0, problem);

    /// <summary>
    /// Reads an instruction, or several where it sets several things; <see langword="null"/> where records have no place for it.
    /// </summary>
    private IReadOnlyList<Instruction>? Read(string text)
    {
        var (keyword, arguments) = FlagReader.Keyword(text);
        var (flags, rest) = FlagReader.Read(arguments, escape);
        return keyword switch
        {
            "RUN" => One(new RunReader(line, escape, raw).Read(flags, rest)),
            "COPY" or "ADD" => One(Transfer(keyword, flags, rest)),
            "ONBUILD" => OnBuild(rest, flags),
            "HEALTHCHECK" => One(Healthcheck(flags, rest)),
            "ENV" =>
                Pairs(flags, NameValues.Split(rest, keyword, escape, Error),
                    (name, value) => new EnvInstruction(name, value.Literal ?? value.Text) { Expand = value.Literal is null }),
            "LABEL" =>
                Pairs(flags, NameValues.Split(rest, keyword, escape, Error),
                    (name, value) => new LabelInstruction(name, value.Literal ?? value.Text) { Expand = value.Literal is null }),
            _ when flags.Count > 0 => null,
            "ARG" => Arguments(rest),
            "CMD" => Command(rest) is { } command ? [new CmdInstruction(command)] : null,
            "ENTRYPOINT" => Command(rest) is { } command ? [new EntrypointInstruction(command)] : null,
            "SHELL" =>
                Array(rest) is { Count: > 0 } shell
                    ? [new ShellInstruction(shell)]
                    : throw Error("SHELL takes a JSON array, such as SHELL [\"/bin/bash\", \"-c\"]"),
            "EXPOSE" => Each(Required(rest, "EXPOSE takes at least one port"), port => new ExposeInstruction(port)),
            "VOLUME" => Volumes(rest),
            "USER" => Word(Single(rest, keyword), user => new UserInstruction(user)),
            "WORKDIR" => Word(Single(rest, keyword), path => new WorkdirInstruction(path)),
            "STOPSIGNAL" => Word(Single(rest, keyword), signal => new StopSignalInstruction(signal)),
            "MAINTAINER" => [new MaintainerInstruction(Single(rest, keyword))],
            _ => null,
        };
    }

    private static IReadOnlyList<Instruction>? One(Instruction? instruction) => instruction is null ? null : [instruction];

    private string Single(string rest, string keyword) => rest.Length > 0 ? rest : throw Error($"{keyword} {OneOnly}");

    private string Required(string rest, string problem) => rest.Length > 0 ? rest : throw Error(problem);

    private IReadOnlyList<string>? Array(string rest) => commands.Array(rest);

    private Command? Command(string rest) => rest.Length == 0 ? null : commands.Read(rest);

    private IReadOnlyList<Instruction>? Word(string text, Func<string, Instruction> make) =>
        WordReader.Read(text, escape) is { } word ? [make(word.Text)] : null;

    private IReadOnlyList<Instruction>? Each(string rest, Func<string, Instruction> make)
    {
        var words = NameValues.Spaced(rest).Select(word => WordReader.Read(word, escape)).ToList();
        return words.Contains(null) ? null : [.. words.Select(word => make(word!.Text))];
    }

    private IReadOnlyList<Instruction>? Volumes(string rest)
    {
        var paths = Array(Required(rest, "VOLUME takes at least one path"));
        return paths is null ? Each(rest, path => new VolumeInstruction(path))
            : paths.Count == 0 || paths.Any(string.IsNullOrWhiteSpace) ? throw Error("VOLUME has an empty path: name a folder")
            : paths.Select(path => WordReader.Read(path.Trim(), escape)).ToList() is var words && words.Contains(null) ? null
            : [.. words.Select(word => new VolumeInstruction(word!.Text))];
    }

    private List<Instruction>? Arguments(string rest)
    {
        List<Instruction> arguments = [];
        foreach (var word in NameValues.Quoted(Required(rest, "ARG takes at least one name"), escape))
        {
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? word : word[..equals];
            if (name.Length == 0)
            {
                throw Error("ARG has a value without a name: write NAME=value");
            }

            var value = equals < 0 ? null : WordReader.Read(word[(equals + 1)..], escape);
            if ((value is null && equals >= 0) || WordReader.Read(name, escape) is not { Literal: { } plain } || plain != name)
            {
                return null;
            }

            arguments.Add(new ArgInstruction(name, value?.Literal ?? value?.Text) { Expand = value is { Literal: null } });
        }

        return arguments;
    }

    private List<Instruction>? Pairs(IReadOnlyList<ReadFlag> flags, IReadOnlyList<(string Name, string Value)> pairs,
        Func<string, ReadWord, Instruction> make)
    {
        List<Instruction> read = [];
        foreach (var (name, value) in pairs)
        {
            if (flags.Count > 0
                || WordReader.Read(name, escape)?.Literal is not { } plain
                || WordReader.Read(value, escape) is not { } word)
            {
                return null;
            }

            read.Add(make(plain, word));
        }

        return read;
    }

    private List<Instruction>? OnBuild(string rest, IReadOnlyList<ReadFlag> flags)
    {
        var (keyword, _) = FlagReader.Keyword(Required(rest, "ONBUILD takes an instruction"));
        if (keyword is "ONBUILD" or "MAINTAINER" or "FROM")
        {
            throw Error($"ONBUILD takes no {keyword}");
        }

        // A heredoc can't be written there again.
        return flags.Count > 0 || line.Heredocs.Count > 0
            ? null
            : Read(rest)?.Select(trigger => (Instruction)new OnBuildInstruction(trigger)).ToList();
    }

    private HealthcheckInstruction? Healthcheck(IReadOnlyList<ReadFlag> flags, string rest)
    {
        var (kind, text) = FlagReader.Keyword(Required(rest, "HEALTHCHECK takes CMD and a command, or NONE"));
        if (kind == "NONE")
        {
            return text.Length > 0
                ? throw Error("HEALTHCHECK NONE takes no arguments")
                : flags.Count > 0
                ? null
                : HealthcheckInstruction.None;
        }

        var check = kind != "CMD" ? throw Error($"HEALTHCHECK has the type '{Words.Show(kind)}': it must be CMD or NONE")
            : Command(text) is { } command ? new HealthcheckInstruction(command)
            : throw Error("HEALTHCHECK CMD has no command");
        return flags.Aggregate((HealthcheckInstruction?)check, (current, flag) => current is null ? null : With(current, flag));
    }

    private static HealthcheckInstruction? With(HealthcheckInstruction check, ReadFlag flag) =>
        (flag.Name, GoDuration.Read(flag.Value ?? "")) switch
    {
        ("interval", { } time) => check with { Interval = time },
        ("timeout", { } time) => check with { Timeout = time },
        ("start-period", { } time) => check with { StartPeriod = time },
        ("start-interval", { } time) => check with { StartInterval = time },
        ("retries", _)
            when int.TryParse(flag.Value, System.Globalization.NumberStyles.AllowLeadingSign,
                System.Globalization.CultureInfo.InvariantCulture, out var count) => check with { Retries = count },
        _ => null,
    };

    private Instruction? Transfer(string keyword, IReadOnlyList<ReadFlag> flags, string rest)
    {
        var words = Array(rest) ?? NameValues.Spaced(rest);
        if (words.Count < 2)
        {
            throw Error($"{keyword} takes at least two arguments: what to copy, and where to");
        }

        var sources = words.SkipLast(1)
            .Where(word => HeredocWords.Parse(word) is null)
            .Select(word => WordReader.Read(word, escape))
            .ToList();
        if (HeredocWords.Parse(words[^1]) is not null)
        {
            throw Error($"{keyword} has a heredoc as its destination: name a file or folder last");
        }

        if (sources.Contains(null)
            || WordReader.Read(words[^1], escape) is not { } destination
            || words.Count - 1 - sources.Count != line.Heredocs.Count)
        {
            return null;
        }

        string[] paths = [.. sources.Select(source => source!.Text)];
        var isFolder = paths.Length + line.Heredocs.Count > 1 || destination.Text.EndsWith('/') || destination.Text is "." or "..";
        InlineFile[] files = [.. line.Heredocs.Select(
            heredoc => new InlineFile(heredoc.Body, isFolder || !InlineFile.IsPlainDelimiter(heredoc.Name) ? heredoc.Name : null)
                { Expand = heredoc.Expand })];
        return keyword == "COPY"
            ? flags.Aggregate((CopyInstruction?)new(paths, destination.Text) { Files = files },
                (current, flag) => current is null ? null : With(current, flag))
            : flags.Aggregate((AddInstruction?)new(paths, destination.Text) { Files = files },
                (current, flag) => current is null ? null : With(current, flag));
    }

    private static CopyInstruction? With(CopyInstruction copy, ReadFlag flag) => (flag.Name, flag.Value) switch
    {
        ("from", { } value) => copy with { From = value },
        ("chown", { } value) => copy with { Chown = value },
        ("chmod", { } value) => copy with { Chmod = value },
        ("exclude", { } value) => copy with { Exclude = [.. copy.Exclude, value] },
        ("link", _) when Truth(flag) is { } value => copy with { Link = value },
        ("parents", _) when Truth(flag) is { } value => copy with { Parents = value },
        _ => null,
    };

    private static AddInstruction? With(AddInstruction add, ReadFlag flag) => (flag.Name, flag.Value) switch
    {
        ("chown", { } value) => add with { Chown = value },
        ("chmod", { } value) => add with { Chmod = value },
        ("checksum", { } value) => add with { Checksum = value },
        ("exclude", { } value) => add with { Exclude = [.. add.Exclude, value] },
        ("link", _) when Truth(flag) is { } value => add with { Link = value },
        ("keep-git-dir", _) when Truth(flag) is { } value => add with { KeepGitDirectory = value },
        ("unpack", _) when Truth(flag) is { } value => add with { Unpack = value },
        _ => null,
    };

    private static bool? Truth(ReadFlag flag) =>
        flag.Value?.ToLowerInvariant() switch { null or "true" => true, "false" => false, _ => null };
}
