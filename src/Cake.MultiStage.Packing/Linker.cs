using System.Diagnostics;
using System.Reflection;

namespace Cake.MultiStage.Packing;

/// <summary>
/// Leaves of the addin what its public surface stands on, and of the dependencies what the addin uses, by the SDK's own linker.
/// </summary>
internal static class Linker
{
    public static async Task RunAsync(string addin, IEnumerable<string> dependencies, IEnumerable<string> references, string folder)
    {
        var linker = typeof(Linker).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "Linker").Value!;
        var links = dependencies.ToDictionary(file => Path.GetFileNameWithoutExtension(file), StringComparer.Ordinal);
        string[] arguments =
        [
            Path.Combine(linker, "illink.dll"),
            "-a", addin, "visible",
            "-b",
            "--action", "link", Path.GetFileNameWithoutExtension(addin),
            .. links.SelectMany(link => new[] { "-reference", link.Value, "--action", "link", link.Key }),
            .. references.Where(file => !links.ContainsKey(Path.GetFileNameWithoutExtension(file)))
                .SelectMany(file => new[] { "-reference", file }),
            "--substitutions", Path.Combine(AppContext.BaseDirectory, "unused.xml"),
            "--trim-mode", "skip",
            // It can't tell whether .NET, which it doesn't look into, makes an object of a type.
            "--disable-opt", "unusedtypechecks",
            "--disable-opt", "unreachablebodies",
            "--disable-opt", "unusedinterfaces",
            "--skip-unresolved", "true",
            "--deterministic",
            // What the addin does by reflection is about its own types and .NET's, which stay whole. Tomlyn reads into its own tables.
            "--nowarn", "IL2026;IL2070;IL2121",
            "--warnaserror",
            "-out", folder,
        ];
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments))!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"The linker ended with exit code {process.ExitCode}.");
        }
    }
}
