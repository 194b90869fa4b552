using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects;

/// <summary>Words of a POSIX shell's command line (POSIX.1-2024, Shell Command Language, 2.2 Quoting).</summary>
internal static partial class ShellWord
{
    /// <summary>Quotes a word where it needs to be.</summary>
    public static string Quoted(string word) =>
        PlainWord().IsMatch(word) ? word : "\"" + SpecialInQuotes().Replace(word, @"\$0") + "\"";

    /// <summary>
    /// Joins the parts of a command that run one after the other, each only where those before it succeeded, a line each.
    /// </summary>
    public static string Sequence(params IEnumerable<string> commands) => string.Join(" \\\n && ", commands);

    [GeneratedRegex(@"\A[A-Za-z0-9_@%+=:,./-]+\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex PlainWord();

    [GeneratedRegex(@"[""\\$`]", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex SpecialInQuotes();
}
