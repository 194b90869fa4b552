namespace Cake.MultiStage.Projects.Sites;

/// <summary>Generators that read the repository's history, for the day on which a page was changed.</summary>
internal static class SiteHistory
{
    public static Assumption Missing(string tool) => new(
        $"{tool} is to read the history of the repository, and '.git' stays out of the build context: pages come without the days of their "
            + "changes, or the build fails. "
            + "Set site.Include.Add(\".git\"), and have git in the builder, as in site.BuilderPackages.Add(\"git\").",
        Doubtful: true);
}
