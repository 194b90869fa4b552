using Cake.MultiStage.Dockerfiles;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Dockerfiles;

public sealed class RoundTripProperties
{
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(500);

    private static Gen<string> Text(bool newlines) =>
        Gen.OneOf(
            Gen.Elements(' ', ' ', '"', '\'', '\\', '\\', '$', '{', '}', '#', '=', '-', '<', '[', ']', '`', '*', ',', '\t', '\r', 'é',
                '\u00a0', '\u2028', '漢'),
            Gen.Elements("abcXYZ_019/.:".ToCharArray()),
            Gen.Constant(newlines ? '\n' : 'n'))
        .ListOf()
        .Select(characters => string.Concat(characters) + (characters.Count % 7 == 3 ? "🐳" : ""));

    // Variables may stand in paths, and are empty here. Defaults and the like are a property of their own.
    private static Gen<string> Path() => Text(newlines: false).Where(text =>
        !System.Text.RegularExpressions.Regex.IsMatch(text, @"\$\{[\p{L}_][\p{L}\p{Nd}_]*:?[-+?#%/]"));

    private static void Each(Gen<string> texts, Func<string, bool> keeps) => Check.One(Thorough, Prop.ForAll(texts.ToArbitrary(), keeps));

    // Whoever calls says what comes back; a value the library refuses has not been written, so it cannot be wrong.
    private static bool Survives(Instruction instruction, Func<IndependentReader.Read, bool> isSame) =>
        Files.Problems(Files.With(instruction)).Count > 0 || Files.ReadBack(instruction).All(isSame);

    [Test]
    public void Any_value_of_ENV_survives() => Each(Text(newlines: false), value =>
        Files.ReadBack(new EnvInstruction("A", value))
            .All(read => read.Keyword == "ENV" && IndependentReader.Pairs(read.Rest) is [("A", var back)] && back == value));

    [Test]
    public void Any_default_of_ARG_survives() => Each(Text(newlines: false), value =>
        Files.ReadBack(new ArgInstruction("A", value))
            .All(read => IndependentReader.Pairs(read.Rest) is [("A", var back)] && back == value));

    [Test]
    public void Any_value_and_name_of_LABEL_survive() => Each(Text(newlines: false), value =>
        Survives(new LabelInstruction("k" + value, value),
            read => IndependentReader.Pairs(read.Rest) is [var back] && back == ("k" + value, value)));

    [Test]
    public void Any_value_that_expands_keeps_all_but_its_variables() =>
        Each(Text(newlines: false).Where(value => !value.Contains('$') && !value.Contains('}') && !value.EndsWith('\\')), value =>
        Files.ReadBack(new EnvInstruction("A", value + "${X:-" + value + "d}\\$" + value) { Expand = true }).All(read =>
            IndependentReader.Pairs(read.Rest) is [("A", var back)] && back == value + value + "d$" + value));

    [Test]
    public void Any_shell_command_reaches_the_shell_as_it_was_meant() => Each(Text(newlines: true), command =>
        Survives(new RunInstruction(new ShellCommand(command)), read => Joined(Command(read)) == Joined(command.Replace("\r\n", "\n"))));

    [Test]
    public void Lines_that_a_shell_joins_survive() =>
        Each(Text(newlines: false).NonEmptyListOf().Select(lines => string.Join("\\\n", lines)), command =>
        Survives(new RunInstruction(new ShellCommand(command)), read => Joined(Command(read)) == Joined(command.Replace("\r\n", "\n"))));

    [Test]
    public void Any_shell_command_behind_mounts_is_no_flag() => Each(Text(newlines: true), command =>
        Survives(
            new RunInstruction(new ShellCommand("--" + command)) { Mounts = [RunMount.Cache("/a b,c")] },
            read => read.Flags is ["--mount=type=cache,\"target=/a b,c\""]
                && Joined(Command(read)) == Joined("--" + command.Replace("\r\n", "\n"))));

