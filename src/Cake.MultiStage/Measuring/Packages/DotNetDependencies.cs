using System.Text.Json;

namespace Cake.MultiStage.Measuring.Packages;

/// <summary>Reads a <c>.deps.json</c> (.NET SDK documentation, "Runtime configuration files").</summary>
internal static class DotNetDependencies
{
    private const string RuntimePack = "runtimepack.";

    public static IEnumerable<ContainedPackage?> Read(ReadOnlyMemory<byte> content)
    {
        using var document = JsonDocument.Parse(content, new JsonDocumentOptions { AllowTrailingCommas = true });
        if (!document.RootElement.TryGetProperty("libraries", out var libraries))
        {
            return [];
        }

        List<ContainedPackage?> found = [];
        foreach (var library in libraries.EnumerateObject())
        {
            var slash = library.Name.IndexOf('/', StringComparison.Ordinal);
            var isPackage = library.Value.TryGetProperty("type", out var type) && type.GetString() is "package" or "runtimepack";
            if (slash > 0 && isPackage)
            {
                var name = library.Name[..slash];
                found.Add(ContainedPackage.Of(
                    ContainedPackage.NuGet,
                    name.StartsWith(RuntimePack, StringComparison.Ordinal) ? name[RuntimePack.Length..] : name,
                    library.Name[(slash + 1)..]));
            }
        }

        return found;
    }
}
