namespace Cake.MultiStage.Projects.Sites;

/// <summary>Pages that are finished as they are.</summary>
internal static class PlainSite
{
    private const string Directory = "/src";

    private static readonly string[] Folders = ["public", "site", "html", ".", "docs", "dist", "src", "www"];

    /// <exception cref="MultiStageException">There is no page.</exception>
    public static SiteBuild Of(ProjectFolder folder, SiteProjectSettings settings)
    {
        var output = settings.Output?.TrimEnd('/') is { } given ? Given(folder, given)
            : Folders.FirstOrDefault(inner => folder.Has($"{inner}/index.html")) ?? throw OtherGenerators.None(folder, settings);
        var builder = BuilderSteps.Start("busybox:1", settings, Directory)
            .CopyNames([output], output == "." ? "." : output + "/")
            .Run("find . \\( -name \"Dockerfile*\" -o -name \"*.cake\" -o -name README.md -o -name artifacts -o -name node_modules "
                + "-o -name \".*\" ! -name . ! -name .well-known \\) -prune -exec rm -rf {} +")
                    .Because("Files that are no part of a site do not ship.");
        return new SiteBuild(folder, folder.Name, builder, $"{Directory}/{output}")
        {
            Own = folder,
            Directory = Directory,
            IsUnicode = false,
            Development = new DevelopmentSteps(["ls", "-R", Directory]),
            Findings = ["index.html: the pages are finished", $"the finished site is in {(output is "." ? "the folder itself" : output)}"],
        };
    }

    private static string Given(ProjectFolder folder, string output) => output == "." || folder.HasFolder(output) ? output
        : throw new MultiStageException(
            $"The pages are said to lie in '{output}', which is not a folder in '{folder.Path}'. Correct site.Output.");
}
