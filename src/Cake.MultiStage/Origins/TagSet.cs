using System.Globalization;
using System.Text;
using Semver;

namespace Cake.MultiStage.Origins;

/// <summary>What the tags of an image are made from.</summary>
internal sealed record TagSource
{
    /// <summary>Gets the version, as a tool or a git tag writes it, with or without a <c>v</c>.</summary>
    public string? Version { get; init; }

    /// <summary>Gets the git tag.</summary>
    public string? Tag { get; init; }

    public string? Branch { get; init; }

    /// <summary>Gets the number of the pull request.</summary>
    public string? PullRequest { get; init; }

    /// <summary>Gets the commit, where it makes a tag.</summary>
    public string? Revision { get; init; }

    /// <summary>Gets the date, where it makes a tag.</summary>
    public DateTimeOffset? Date { get; init; }

    /// <summary>Gets a value indicating whether a version also moves the tags that stand for several.</summary>
    public bool Moving { get; init; } = true;

    /// <summary>Gets all git tags of the repository, by which an older line is told from the newest.</summary>
    public IReadOnlyList<string> Released { get; init; } = [];
}

/// <summary>The tags of an image, and what there is to say about them.</summary>
/// <param name="Tags">The tags, the most exact first.</param>
/// <param name="Notes">What was changed or left out, a line each.</param>
internal sealed record TagSet(IReadOnlyList<string> Tags, IReadOnlyList<string> Notes)
{
    private const int Longest = 128;
    private const int CommitLength = 7;

    /// <summary>
    /// Makes the tags: of a pull request its number alone; else of a version its tags, or of a git tag its name, or of a branch its name;
    /// and beside it what was asked for of the commit and the date.
    /// </summary>
    /// <exception cref="MultiStageException">Nothing to make a tag from is known, or the version is none.</exception>
    public static TagSet Of(TagSource source)
    {
        List<string> notes = [];
        List<string> tags = [.. Main(source, notes)];
        if (source.Date is { } date)
        {
            tags.Add(date.ToString("yyyyMMdd", CultureInfo.InvariantCulture));
        }

        if (source.Revision is { Length: > 0 } revision)
        {
            tags.Add("sha-" + revision[..Math.Min(revision.Length, CommitLength)]);
        }

        return tags.Count > 0
            ? new TagSet([.. tags.Distinct(StringComparer.Ordinal)], notes)
            : throw new MultiStageException(
                "There is nothing to make tags from: no version is given, and the folder is in no git repository with a tag or a branch. "
                + "Give one, as in 'tags.Version = \"1.4.2\"'.");
    }

    private static List<string> Main(TagSource source, List<string> notes) => source switch
    {
        { PullRequest: { Length: > 0 } number } => [Fit($"pr-{number}", notes)],
        { Version: { Length: > 0 } version } => OfVersion(Parse(version) ?? throw new MultiStageException(
            $"'{LogText.Clean(version)}' is not a valid version. Expected one such as '1.4.2' or '1.5.0-beta.1' (semver.org)."),
            source, notes),
        { Tag: { Length: > 0 } tag } => Parse(tag) is { } version ? OfVersion(version, source, notes) : [Fit(tag, notes)],
        { Branch: { Length: > 0 } branch } => [Fit(branch, notes)],
        _ => [],
    };

    private static SemVersion? Parse(string text) =>
        SemVersion.TryParse(text.Trim(), SemVersionStyles.AllowV, out var version) ? version : null;

    private static List<string> OfVersion(SemVersion version, TagSource source, List<string> notes)
    {
        var exact = Fit(version.WithoutMetadata().ToString(), notes);
        if (version.IsPrerelease || !source.Moving)
        {
            return [exact];
        }

        // What a later release has taken is not taken back by a correction of an earlier line.
        List<SemVersion> others = [.. source.Released.Select(Parse).OfType<SemVersion>().Where(other => !other.IsPrerelease)];
        List<(string Tag, Func<SemVersion, bool> Shares)> moving =
        [
            (FormattableString.Invariant($"{version.Major}.{version.Minor}"),
                other => other.Major == version.Major && other.Minor == version.Minor),
            // Of 0.x, each minor version may break what the one before did (semver.org, 4).
            .. version.Major > 0
                ? [(FormattableString.Invariant($"{version.Major}"), (Func<SemVersion, bool>)(other => other.Major == version.Major))]
                : Array.Empty<(string, Func<SemVersion, bool>)>(),
            ("latest", _ => true),
        ];
        List<string> tags = [exact];
        foreach (var (tag, shares) in moving)
        {
            var later = others.Where(shares).Where(other => other.ComparePrecedenceTo(version) > 0).Max(SemVersion.PrecedenceComparer);
            if (later is null)
            {
                tags.Add(tag);
            }
            else
            {
                notes.Add($"'{tag}' stays where it is: the repository has the later version {later}.");
            }
        }

        return tags;
    }

    /// <summary>Makes a tag of a text: what a tag can't hold becomes a <c>-</c>, and that is said.</summary>
    private static string Fit(string text, List<string> notes)
    {
        var fit = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            fit.Append(char.IsAsciiLetterOrDigit(character) || character is '_' or '.' or '-' ? character : '-');
        }

        var tag = fit.ToString().TrimStart('.', '-');
        tag = tag.Length > Longest ? tag[..Longest] : tag;
        if (tag.Length == 0)
        {
            throw new MultiStageException(
                $"No tag can be made of '{LogText.Clean(text)}': a tag has letters, digits, '_', '.' and '-'. Give one, as in "
                + "'tags.Version = \"1.4.2\"'.");
        }

        if (tag != text)
        {
            notes.Add($"'{LogText.Clean(text)}' as a tag is '{tag}': a tag has 1 to 128 letters, digits, '_', '.' and '-'.");
        }

        return tag;
    }
}
