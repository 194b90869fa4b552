using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.Python;

/// <summary>A package that is asked for (PyPA, "Dependency specifiers").</summary>
/// <param name="Name">Its name, normalised.</param>
/// <param name="Extras">The extras of it that are asked for.</param>
/// <param name="Text">What the file says.</param>
internal sealed partial record Requirement(string Name, IReadOnlyList<string> Extras, string Text)
{
    /// <summary>Extras by which a package brings another that programs are started with.</summary>
    private static readonly (string Package, string Extra, string Brings)[] Known =
    [
        ("fastapi", "standard", "uvicorn"), ("fastapi", "all", "uvicorn"), ("starlette", "full", "httpx"),
        ("litestar", "standard", "uvicorn"), ("channels", "daphne", "daphne"), ("psycopg", "binary", "psycopg-binary"),
        ("psycopg", "c", "psycopg-c"), ("uvicorn", "standard", "uvicorn"),
    ];

    /// <summary>Gets the names of the packages that are installed for it, as far as it says so.</summary>
    public IEnumerable<string> Installed => Known
        .Where(one => one.Package == Name && Extras.Contains(one.Extra, StringComparer.Ordinal)).Select(one => one.Brings).Prepend(Name);

    /// <summary>Reads one; null where the text begins otherwise.</summary>
    public static Requirement? Parse(string text) => Line().Match(text.Trim()) is { Success: true } match
        ? new Requirement(Normal(match.Groups["name"].Value),
            [.. match.Groups["extras"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(Normal)],
            text.Trim())
        : null;

    /// <summary>Normalises a name (PyPA, "Names and normalization").</summary>
    public static string Normal(string name) => Separators().Replace(name, "-").ToLowerInvariant();

    [GeneratedRegex(@"\A(?<name>[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(\[(?<extras>[^\]]*)\])?\s*($|[<>=!~;@(^,\s])",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Line();

    [GeneratedRegex("[-_.]+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Separators();
}
