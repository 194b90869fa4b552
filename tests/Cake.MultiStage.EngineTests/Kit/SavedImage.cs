using System.Globalization;
using System.Text.Json;

namespace Cake.MultiStage.EngineTests.Kit;

/// <summary>A saved image, read by the <c>tar</c> program: another way than the addin's.</summary>
internal static class SavedImage
{
    /// <summary>Unpacks a saved image beside its file.</summary>
    /// <returns>The files of its layers, the lowest first.</returns>
    public static async Task<IReadOnlyList<string>> OpenAsync(string file)
    {
        var folder = Directory.CreateDirectory(file + ".unpacked").FullName;
        await Shell.RunAsync("tar", ["-xf", file, "-C", folder]);
        using var manifest = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "manifest.json")));
        return [.. manifest.RootElement[0]
            .GetProperty("Layers")
            .EnumerateArray()
            .Select(layer => Path.Combine(folder, layer.GetString()!))];
    }

    /// <summary>Sums what <c>tar -tv</c> lists of a layer.</summary>
    /// <returns>The number of regular files and their bytes.</returns>
    public static async Task<(int Files, long Bytes)> ListAsync(string layer)
    {
        // -rw-r--r-- 0/0        1234 2026-01-31 12:00 etc/passwd
        var lines = (await Shell.RunAsync("tar", ["--numeric-owner", "-tvf", layer]))
            .Split('\n')
            .Where(line => line.StartsWith('-'))
            .ToList();
        return (lines.Count,
            lines.Sum(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2], CultureInfo.InvariantCulture)));
    }
}
