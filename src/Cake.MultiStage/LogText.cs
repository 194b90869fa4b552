using System.Text;
using System.Text.RegularExpressions;

namespace Cake.MultiStage;

/// <summary>Texts that may hold anything, where a log shows them.</summary>
internal static partial class LogText
{
    // No cell and no message shows more.
    private const int Longest = 2000;

    /// <summary>
    /// Leaves of a text that may hold anything what a log takes: no control characters, and nothing that Azure Pipelines or
    /// GitHub Actions would obey, who look for their commands in every line that a step writes.
    /// </summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (clean.Length >= Longest)
            {
                break;
            }

            var space = Rune.IsWhiteSpace(rune);
            if (space ? clean.Length > 0 && clean[^1] != ' ' : !Rune.IsControl(rune))
            {
                clean.Append(space ? " " : rune.ToString());
            }
        }

        return Command().Replace(clean.ToString(), command => $"{command.Value[0]} {command.Value[1]}");
    }

    [GeneratedRegex(@"##(?=(vso)?\[)|::(?=[a-z-]+( .*)?::)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Command();
}
