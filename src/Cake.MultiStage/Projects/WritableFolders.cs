namespace Cake.MultiStage.Projects;

/// <summary>The folders of the image that the program writes to, and who owns them.</summary>
internal sealed record WritableFolders(IReadOnlyList<string> Paths, UserIds? Owner)
{
    private const string Temporary = "/tmp";

    /// <exception cref="MultiStageException">A path is not absolute, or the user is a name.</exception>
    public static WritableFolders Of(IEnumerable<string> paths, string? user)
    {
        string[] folders = [.. paths.Select(Clean).Distinct(StringComparer.Ordinal)];
        // Root may write anywhere, and a user that the base sets is not known here.
        return new WritableFolders(folders, user is null || folders.Length == 0 ? null
            : UserIds.Parse(user, "WritableFolders and Volumes"));
    }

    /// <summary>Gives what ships into one of the folders to their owner.</summary>
    public Artifact Owned(Artifact artifact) =>
        artifact.Owner is null && Owner is not null && Paths.Any(path => Inside(artifact.Destination, path))
            ? artifact with { Owner = Owner.ToString() } : artifact;

    /// <summary>Writes the commands that make them below a folder.</summary>
    public IEnumerable<string> Commands(string below)
    {
        if (Paths.Contains(Temporary, StringComparer.Ordinal))
        {
            yield return $"mkdir -p {below}{Temporary}";
            yield return $"chmod 1777 {below}{Temporary}";
        }

        string[] own = [.. Paths.Where(path => path != Temporary).Select(path => ShellWord.Quoted(below + path))];
        if (own.Length > 0)
        {
            yield return $"mkdir -p {string.Join(' ', own)}";
        }

        if (own.Length > 0 && Owner is not null)
        {
            yield return $"chown {Owner} {string.Join(' ', own)}";
        }
    }

    private static bool Inside(string destination, string folder) =>
        destination.TrimEnd('/') == folder || destination.StartsWith(folder + "/", StringComparison.Ordinal);

    private static string Clean(string path) => path.StartsWith('/') && path.Split('/').All(part => part is not ("." or ".."))
        && path.Trim('/').Length > 0
        ? "/" + string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        : throw new MultiStageException($"'{path}' is not a folder to write to: name it by its absolute path in the image, as in "
            + "WritableFolders.Add(\"/var/lib/app\").");
}
