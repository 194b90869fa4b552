using System.Diagnostics;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Contexts;

/// <summary>Runs a program of the host.</summary>
internal static class Run
{
    public static async Task<string> ToolAsync(string tool, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(tool, arguments)
            { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, await error);
        return output;
    }
}
