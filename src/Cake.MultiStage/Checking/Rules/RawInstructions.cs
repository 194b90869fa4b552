using System.Text.RegularExpressions;
using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Checking.Rules;

/// <summary>Reads the instructions of a raw text, as far as rules look at them: those that stand on a line of their own.</summary>
internal static partial class RawInstructions
{
    /// <summary>Gets the instructions of a stage, those of raw texts among them.</summary>
    public static IEnumerable<Instruction> Of(Stage stage) =>
        stage.Instructions.SelectMany(instruction => instruction is RawInstruction raw ? Read(raw) : [instruction]);

    private static IEnumerable<Instruction> Read(RawInstruction raw)
    {
        // What is in a heredoc is not an instruction.
        var lines = raw.Text.Contains("<<", StringComparison.Ordinal) ? [] : raw.Lines;
        return lines.Where((_, index) => index == 0 || !lines[index - 1].EndsWith('\\')).Select(Read).OfType<Instruction>();
    }

    private static Instruction? Read(string line)
    {
        var match = LinePattern().Match(line);
        var rest = match.Groups["rest"].Value;
        Command command = rest.StartsWith('[') ? new ExecCommand([]) : new ShellCommand(rest);
        var name = rest.Split('=', ' ', '\t')[0];
        return match.Groups["keyword"].Value.ToUpperInvariant() switch
        {
            "CMD" => new CmdInstruction(command),
            "ENTRYPOINT" => new EntrypointInstruction(command),
            "HEALTHCHECK" => new HealthcheckInstruction(Command: null),
            "SHELL" => new ShellInstruction([rest]),
            "MAINTAINER" => new MaintainerInstruction(rest),
            "ARG" => new ArgInstruction(name),
            "ENV" => new EnvInstruction(name, ""),
            _ => null,
        };
    }

    [GeneratedRegex(@"\A(?<keyword>[A-Za-z]+)\s+(?<rest>.*)\z",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex LinePattern();
}
