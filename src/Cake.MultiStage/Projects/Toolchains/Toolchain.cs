namespace Cake.MultiStage.Projects.Toolchains;

/// <summary>A toolchain, or a system that images stand on, with its releases, the newest first.</summary>
/// <param name="Id">Its name in the table, such as <c>node</c>.</param>
/// <param name="Name">Its name for people, such as <c>Node.js</c>.</param>
/// <param name="Source">Where the dates come from, and of which day they are.</param>
/// <param name="Releases">Its releases.</param>
internal sealed record Toolchain(string Id, string Name, string Source, IReadOnlyList<ToolchainRelease> Releases)
{
    /// <summary>Finds the release that a version belongs to: 20 for <c>20.11.1</c>. Null where the table has none.</summary>
    public ToolchainRelease? Line(string version) =>
        Releases.FirstOrDefault(release => release.Tag == version || release.Codename == version)
        ?? Releases.FirstOrDefault(release => VersionText.IsWithin(version, release.Version));

    /// <summary>Returns the releases that are supported on a day, the newest first.</summary>
    public IEnumerable<ToolchainRelease> Supported(DateOnly day) => Releases.Where(release => release.IsSupported(day));
}

/// <summary>One line of releases, such as Python 3.13.</summary>
/// <param name="Version">The line as tags name it.</param>
/// <param name="Codename">Its name, such as <c>trixie</c>.</param>
/// <param name="Latest">The newest patch known; null where none is.</param>
/// <param name="Sdk">The newest SDK known, where it has a version of its own.</param>
/// <param name="Tag">What tags say instead of the version while it is a preview.</param>
/// <param name="Released">The day of its first release; null while it is a preview.</param>
/// <param name="LongTerm">The day from which it is long-term support; null where it never is.</param>
/// <param name="End">The end of its support; null where its successor ends it.</param>
internal sealed record ToolchainRelease(
    string Version, string? Codename, string? Latest, string? Sdk, string? Tag, DateOnly? Released, DateOnly? LongTerm, DateOnly? End)
{
    /// <summary>Gets what tags say.</summary>
    public string TagVersion => Tag ?? Version;

    /// <summary>Gets a value indicating whether it was not released yet when the table was made.</summary>
    public bool IsPreview => Tag is not null;

    public bool IsSupported(DateOnly day) => !IsPreview && !HasEnded(day);

    public bool HasEnded(DateOnly day) => End < day;

    public bool IsLongTerm(DateOnly day) => LongTerm <= day;
}