    [Test]
    public void Any_argument_of_an_exec_form_survives() => Each(Text(newlines: true), argument =>
        Survives(new CmdInstruction(new ExecCommand(["p", argument])),
            read => IndependentReader.Json(read.Rest) is ["p", var back] && back == argument));

    [Test]
    public void Any_path_of_COPY_survives() => Each(Path(), path =>
        Survives(new CopyInstruction(["a", path], "/d" + path + "/"), read =>
            IndependentReader.Paths(read.Rest) is ["a", var source, var destination]
                && source == Expected(path)
                && destination == "/d" + Expected(path) + "/"));

    [Test]
    public void Any_folder_of_WORKDIR_survives() => Each(Path(), path =>
        Survives(new WorkdirInstruction(path), read => read.Flags.Count == 0 && IndependentReader.Lex(read.Rest) == Expected(path)));

    [Test]
    public void Any_volume_survives() => Each(Path(), path =>
        Survives(new VolumeInstruction("/v" + path),
            read => IndependentReader.Paths(read.Rest) is [var back] && back == "/v" + Expected(path)));

    [Test]
    public void No_comment_becomes_an_instruction_or_a_directive() => Each(Text(newlines: true), comment =>
    {
        var file = Files.Of(Stage.From("alpine").Commented("escape=" + comment).With(new CommentInstruction(comment)));
        var text = file.ToString();
        return IndependentReader.Directives(text).Count == 0 && IndependentReader.Instructions(text, old: true) is [{ Keyword: "FROM" }];
    });

    [Test]
    public void Any_inline_file_survives() => Each(Text(newlines: true), content =>
    {
        var text = Files.With(new CopyInstruction([], "/f") { Files = [new InlineFile("EOF\n" + content)] }).ToString();
        return IndependentReader.Instructions(text, old: false) is [_, _, { Heredocs: [var back] }]
            && back == "EOF\n" + content + (content.Length == 0 || content[^1] == '\n' ? "" : "\n");
    });

    [Test]
    public void Any_heredoc_of_RUN_survives() => Each(Text(newlines: true), script =>
    {
        var text = Files.With(new RunInstruction(null) { Heredoc = "set -e\n" + script + "\n" }).ToString();
        return IndependentReader.Instructions(text, old: false) is [_, _, { Heredocs: [var back] }] && back == "set -e\n" + script + "\n";
    });

    // As a shell reads it (POSIX.1-2024, Shell Command Language, 2.2): a backslash before a line's end joins the lines, but
    // not within single quotes and comments.
    private static string Joined(string command)
    {
        var (text, quote) = (new System.Text.StringBuilder(), '\0');
        for (var i = 0; i < command.Length; i++)
        {
            var c = command[i];
            if (c == '\\' && quote != '\'' && i + 1 < command.Length)
            {
                i++;
                text.Append(command[i] == '\n' ? "" : $"\\{command[i]}");
                continue;
            }

            if (c == '#' && quote == '\0' && (text.Length == 0 || " \t\n;&|()<>".Contains(text[^1])))
            {
                var end = command.IndexOf('\n', i) is var at and >= 0 ? at : command.Length;
                text.Append(command, i, end - i);
                i = end - 1;
                continue;
            }

            quote = c is '\'' or '"' ? (quote == '\0' ? c : quote == c ? '\0' : quote) : quote;
            text.Append(c);
        }

        return text.ToString();
    }

    private static string Command(IndependentReader.Read read) =>
        IndependentReader.Json(read.Rest) is { } exec ? (exec is ["/bin/sh", "-c", var script] ? script : "?") : read.Rest;

    // Where variables stand, none is set: '\$' is a dollar sign, $name is nothing, everything else is itself.
    private static string Expected(string text) =>
        System.Text.RegularExpressions.Regex.Replace(text, @"\\\$|\$(?:\{[\p{L}_][\p{L}\p{Nd}_]*\}|[\p{L}_][\p{L}\p{Nd}_]*)",
            match => match.Value[0] == '\\' ? "$" : "");
}
