namespace Cake.MultiStage.Dockerfiles.Reading;

/// <summary>Reads <c>RUN</c>: its flags, its command in either form, its heredocs.</summary>
internal sealed class RunReader(LogicalLine line, char escape, string raw)
{
    /// <summary>Reads the instruction; <see langword="null"/> where a record has no place for it.</summary>
    public RunInstruction? Read(IReadOnlyList<ReadFlag> flags, string rest)
    {
        if (rest.Length == 0)
        {
            return null;
        }

        return flags.Aggregate((RunInstruction?)Started(rest), (run, flag) => run is null ? null : With(run, flag));
    }

    private static RunInstruction? With(RunInstruction run, ReadFlag flag) => (flag.Name, flag.Value) switch
    {
        ("mount", { } value) when MountReader.Read(value) is { } mount => run with { Mounts = [.. run.Mounts, mount] },
        ("network", { Length: > 0 } value) => run with { Network = value },
        ("security", { Length: > 0 } value) => run with { Security = value },
        ("device", { Length: > 0 } value) => run with { Devices = [.. run.Devices, value] },
        _ => null,
    };

    private RunInstruction Started(string rest)
    {
        var commands = new CommandReader(line, escape, raw);
        return line.Heredocs.Count > 0 && commands.Array(rest) is null ? WithHeredocs(rest) : new RunInstruction(commands.Read(rest));
    }

    /// <summary>
    /// A heredoc alone is the script itself; one that a program reads is a record where nothing is expanded in it. Else the shell gets the
    /// line and what follows it, as BuildKit gives it to the shell.
    /// </summary>
    private RunInstruction WithHeredocs(string rest)
    {
        if (HeredocWords.Parse(rest) is not null)
        {
            return new RunInstruction(null) { Heredoc = line.Heredocs[0].Body };
        }

        if (line.Heredocs is [{ Expand: false, Chomp: false } only]
            && rest.EndsWith(" " + only.Word, StringComparison.Ordinal)
            && only.Word[0] == '<'
            && rest[..^only.Word.Length].Trim() is var reader && new ShellCommand(reader).Write(StageGraph.DefaultShell) == reader)
        {
            return new RunInstruction(new ShellCommand(reader)) { Heredoc = only.Content };
        }

        return new RunInstruction(
            new ShellCommand(rest + "\n" + string.Join('\n', line.Heredocs.Select(heredoc => heredoc.Content + heredoc.Name))));
    }
}
