using System.Text.RegularExpressions;

namespace Cake.MultiStage.Engine.Containers;

/// <summary>
/// The container runtime's last words where the kernel won't execute the program. The engine has called the container started by then:
/// runc replaces itself by the program only after that, and writes the kernel's refusal where the program would have written.
/// </summary>
/// <remarks>
/// runc 1.1 and later: <c>exec /app: no such file or directory</c>; earlier ones:
/// <c>standard_init_linux.go:228: exec user process caused: …</c>.
/// </remarks>
internal static partial class RuntimeRefusal
{
    /// <summary>Returns the words where that is all that was written; <see langword="null"/> where a program has run.</summary>
    public static string? In(string output) => Words().Match(output) is { Success: true } match ? match.Groups["words"].Value : null;

    [GeneratedRegex(
        @"^(standard_init_linux\.go:\d+: )?(?<words>exec (user process caused|[^\n:]+): (no such file or directory|exec format "
            + @"error|permission denied|not a directory))\n?\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Words();
}
