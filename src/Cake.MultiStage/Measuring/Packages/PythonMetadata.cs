using System.Text;

namespace Cake.MultiStage.Measuring.Packages;

/// <summary>Reads the metadata of an installed Python distribution (PyPA, "Core metadata specifications").</summary>
internal static class PythonMetadata
{
    private const string Classifier = "License :: ";

    public static IEnumerable<ContainedPackage?> Read(ReadOnlyMemory<byte> content)
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        List<string> classifiers = [];
        using var reader = new StringReader(Encoding.UTF8.GetString(content.Span));
        // Headers end at an empty line; the description follows.
        while (reader.ReadLine() is { Length: > 0 } line)
        {
            if (line[0] is ' ' or '\t' || line.IndexOf(':', StringComparison.Ordinal) is not (> 0 and var colon))
            {
                continue;
            }

            var (name, value) = (line[..colon], line[(colon + 1)..].Trim());
            if (name.Equals("Classifier", StringComparison.OrdinalIgnoreCase) && value.StartsWith(Classifier, StringComparison.Ordinal))
            {
                classifiers.Add(value[(value.LastIndexOf("::", StringComparison.Ordinal) + 2)..]);
            }
            else
            {
                fields.TryAdd(name, value);
            }
        }

        // The expression says it exactly; free text is often the whole license, of which the first line is no name.
        string?[] licenses = fields.TryGetValue("License-Expression", out var expression) ? [expression]
            : classifiers.Count > 0 ? [.. classifiers]
            : [fields.GetValueOrDefault("License") is { Length: < 100 } text && text is not "UNKNOWN" ? text : null];
        return
        [
            ContainedPackage.Of(
                ContainedPackage.Python, fields.GetValueOrDefault("Name"), fields.GetValueOrDefault("Version"), licenses),
        ];
    }
}
