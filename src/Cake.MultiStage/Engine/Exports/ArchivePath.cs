using Cake.MultiStage.Images;

namespace Cake.MultiStage.Engine.Exports;

/// <summary>Reads the names in an archive, which may come from anyone.</summary>
internal static class ArchivePath
{
    /// <summary>Makes the path below the destination; empty for the destination itself.</summary>
    /// <exception cref="MultiStageException">The path would leave the destination, or no file of this host can be called so.</exception>
    public static string Read(string name)
    {
        var parts = PosixPath.Parts(name).ToList();
        return name.StartsWith('/') || parts.Contains("..", StringComparer.Ordinal)
            ? throw Refusal(name, "it would leave the destination")
            : parts.Find(part => !IsFileName(part)) is { } odd
            ? throw Refusal(name, $"'{odd}' can't be the name of a file on this host")
            : string.Join('/', parts);
    }

    /// <summary>Gets the folders above a path, the uppermost first.</summary>
    public static IEnumerable<string> Above(string path)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            yield return path[..slash];
        }
    }

    public static MultiStageException Refusal(string name, string reason) =>
        new($"The entry '{name}' of the stage's archive is refused: {reason}. Nothing was exported.");

    // Windows drops dots and spaces at a name's end, so that such a name stands for another file.
    private static bool IsFileName(string part) =>
        part.IndexOfAny(Path.GetInvalidFileNameChars()) < 0 && !(OperatingSystem.IsWindows() && part[^1] is ('.' or ' '));
}
