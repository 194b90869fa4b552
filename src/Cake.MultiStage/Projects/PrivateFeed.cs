using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects;

/// <summary>A feed of packages that a file of the project names beside the public one.</summary>
/// <param name="File">The file.</param>
/// <param name="Address">Its address.</param>
/// <param name="Line">The line of a script that gives its credentials to the steps that restore, as their client takes them.</param>
internal sealed partial record PrivateFeed(string File, string Address, string Line)
{
    /// <summary>Gets what the file says of a login, in place of "where it asks for a login"; null where it says nothing.</summary>
    public string? Login { get; init; }

    /// <summary>Makes one of an address that may have a login in it, which is told and not repeated.</summary>
    /// <param name="file">The file that names it.</param>
    /// <param name="address">The address, as it stands there.</param>
    /// <param name="line">Writes the line of a script, of the address without a login.</param>
    public static PrivateFeed Of(string file, string address, Func<Uri, string> line)
    {
        var login = LoginIn().Match(address);
        var plain = login.Success ? address.Remove(login.Groups["login"].Index, login.Groups["login"].Length) : address;
        return new PrivateFeed(file, plain, Uri.TryCreate(plain, UriKind.Absolute, out var uri) ? line(uri) : "set Credentials.")
        {
            Login = !login.Success ? null : login.Value.Contains('$', StringComparison.Ordinal)
                ? "its login is to come from variables, which the build has not. Take it out, and"
                : "a login stands there, and travels to the builder. Take it out, and",
        };
    }

    /// <summary>Tells whether an address is one of those that anybody may read.</summary>
    /// <param name="address">The address.</param>
    /// <param name="hosts">The hosts, and ends of their names.</param>
    public static bool IsPublic(string address, IEnumerable<string> hosts) =>
        Host().Match(address) is not { Success: true } match || hosts.Any(host => match.Groups["host"].Value == host
            || match.Groups["host"].Value.EndsWith("." + host, StringComparison.Ordinal));

    [GeneratedRegex(@"://(?<login>[^/\s]+@)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex LoginIn();

    [GeneratedRegex(@"://([^/\s]+@)?(?<host>[A-Za-z0-9.-]+)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Host();

    /// <summary>Says which line brings the credentials, where the settings have none.</summary>
    public static IEnumerable<Assumption> Missing(IEnumerable<PrivateFeed> feeds, PresetSettings settings) =>
        settings.Credentials is not null ? [] : feeds.DistinctBy(feed => feed.Address, StringComparer.Ordinal).Select(feed =>
            new Assumption($"{feed.File} names the feed {feed.Address}: {feed.Login ?? "where it asks for a login,"} give the credentials "
                + $"as a secret: {feed.Line}", Doubtful: feed.Login is not null));
}
