using System.Text;
using System.Text.Json;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>Writes a path with a query.</summary>
/// <param name="path">The path.</param>
internal sealed class QueryText(string path)
{
    private readonly StringBuilder _text = new(path);
    private bool _isBegun = path.Contains('?', StringComparison.Ordinal);

    /// <summary>Adds a parameter that has a value.</summary>
    public void Add(string name, string? value)
    {
        if (value is not null)
        {
            _text.Append(_isBegun ? '&' : '?').Append(name).Append('=').Append(Uri.EscapeDataString(value));
            _isBegun = true;
        }
    }

    public override string ToString() => _text.ToString();

    /// <summary>Writes texts as a JSON array; nothing where there are none.</summary>
    public static string? Json(IReadOnlyList<string> values) =>
        values.Count == 0 ? null : JsonSerializer.Serialize(values, EngineJson.Default.IReadOnlyListString);

    /// <summary>Writes pairs as JSON, in the order of their names; nothing where there are none.</summary>
    public static string? Json(IReadOnlyDictionary<string, string> values) =>
        values.Count == 0
            ? null
            : JsonSerializer.Serialize(
                new SortedDictionary<string, string>(values.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal),
                EngineJson.Default.SortedDictionaryStringString);
}
