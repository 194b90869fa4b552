using Cake.MultiStage.Images;
using Tomlyn;
using Tomlyn.Model;

namespace Cake.MultiStage.Projects.Toolchains;

/// <summary>
/// The dated table of toolchains (<c>toolchains.toml</c>): their releases, how long each is supported, and the images there are.
/// </summary>
internal sealed class ToolchainTable
{
    private static readonly Lazy<ToolchainTable> Embedded = new(ReadEmbedded);
    private static readonly char[] Separators = ['-', ':', '/'];

    private readonly Dictionary<string, Toolchain> _toolchains;
    private readonly HashSet<string> _references;

    private ToolchainTable(DateOnly date, IEnumerable<Toolchain> toolchains, IReadOnlyList<ToolchainImage> images)
    {
        (Date, Images) = (date, images);
        _toolchains = toolchains.ToDictionary(toolchain => toolchain.Id, StringComparer.Ordinal);
        _references = images.SelectMany(image => image.References()).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Gets the table that the addin brings.</summary>
    public static ToolchainTable Default => Embedded.Value;

    /// <summary>Gets the day that presets choose for.</summary>
    public DateOnly Date { get; }

    public IReadOnlyList<ToolchainImage> Images { get; }

    public Toolchain this[string id] => _toolchains[id];

    /// <exception cref="TomlException">The text is not valid TOML.</exception>
    public static ToolchainTable Parse(string text)
    {
        var root = TomlSerializer.Deserialize<TomlTable>(text)!;
        return new ToolchainTable(
            Day(root, "date")!.Value, Tables(root, "toolchain").Select(ReadToolchain), [.. Tables(root, "image").Select(ReadImage)]);
    }

    /// <summary>Tells whether an image can be pulled: its publisher rebuilds it, or did.</summary>
    public bool Exists(string reference) => _references.Contains(reference);

    /// <summary>Returns the first of some references that the table has; null where it has none.</summary>
    public string? First(params IEnumerable<string> references) => references.FirstOrDefault(Exists);

    /// <summary>Says how long what an image brings is supported: of a runtime and the system below it, the one that ends first.</summary>
    /// <param name="image">The image, by whatever tag. One by a digest alone says nothing.</param>
    /// <param name="day">The day for which the next version is looked for.</param>
    /// <returns>Its support; null where the table knows no date for it, as for a tag that moves along with the versions.</returns>
    public BaseSupport? SupportOf(ImageReference image, DateOnly day)
    {
        if (image.Tag is not { } tag)
        {
            return null;
        }

        var reference = $"{image.FamiliarName}:{tag}";
        var product = Images.Where(kind => kind.Toolchain is not null)
            .Select(kind => (kind.Toolchain, Match: kind.Pattern.Match(reference))).Where(found => found.Match.Success)
            .Select(found => (Toolchain: this[found.Toolchain!], Release: this[found.Toolchain!].Line(found.Match.Groups["version"].Value)))
            .FirstOrDefault(found => found.Release is not null);
        if (product.Toolchain is null)
        {
            return null;
        }

        return SystemsOf(reference).Prepend((product.Toolchain, Release: product.Release!))
            .Where(found => found.Release.End is not null).OrderBy(found => found.Release.End)
            .Select(found => Support(found.Item1, found.Release, day)).FirstOrDefault();
    }

    /// <summary>Finds the systems that a reference names: <c>bookworm</c>, <c>alpine3.21</c>, <c>debian12</c>.</summary>
    private IEnumerable<(Toolchain Toolchain, ToolchainRelease Release)> SystemsOf(string reference) =>
        from part in reference.Split(Separators)
        from system in new[] { this["debian"], this["ubuntu"], this["alpine"] }
        from release in system.Releases
        where part == release.Codename || part == system.Id + release.Version
        select (system, release);

    private static BaseSupport Support(Toolchain toolchain, ToolchainRelease release, DateOnly day)
    {
        var newer = toolchain.Releases.TakeWhile(other => other != release).Where(other => other.IsSupported(day)).ToList();
        var preferred = newer.Find(other => other.IsLongTerm(day)) ?? newer.FirstOrDefault();
        return new BaseSupport(
            toolchain.Name, Named(release)!, release.End!.Value, Named(newer.LastOrDefault()), Named(preferred), toolchain.Source);

        static string? Named(ToolchainRelease? one) => one?.Codename is { } name ? $"{one.Version} ({name})" : one?.Version;
    }

    private static ToolchainTable ReadEmbedded()
    {
        using var stream = typeof(ToolchainTable).Assembly.GetManifestResourceStream("toolchains.toml")!;
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd());
    }

    private static Toolchain ReadToolchain(TomlTable table) => new(
        Text(table, "id")!, Text(table, "name")!, Text(table, "source")!,
        [.. ((IEnumerable<object?>)table["releases"]).Cast<TomlTable>().Select(release => new ToolchainRelease(
            Text(release, "version")!, Text(release, "codename"), Text(release, "latest"), Text(release, "sdk"), Text(release, "tag"),
            Day(release, "released"), Day(release, "lts"), Day(release, "end")))]);

    private static ToolchainImage ReadImage(TomlTable table) => new(
        Text(table, "reference")!, Text(table, "toolchain"), Texts(table, "versions"), Texts(table, "variants"),
        table.ContainsKey("retired"));

    private static IEnumerable<TomlTable> Tables(TomlTable table, string name) => (IEnumerable<TomlTable>)table[name];

    private static string? Text(TomlTable table, string name) => table.TryGetValue(name, out var value) ? (string)value! : null;

    private static string[] Texts(TomlTable table, string name) => [.. ((IEnumerable<object?>)table[name]).Cast<string>()];

    private static DateOnly? Day(TomlTable table, string name) =>
        table.TryGetValue(name, out var value) ? DateOnly.FromDateTime(((TomlDateTime)value!).DateTime.DateTime) : null;
}
