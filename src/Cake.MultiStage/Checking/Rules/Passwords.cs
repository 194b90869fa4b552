using System.Text.RegularExpressions;

namespace Cake.MultiStage.Checking.Rules;

/// <summary>
/// Finds passwords in addresses, connection strings and lists of variables, and tells those that are meant from those that only stand for
/// one.
/// </summary>
internal static partial class Passwords
{
    // What samples and templates write, and what tools set up for a developer's own machine.
    private static readonly HashSet<string> Placeholders = new(
        ["todo", "tbd", "dummy", "sample", "none", "null", "empty", "true", "false", "redacted", "hidden", "masked", "foobar", "foo",
            "bar"],
        StringComparer.OrdinalIgnoreCase);

    private static readonly string[] PlaceholderBeginnings =
        ["your", "my-", "my_", "enter", "insert", "replace", "change", "example", "put-", "put_", "add-", "add_", "set-", "set_", "__"];

    private static readonly HashSet<string> Defaults = new(
        [
            "password", "passwd", "pass", "secret", "postgres", "mysql", "root", "admin", "test", "guest", "user", "sa", "dev",
            "development", "local", "1234", "12345", "123456",
        ],
        StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> LocalHosts = new(
        ["localhost", "127.0.0.1", "::1", "[::1]", ".", "(local)", "(localdb)", "host.docker.internal", "0.0.0.0"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the passwords in addresses and connection strings, each with whether it is for the own machine.</summary>
    public static IEnumerable<Password> In(string text)
    {
        foreach (Match match in Address().Matches(text))
        {
            yield return new Password(match.Groups["value"].Value, LocalHosts.Contains(match.Groups["host"].Value));
        }

        foreach (Match match in Connection().Matches(text))
        {
            yield return new Password(match.Groups["value"].Value.Trim(), IsLocal(Around(text, match.Index)));
        }
    }

    /// <summary>Gets the values of variables that are named like a secret, in a list of variables.</summary>
    public static IEnumerable<Password> InVariables(string text) =>
        Variable().Matches(text).Select(match => new Password(match.Groups["value"].Value, IsLocal: false));

    /// <summary>Says whether a text stands for a password that is filled in elsewhere.</summary>
    public static bool IsPlaceholder(string value) =>
        value.Length == 0
        || value[0] is '<' or '{' or '$' or '%' or '#'
        || value.Contains("${", StringComparison.Ordinal)
        || value.Contains("{{", StringComparison.Ordinal)
        || value.AsSpan().TrimStart(value[0]).IsEmpty
        || Placeholders.Contains(value)
        || PlaceholderBeginnings.Any(beginning => value.StartsWith(beginning, StringComparison.OrdinalIgnoreCase))
        || value.Contains("placeholder", StringComparison.OrdinalIgnoreCase)
        || value.Contains("changeme", StringComparison.OrdinalIgnoreCase);

    /// <summary>Says whether a password is one that tools set up by themselves, which everyone knows.</summary>
    public static bool IsDefault(string value) => Defaults.Contains(value);

    private static bool IsLocal(string connection) => Host().Match(connection) is { Success: true } match
        && LocalHosts.Contains(match.Groups["host"].Value.Split([',', '\\', ':'], 2)[0].Trim());

    /// <summary>Gets the text in quotes, or the line, that a place is in.</summary>
    private static string Around(string text, int index)
    {
        const int Longest = 1024;
        ReadOnlySpan<char> ends = "\"'\r\n";
        var start = text.AsSpan(0, index).LastIndexOfAny(ends) + 1;
        var end = text.AsSpan(index + 1).IndexOfAny(ends);
        var around = text.AsSpan(start, (end < 0 ? text.Length : index + 1 + end) - start);
        return around[..Math.Min(around.Length, Longest)].ToString();
    }

    [GeneratedRegex(
        @"\b[a-z][a-z0-9+.-]*://[^\s/:@""']*:(?<value>[^\s/:@""']+)@(?<host>\[[0-9a-f:]+\]|[^\s/:?""'@]*)",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Address();

    [GeneratedRegex(
        @"(\A|[;""'])\s*(password|pwd)\s*=\s*(?<value>[^\s;""'][^;""'\r\n]*)",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Connection();

    [GeneratedRegex(
        @"(\A|[;""'\s])(server|host|data source|datasource|address|addr|network address)\s*=\s*(tcp:)?(?<host>[^;""']*)",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Host();

    [GeneratedRegex(
        @"^\s*(export\s+)?[A-Z0-9_]*(SECRET|PASSWORD|TOKEN|API_?KEY)[A-Z0-9_]*\s*=\s*['""]?(?<value>[^\s'""]{6,})",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Variable();
}

/// <summary>A password that was found.</summary>
/// <param name="Value">What it is; never shown.</param>
/// <param name="IsLocal">Whether it is for a service on the own machine.</param>
internal sealed record Password(string Value, bool IsLocal)
{
    public bool IsMeant => !Passwords.IsPlaceholder(Value);
}
