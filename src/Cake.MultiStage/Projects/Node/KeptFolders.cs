namespace Cake.MultiStage.Projects.Node;

/// <summary>
/// The folders of a project that hold no source, but what its program keeps when it runs: version control holds them empty, or leaves out
/// what is in them.
/// </summary>
internal static class KeptFolders
{
    private static readonly string[] Names = ["data", "uploads", "public/uploads", "storage", "logs", "tmp", "db"];

    private static readonly string[] Keepers = [".gitkeep", ".keep", ".gitignore"];

    public static IReadOnlyList<string> Of(ProjectFolder folder)
    {
        var left = (folder.ReadIfThere(".gitignore") ?? "").Split('\n').Select(line => line.Trim().Trim('/'))
            .Select(line => line.EndsWith("/*", StringComparison.Ordinal) ? line[..^2] : line).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. Names.Where(left.Contains)
                .Concat(
                    Names.Where(
                        name => folder.HasFolder(name) && folder.Entries(name) is { Count: > 0 } entries && entries.All(Keepers.Contains)))
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
    }
}
