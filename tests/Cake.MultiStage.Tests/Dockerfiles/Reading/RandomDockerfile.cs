using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Tests.Dockerfiles.Reading;

/// <summary>Makes Dockerfiles of all instructions and flags, with texts that need quoting; the same for the same seed.</summary>
internal sealed class RandomDockerfile(int seed)
{
    private static readonly string[] Texts = ["a", "b/c", "X", "1", " ", "\"", "'", "\\a", "{", "}", "#", "=", "-", "[", "]", "`", "*", ",",
        "é", "漢", "<", "🐳", ":", "$ ", "$("];

    private static readonly string[] Variables = ["$X", "${Y}", "${Z:-d e}", "${Z-\"q\"}", "${W:+w}", "${V:?no}", "${A:-${B}}", "\\$q"];

    private readonly Random _random = new(seed);
    private int _number;

    public Dockerfile Make()
    {
        List<Stage> stages = [];
        for (var i = _random.Next(1, 4); i > 0; i--)
        {
            stages.Add(MakeStage(stages));
        }

        return new Dockerfile
        {
            Syntax = Maybe(() => "docker/dockerfile:1"),
            Check = Maybe(() => "skip=JSONArgsRecommended"),
            Arguments = [.. Several(2, () => (ArgInstruction)Kept(() => Argument()))],
            Stages = stages,
        };
    }

    private Stage MakeStage(List<Stage> earlier)
    {
        var named = earlier.Where(stage => stage.Name is not null).ToList();
        var start = _random.Next(4) switch
        {
            0 => StageBase.Scratch,
            1 when named.Count > 0 => StageBase.Stage(Pick(named).Name!),
            _ => StageBase.Image("debian:trixie-slim"),
        };
        var stage = new Stage { Base = start, Name = Maybe(() => $"s{_number++}"),
            Platform = Maybe(() => Pick("linux/arm64", "$BUILDPLATFORM")),
            Comment = Maybe(() => Pick("one line", "two\nlines", "#", "a  b")) };
        stage = stage.Workdir("/w");
        for (var i = _random.Next(8); i > 0; i--)
        {
            var comes = Kept(Any);
            stage = comes is CommentInstruction && stage.Instructions is [.., CommentInstruction] ? stage : stage.With(comes);
        }

        return stage;
    }

    private Instruction Any() => _random.Next(19) switch
    {
        0 or 1 or 2 => Run(),
        3 or 4 => Copy(),
        5 => Add(),
        6 => Environment(),
        7 => Argument(),
        8 => Label(),
        9 => new ExposeInstruction(Pick("80", "53/udp", "8000-8010", "$PORT", "${PORT:-80}/tcp")),
        10 => new VolumeInstruction("/v" + Path()),
        11 => new UserInstruction(Path()),
        12 => new WorkdirInstruction("/d" + Path()),
        13 => new StopSignalInstruction(Pick("SIGINT", "9", "$S")),
        14 => new ShellInstruction(["/bin/sh", Literal()]),
        15 => _random.Next(2) == 0 ? new CmdInstruction(Command()) : new EntrypointInstruction(Command()),
        16 => Healthcheck(),
        17 =>
            new OnBuildInstruction(_random.Next(3) switch { 0 =>
                Environment(), 1 => new RunInstruction(Command()), _ => Copy() with { Files = [] } }),
        _ => new CommentInstruction(Pick("a comment", "of\ntwo lines", "escape=`", "  indented")),
    };

    private RunInstruction Run()
    {
        var run = _random.Next(4) switch
        {
            0 => new RunInstruction(null) { Heredoc = Body() },
            1 => new RunInstruction(new ShellCommand("python3 -")) { Heredoc = Body() },
            _ => new RunInstruction(Command()),
        };
        return run with
        {
            Mounts = [.. Several(2, Mount)],
            Network = Maybe(() => "none"),
            Security = Maybe(() => "insecure"),
            Devices = [.. Several(1, () => "vendor.com/gpu=all")],
        };
    }

    private RunMount Mount() => _random.Next(5) switch
    {
        0 =>
            RunMount.Cache("/c a,che", Maybe(() => "id"), Maybe(() => "locked")) with { From = Maybe(() => "debian:trixie-slim"),
                Source = Maybe(() => "/s"), Mode = Maybe(() => "0755"), UserId = _random.Next(9), GroupId = 7,
                Writable = _random.Next(2) == 0 ? false : null },
        1 =>
            RunMount.Bind(Maybe(() => "src/$X"), "/b",
                Maybe(() => "debian:trixie-slim")) with { Writable = _random.Next(2) == 0 ? true : null },
        2 => RunMount.Secret("token", Maybe(() => "/t"), Maybe(() => "TOKEN"), _random.Next(2) == 0) with { Mode = Maybe(() => "0400") },
        3 => RunMount.Ssh(Maybe(() => "key"), _random.Next(2) == 0),
        _ => RunMount.Tmpfs("/t", _random.Next(2) == 0 ? 1 << 20 : null),
    };

