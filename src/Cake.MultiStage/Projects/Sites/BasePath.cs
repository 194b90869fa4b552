using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.Sites;

/// <summary>The path that the pages of a site expect to be served below.</summary>
internal static partial class BasePath
{
    /// <summary>
    /// Reads it of a path or an address: empty for the root and for what is only known when it is built, or as in <c>/docs</c>.
    /// </summary>
    public static string Of(string text) =>
        UrlPath().Match(Origin().Replace(text.Trim(), "")) is { Success: true } path ? path.Value.TrimEnd('/') : "";

    [GeneratedRegex(@"\A(?:https?:)?//[^/]*", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Origin();

    [GeneratedRegex(@"\A/[A-Za-z0-9._~/-]*\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex UrlPath();
}
