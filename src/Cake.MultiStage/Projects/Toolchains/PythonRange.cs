using System.Globalization;
using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.Toolchains;

/// <summary>
/// Ranges of Python's versions: PyPA's "Version specifiers" (PEP 440), and Poetry's own operators ("Dependency specification").
/// </summary>
internal static partial class PythonRange
{
    /// <summary>Reads specifiers such as <c>&gt;=3.11,!=3.12.0,&lt;3.14</c>; null where the text has none, or something else.</summary>
    public static VersionRange? Specifiers(string text) => Parsed(text, poetry: false);

    /// <summary>
    /// Reads what Poetry takes: specifiers, and also <c>^3.11</c>, <c>~3.11</c>, <c>3.11.*</c>, <c>*</c> and alternatives; null where it
    /// is something else.
    /// </summary>
    public static VersionRange? Poetry(string text) => Parsed(text, poetry: true);

    private static VersionRange? Parsed(string text, bool poetry)
    {
        var alternatives = poetry ? text.Split('|', StringSplitOptions.RemoveEmptyEntries) : [text];
        List<Clause[]> all = [];
        foreach (var alternative in alternatives)
        {
            if (Clauses(alternative.Trim().Trim('(', ')'), poetry) is not { Length: > 0 } clauses)
            {
                return null;
            }

            all.Add(clauses);
        }

        return all.Count == 0 ? null
            : new VersionRange(
                version => all.Exists(clauses => clauses.All(clause => clause.Allows(version))),
                [.. all.SelectMany(clauses => clauses).Select(clause => clause.Version).Distinct()]);
    }

    private static Clause[]? Clauses(string text, bool poetry)
    {
        List<Clause> clauses = [];
        var rest = text.Trim();
        while (rest.Length > 0)
        {
            var match = One().Match(rest);
            if (!match.Success || Clause.Of(match, poetry) is not { } clause)
            {
                return null;
            }

            clauses.Add(clause);
            rest = rest[match.Length..].TrimStart();
            if (rest.StartsWith(','))
            {
                rest = rest[1..].TrimStart();
            }
            else if (rest.Length > 0 && !poetry)
            {
                return null;
            }
        }

        return [.. clauses];
    }

    [GeneratedRegex(
        @"\A(?<operator>===|~=|==|!=|<=|>=|<|>|\^|~|=)?\s*"
        + @"(v?(?<numbers>[0-9]+(\.[0-9]+)*)(?<all>\.\*)?(?<before>[-_.]?(a|b|c|rc|alpha|beta|pre|preview|dev)[-_.]?[0-9]*)*"
        + @"(?<after>[-_.]?(post|rev|r)[-_.]?[0-9]*)?(\+[a-z0-9.]+)?|(?<any>\*))(?=\s|,|\z)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex One();

    /// <summary>An operator with its version. Only releases are asked about: a release is newer than its own previews.</summary>
    private sealed record Clause(string Operator, int[] Numbers, bool All, bool Before, bool After, string Text)
    {
        public Version Version { get; } = Padded(Numbers);

        public static Clause? Of(Match match, bool poetry)
        {
            var (sign, any) = (match.Groups["operator"].Value, match.Groups["any"].Success);
            if (any)
            {
                return poetry && sign.Length == 0 ? new Clause("*", [0], All: true, Before: false, After: false, "*") : null;
            }

            var text = match.Groups["numbers"].Value;
            int[] numbers = [.. text.Split('.').Select(Number)];
            var (all, before, after) = (match.Groups["all"].Success, match.Groups["before"].Success, match.Groups["after"].Success);
            var clause = new Clause(sign is "" or "=" ? "==" : sign, numbers, all, before, after, text);
            var isWrong = (sign is "" or "=" or "^" or "~" && !poetry) || (all && clause.Operator is not ("==" or "!="))
                || (sign == "~=" && numbers.Length < 2);
            return isWrong ? null : clause;
        }

        public bool Allows(Version version) => Operator switch
        {
            "*" => true,
            "===" => !Before && !After && Text == version.ToString(3),
            "==" => All ? StartsWith(version, Numbers.Length) : !Before && !After && version == Version,
            "!=" => All ? !StartsWith(version, Numbers.Length) : Before || After || version != Version,
            ">=" => After ? version > Version : version >= Version,
            ">" => Before ? version >= Version : version > Version,
            "<=" => Before ? version < Version : version <= Version,
            "<" => After ? version <= Version : version < Version,
            "~=" => (After ? version > Version : version >= Version) && StartsWith(version, Numbers.Length - 1),
            "~" => version >= Version && StartsWith(version, Math.Min(Numbers.Length, 2)),
            _ => version >= Version && StartsWith(version, Kept),
        };

        /// <summary>Gets how many numbers <c>^</c> keeps: up to the first that is not 0.</summary>
        private int Kept => Array.FindIndex(Numbers, number => number > 0) is var first and >= 0 ? first + 1 : Numbers.Length;

        private static int Number(string text) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : int.MaxValue;

        private bool StartsWith(Version version, int count)
        {
            int[] numbers = [version.Major, version.Minor, version.Build];
            return Numbers.Take(Math.Min(count, 3)).Select((number, index) => numbers[index] == number).All(same => same);
        }

        private static Version Padded(int[] numbers) => new(numbers[0], numbers.ElementAtOrDefault(1), numbers.ElementAtOrDefault(2));
    }
}
