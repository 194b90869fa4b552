namespace Cake.MultiStage.Projects;

/// <summary>A feed of packages that a file of the project names beside the public one.</summary>
/// <param name="File">The file.</param>
/// <param name="Address">Its address.</param>
/// <param name="Line">The line of a script that gives its credentials to the steps that restore, as their client takes them.</param>
internal sealed record PrivateFeed(string File, string Address, string Line)
{
    /// <summary>Gets what the file says of a login, in place of "where it asks for a login"; null where it says nothing.</summary>
    public string? Login { get; init; }

    /// <summary>Says which line brings the credentials, where the settings have none.</summary>
    public static IEnumerable<Assumption> Missing(IEnumerable<PrivateFeed> feeds, PresetSettings settings) =>
        settings.Credentials is not null ? [] : feeds.DistinctBy(feed => feed.Address, StringComparer.Ordinal).Select(feed =>
            new Assumption($"{feed.File} names the feed {feed.Address}: {feed.Login ?? "where it asks for a login,"} give the credentials "
                + $"as a secret: {feed.Line}", Doubtful: feed.Login is not null));
}
