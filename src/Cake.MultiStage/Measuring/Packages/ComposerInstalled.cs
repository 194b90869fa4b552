using System.Text.Json;

namespace Cake.MultiStage.Measuring.Packages;

/// <summary>Reads <c>vendor/composer/installed.json</c>, which Composer 2 wraps in an object.</summary>
internal static class ComposerInstalled
{
    public static IEnumerable<ContainedPackage?> Read(ReadOnlyMemory<byte> content)
    {
        using var document = JsonDocument.Parse(content);
        var list = document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("packages", out var inner)
            ? inner : document.RootElement;
        List<ContainedPackage?> found = [];
        foreach (var package in list.EnumerateArray())
        {
            var licenses = package.TryGetProperty("license", out var declared) && declared.ValueKind == JsonValueKind.Array
                ? declared.EnumerateArray().Select(license => license.GetString()) : [];
            found.Add(ContainedPackage.Of(
                ContainedPackage.Php, package.GetProperty("name").GetString(), package.GetProperty("version").GetString(), licenses));
        }

        return found;
    }
}
