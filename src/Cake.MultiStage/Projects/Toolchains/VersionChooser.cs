namespace Cake.MultiStage.Projects.Toolchains;

/// <summary>
/// Chooses the newest supported version within what a project asks for; long-term support takes precedence over what is newer.
/// </summary>
/// <param name="table">The table.</param>
/// <param name="toolchain">The toolchain.</param>
/// <param name="hasImage">Tells of what a tag says as the version whether the image exists that the preset would take.</param>
internal sealed class VersionChooser(ToolchainTable table, Toolchain toolchain, Func<string, bool> hasImage)
{
    /// <summary>Gets the releases that have an image, the newest first; a preview is for those who name it.</summary>
    private List<ToolchainRelease> Releases => [.. toolchain.Releases.Where(release => hasImage(release.TagVersion))];

    /// <summary>Chooses a version.</summary>
    /// <param name="requests">What the project asks for, what takes precedence first.</param>
    /// <exception cref="MultiStageException">There is no such version.</exception>
    public VersionChoice Choose(params IReadOnlyList<VersionRequest> requests)
    {
        if (requests is not [var first, ..])
        {
            return new VersionChoice(Newest(Releases)!.TagVersion, Newest(Releases), Asked: null, []);
        }

        var choice = first.Range is null ? Pinned(first) : Within(first, first.Range);
        var other = requests.Skip(1).FirstOrDefault(other => !Agrees(other, choice));
        return other is null ? choice : choice with { Assumptions = [.. choice.Assumptions, Disagreement(first, other)] };
    }

    private VersionChoice Pinned(VersionRequest request)
    {
        var line = toolchain.Line(request.Text)
            ?? Newest([.. Releases.Where(release => VersionText.IsWithin(release.Version, request.Text))]);
        if (line is not null && hasImage(line.TagVersion))
        {
            var tag = VersionText.IsWithin(request.Text, line.Version) && !line.IsPreview ? request.Text : line.TagVersion;
            return new VersionChoice(tag, line, request, Told(request, line, request.Text));
        }

        var isOlder = VersionText.Parse(request.Text) is { } version && version < VersionText.Parse(toolchain.Releases[^1].Version);
        return line is null && isOlder
            ? new VersionChoice(request.Text, Release: null, request, [Older(request)])
            : throw None(request);
    }

    private VersionChoice Within(VersionRequest request, VersionRange range)
    {
        var allowed = Releases.Where(release => range.Allows(Newest(release))).ToList();
        if (Newest(allowed) is { } release)
        {
            return new VersionChoice(release.TagVersion, release, request, Told(request, release, release.Version));
        }

        return Patches(range).Select(tag => (Tag: tag, Line: toolchain.Line(tag)))
            .FirstOrDefault(found => found.Line is not null && hasImage(found.Line.TagVersion)) is ({ } patch, { } line)
            ? new VersionChoice(patch, line, request, Told(request, line, patch))
            : throw None(request);
    }

    /// <summary>Returns the supported one that is long-term support, else the newest supported, else the newest that ended.</summary>
    private ToolchainRelease? Newest(IReadOnlyList<ToolchainRelease> releases)
    {
        var supported = releases.Where(release => release.IsSupported(table.Date)).ToList();
        return supported.Find(release => release.IsLongTerm(table.Date))
            ?? supported.Concat(releases.OrderBy(release => release.IsPreview)).FirstOrDefault();
    }

    private static Version Newest(ToolchainRelease release) => VersionText.Parse(release.Latest ?? release.Version)!;

    /// <summary>
    /// Returns tags of older patches for a range that allows no line's newest: <c>20.11</c> for <c>~20.11.0</c>, <c>3.12.4</c> for
    /// <c>==3.12.4</c>.
    /// </summary>
    private static IEnumerable<string> Patches(VersionRange range)
    {
        foreach (var named in range.Named.OrderDescending())
        {
            if (range.Allows(LastOf(named.Major, named.Minor)))
            {
                yield return named.ToString(2);
            }
            else if (range.Allows(named))
            {
                yield return named.ToString(3);
            }

            if (named.Minor > 0 && range.Allows(LastOf(named.Major, named.Minor - 1)))
            {
                yield return new Version(named.Major, named.Minor - 1).ToString();
            }
        }
    }

    /// <summary>Returns a version that no patch of a line is newer than.</summary>
    private static Version LastOf(int major, int minor) => new(major, minor, int.MaxValue);

    private IReadOnlyList<Assumption> Told(VersionRequest request, ToolchainRelease release, string version)
    {
        if (release.IsPreview)
        {
            return
            [
                new Assumption(
                    $"{Asks(request)}, which was a preview when the table of toolchains was made: the tag {release.Tag} is taken. "
                    + $"Once it is released set ToolchainVersion = \"{release.Version}\".",
                    Doubtful: true),
            ];
        }

        // Rust ends each release with the next: an older one is nothing to warn of.
        return !release.HasEnded(table.Date) ? [] :
        [
            new Assumption(
                $"{Asks(request)}: {version} is taken, whose support ended on {VersionText.Day(release.End!.Value)}; "
                + $"nobody mends its faults. {SupportedText}",
                Doubtful: toolchain.Id != "rust"),
        ];
    }

    private static bool Agrees(VersionRequest other, VersionChoice choice)
    {
        if (other.Range is null)
        {
            return VersionText.IsWithin(other.Text, choice.Tag) || VersionText.IsWithin(choice.Tag, other.Text)
                || choice.Release?.Codename == other.Text;
        }

        var isPatch = choice.Tag.Count(character => character == '.') == 2;
        var version = isPatch || choice.Release is null ? VersionText.Parse(choice.Tag) : Newest(choice.Release);
        return version is null || other.Range.Allows(version);
    }

    private Assumption Disagreement(VersionRequest first, VersionRequest other) => new(
        $"{Asks(first)}, and {other.File} for {other.Text}: {first.File} takes precedence. Let both say the same.", Doubtful: true);

    private Assumption Older(VersionRequest request) => new(
        $"{Asks(request)}, which is older than what the table of toolchains knows: it is taken as it is. {SupportedText}", Doubtful: true);

    private MultiStageException None(VersionRequest request) => new(
        $"{Asks(request)}, and no image is known that has it. {SupportedText} "
        + $"Older ones: {Listed(Releases.Where(release => release.HasEnded(table.Date)))}. "
        + $"Change {request.File}, or set ToolchainVersion to one that exists.");

    private string Asks(VersionRequest request) => $"{request.File} asks for {toolchain.Name} {request.Text}";

    private string SupportedText =>
        $"Supported on {VersionText.Day(table.Date)}: {Listed(Supported.Count > 0 ? Supported : [.. toolchain.Supported(table.Date)])}.";

    private List<ToolchainRelease> Supported => Releases.FindAll(release => release.IsSupported(table.Date));

    private static string Listed(IEnumerable<ToolchainRelease> releases) => string.Join(", ", releases.Select(release => release.Version));
}
