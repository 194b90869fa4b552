using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects;

/// <summary>Names of files as <c>COPY</c> takes them.</summary>
internal static partial class ContextPath
{
    /// <summary>
    /// Writes a name that was read from the disk so that it means itself: a character that would be a wildcard stands in brackets, as
    /// Docker's reference says (<c>COPY</c>), since a backslash is taken away only where there are wildcards; a dollar sign is escaped.
    /// </summary>
    public static string Literal(string name)
    {
        var pattern = name.AsSpan().ContainsAny('*', '?', '[')
            ? Special().Replace(name, match => match.Value == @"\" ? @"[\\]" : $"[{match.Value}]") : name;
        return pattern.Replace("$", @"\$", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"[*?\[\\]", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Special();
}
