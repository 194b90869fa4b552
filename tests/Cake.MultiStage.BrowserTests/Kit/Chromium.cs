using System.Diagnostics;

namespace Cake.MultiStage.BrowserTests.Kit;

/// <summary>Finds the browser of this machine, and installs Debian's where there is none.</summary>
internal static class Chromium
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"];

    /// <summary>
    /// Gets the path of a browser: of the variable CHROMIUM, on PATH, where the systems keep it, or of <c>tests/browser/up</c>.
    /// </summary>
    public static async Task<string> PathAsync() =>
        Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } named ? named
        : Candidates().FirstOrDefault(File.Exists) ?? await UpAsync();

    /// <summary>The root of the repository.</summary>
    public static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Cake.MultiStage.sln")))
            {
                folder = folder.Parent ?? throw new InvalidOperationException($"'{AppContext.BaseDirectory}' is not in the repository.");
            }

            return folder.FullName;
        }
    }

    private static IEnumerable<string> Candidates()
    {
        var extension = OperatingSystem.IsWindows() ? ".exe" : "";
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
        {
            foreach (var name in Names)
            {
                yield return Path.Combine(folder, name + extension);
            }
        }

        yield return "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";
        yield return "/Applications/Chromium.app/Contents/MacOS/Chromium";
        yield return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "Google", "Chrome", "Application",
            "chrome.exe");
        yield return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFilesX86), "Microsoft", "Edge", "Application",
            "msedge.exe");
    }

    private static async Task<string> UpAsync()
    {
        using var process = Process.Start(new ProcessStartInfo("bash", [Path.Combine(Root, "tests", "browser", "up")])
            { RedirectStandardOutput = true, UseShellExecute = false })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output.TrimEnd().Split('\n')[^1]["CHROMIUM=".Length..]
            : throw new InvalidOperationException($"There is no Chromium. {output}");
    }
}
