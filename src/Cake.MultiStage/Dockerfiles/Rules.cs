using System.Text.RegularExpressions;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Dockerfiles;

/// <summary>The rules a single value must keep. Each gives the problems it finds.</summary>
internal static partial class Rules
{
    public static IEnumerable<string> EnvironmentName(string name) =>
        EnvironmentPattern().IsMatch(name)
            ? []
            : [$"'{Words.Show(name)}' is not a variable name: use letters, digits, '_', '.' and '-', a letter or '_' first"];

    public static IEnumerable<string> ArgumentName(string name) =>
        ArgumentPattern().IsMatch(name) ? [] : [$"'{Words.Show(name)}' is not a valid argument name: use letters, digits and '_', no "
            + "digit first"];

    public static IEnumerable<string> LabelName(string name) =>
        name.Length == 0 ? ["the label's name is empty"]
        : name.Any(c => c == '=' || char.IsControl(c)) || Words.Unwritable(name) is not null
            ? [$"'{Words.Show(name)}' is not a valid label name: '=' and control characters cannot stand in it"]
        : [];

    /// <summary>A value of ENV, ARG or LABEL.</summary>
    public static IEnumerable<string> Value(string what, string value, bool expand)
    {
        if (value.Contains('\n', StringComparison.Ordinal))
        {
            yield return $"{what} has a newline, which no Dockerfile line can hold: pass the value as a build argument, or set it in a "
                + "command";
        }

        if (Words.Unwritable(value) is { } trouble)
        {
            yield return $"{what} has {trouble}";
        }

        if (expand && VariableText.Read(value).Problem is { } problem)
        {
            yield return $"{what} is '{Words.Show(value)}': {problem}";
        }
    }

    /// <summary>A text in which variables may stand, such as a path or a user.</summary>
    public static IEnumerable<string> Text(string what, string value)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            yield return $"{what} is empty";
        }
        else if (value.Any(char.IsControl))
        {
            yield return $"{what} is '{Words.Show(value)}': a newline or another control character cannot stand in it";
        }
        else if (Words.Unwritable(value) is { } trouble)
        {
            yield return $"{what} has {trouble}";
        }
        else if (VariableText.Read(value).Problem is { } problem)
        {
            yield return $"{what} is '{value}': {problem}";
        }
    }

    /// <summary>A flag's value: it is unquoted twice, differently in different versions, so what would need quoting is refused.</summary>
    public static IEnumerable<string> FlagValue(string flag, string? value) =>
        value is null ? []
        : value.Any(c => c is '"' or '\'' or '\\') ? [$"--{flag} is '{Words.Show(value)}': quotes and backslashes cannot be written there"]
        : Text("--" + flag, value);

    public static IEnumerable<string> AbsolutePath(string what, string path) =>
        path.Length > 0 && path[0] is not ('/' or '$') ? [$"{what} '{Words.Show(path)}' is relative: make it absolute"] : Text(what, path);

    public static IEnumerable<string> InsideContext(string source) =>
        PosixPath.Leaves(PosixPath.Clean(source.TrimStart('/')))
            ? [$"the source '{Words.Show(source)}' leaves the build context: move the context up or the file in"] : [];

    public static IEnumerable<string> Port(string text)
    {
        if (text.Contains('$', StringComparison.Ordinal))
        {
            return Text("the port", text);
        }

        var (ports, protocol) = text.Split('/') is [var first, var second] ? (first, second) : (text, "tcp");
        var range = ports.Split('-');
        if (range.Length > 2 || !range.All(IsPort) || (range is [var low, var high] && int.Parse(low, null) > int.Parse(high, null)))
        {
            return [$"'{Words.Show(text)}' is not a valid port: expected a number from 1 to 65535, such as 8080 or 53/udp"];
        }

        return protocol is "tcp" or "udp" or "sctp" ? [] : [$"'{Words.Show(protocol)}' is not a valid protocol: use tcp, udp or sctp"];
    }

    public static bool IsStageName(string name) => StagePattern().IsMatch(name);

    private static bool IsPort(string text) =>
        text.Length is > 0 and < 6 && text.All(char.IsAsciiDigit) && int.Parse(text, null) is >= 1 and <= 65535;

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_.-]*\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex EnvironmentPattern();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex ArgumentPattern();

    [GeneratedRegex(@"\A[a-z][a-z0-9_.-]*\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex StagePattern();
}