    private CopyInstruction Copy()
    {
        var files = Files();
        return new CopyInstruction([.. Several(2, Path, least: files.Count == 0 ? 1 : 0)], "/to/" + Path() + "/")
        {
            From = files.Count > 0 ? null : Maybe(() => "debian:trixie-slim"),
            Chown = Maybe(() => "1:$G"),
            Chmod = Maybe(() => "u=rwX,go=rX"),
            Link = Flip(),
            Parents = Flip(),
            Exclude = [.. Several(2, () => Pick("*.md", "a b", "$X"))],
            Files = files,
        };
    }

    private AddInstruction Add()
    {
        var files = Files();
        return new AddInstruction(
            [.. Several(2, () => Pick("https://example.com/a.tar", "a.tar", Path()), least: files.Count == 0 ? 1 : 0)],
            "/to/" + Path() + "/")
        {
            Chown = Maybe(() => "app"),
            Chmod = Maybe(() => "0644"),
            Link = Flip(),
            KeepGitDirectory = Flip(),
            Checksum = Maybe(() => "sha256:" + new string('a', 64)),
            Unpack = _random.Next(3) switch { 0 => true, 1 => false, _ => null },
            Exclude = [.. Several(1, () => "*.md")],
            Files = files,
        };
    }

    private List<InlineFile> Files() =>
        _random.Next(3) > 0 ? [] : [.. Several(2, () => new InlineFile(Body(), $"f{_number++}") { Expand = Flip() }, least: 1)];

    private HealthcheckInstruction Healthcheck() => Flip() ? HealthcheckInstruction.None : new HealthcheckInstruction(Command())
    {
        Interval = Flip() ? TimeSpan.FromSeconds(_random.Next(1, 400)) : null,
        Timeout = Flip() ? TimeSpan.FromMilliseconds(_random.Next(1, 5000)) : null,
        StartPeriod = Flip() ? TimeSpan.FromTicks(_random.Next(10_000, 90_000)) : null,
        StartInterval = Flip() ? TimeSpan.Zero : null,
        Retries = Flip() ? _random.Next(5) : null,
    };

    private EnvInstruction Environment() =>
        Flip()
            ? new EnvInstruction("N" + _number++, Literal())
            : new EnvInstruction("N" + _number++, Literal() + Variable()) { Expand = true };

    private LabelInstruction Label() =>
        Flip()
            ? new LabelInstruction("l" + Literal(), Literal())
            : new LabelInstruction("l", Literal() + Variable() + Literal()) { Expand = true };

    private ArgInstruction Argument() => _random.Next(3) switch
    {
        0 => new ArgInstruction("A" + _number++),
        1 => new ArgInstruction("A" + _number++, Literal()),
        _ => new ArgInstruction("A" + _number++, Literal() + Variable()) { Expand = true },
    };

    private Command Command() => _random.Next(3) switch
    {
        0 => new ExecCommand(["p", Literal(), "\n\t" + Literal()]),
        1 => new ShellCommand("one && \\\n    two \\\n  three"),
        _ => new ShellCommand("run " + Literal().Trim() + ";"),
    };

    private string Body() => string.Concat(Several(3, () => Literal() + "\n", least: 1));

    private string Path() => "p" + string.Concat(Several(2, () => Flip() ? Pick(Texts) : Pick(Variables))) + "q";

    private string Variable() => Pick("$X", "${Y}", "${Z:-d e}", "${A:-${B}}", "$X\\$q");

    private string Literal() => string.Concat(Several(4, () => Pick(Texts)));

    /// <summary>One that can be written: some texts can't stand in some places, and what a text is escaped to is its own test's.</summary>
    private Instruction Kept(Func<Instruction> make)
    {
        while (true)
        {
            var made = make();
            var file = Holding(made);
            if (file.Problems().Count == 0 && !IsOtherForm(made))
            {
                return made;
            }
        }
    }

    private static Dockerfile Holding(Instruction instruction) =>
        new() { Stages = [Stage.From("debian:trixie-slim").Workdir("/w").With(instruction)] };

    // A command that is written in exec form is read as such.
    private static bool IsOtherForm(Instruction instruction) => instruction switch
    {
        RunInstruction { Command: ShellCommand { Text: var text } command } => command.Write(StageGraph.DefaultShell) != text,
        CmdInstruction { Command: ShellCommand { Text: var text } command } => command.Write(StageGraph.DefaultShell) != text,
        EntrypointInstruction { Command: ShellCommand { Text: var text } command } => command.Write(StageGraph.DefaultShell) != text,
        HealthcheckInstruction { Command: ShellCommand { Text: var text } command } => command.Write(StageGraph.DefaultShell) != text,
        OnBuildInstruction onBuild => IsOtherForm(onBuild.Trigger),
        _ => false,
    };

    private List<T> Several<T>(int most, Func<T> make, int least = 0) =>
        Enumerable.Range(0, _random.Next(least, most + 1)).Select(_ => make()).ToList();

    private T Pick<T>(params IReadOnlyList<T> from) => from[_random.Next(from.Count)];

    private string? Maybe(Func<string> make) => Flip() ? make() : null;

    private bool Flip() => _random.Next(2) == 0;
}
