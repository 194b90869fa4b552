using System.Text.Json;

namespace Cake.MultiStage.Projects.Php;

/// <summary>What <c>composer.json</c> and <c>composer.lock</c> say (Composer's documentation, "The composer.json Schema").</summary>
internal sealed record ComposerFile
{
    private static readonly string[] PublicFeeds = ["packagist.org", "packages.drupal.org", "wpackagist.org", "asset-packagist.org",
        "repo.typo3.org", "flex.symfony.com"];

    public string? Name { get; private init; }

    public string? Type { get; private init; }

    /// <summary>Gets what the program needs when it runs, by name, with what is asked of it.</summary>
    public required IReadOnlyDictionary<string, string> Requires { get; init; }

    /// <summary>
    /// Gets the names of all packages that are installed for production, where there is a lock; else those that are asked for.
    /// </summary>
    public required IReadOnlySet<string> Packages { get; init; }

    /// <summary>Gets what is asked of PHP: by the project, and by the packages that the lock installs.</summary>
    public required IReadOnlyList<(string Text, string Asker)> PhpRanges { get; init; }

    /// <summary>Gets the version of PHP that packages are chosen for, whatever runs Composer.</summary>
    public string? PlatformPhp { get; private init; }

    /// <summary>Gets the extensions that the project and its packages ask for, without <c>ext-</c>.</summary>
    public required IReadOnlySet<string> Extensions { get; init; }

    /// <summary>Gets the names of the scripts.</summary>
    public required IReadOnlySet<string> Scripts { get; init; }

    /// <summary>Gets the programs of the command line.</summary>
    public IReadOnlyList<string> Programs { get; private init; } = [];

    /// <summary>Gets the folder that the web server is to show, where the file says it.</summary>
    public string? PublicFolder { get; private init; }

    public bool IsLocked { get; private init; }

    /// <summary>
    /// Gets a value indicating whether the packages are a part of the project itself: they are there, and nothing keeps them out of git.
    /// </summary>
    public bool IsVendored { get; private init; }

    /// <summary>Gets a value indicating whether packages come out of repositories of source, which takes git.</summary>
    public bool NeedsGit { get; private init; }

    /// <summary>Gets a value indicating whether packages come as archives, which unzip unpacks.</summary>
    public bool NeedsUnzip { get; private init; }

    /// <summary>Gets the folders that packages come from, relative to the project; a star stands for any name.</summary>
    public IReadOnlyList<string> LocalFolders { get; private init; } = [];

    /// <summary>Gets the addresses of repositories of packages beside the public one.</summary>
    public IReadOnlyList<string> Feeds { get; private init; } = [];

    /// <summary>Gets what is only for development.</summary>
    public IReadOnlySet<string> Development { get; private init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <exception cref="MultiStageException">A file is not valid JSON.</exception>
    public static ComposerFile? Read(ProjectFolder folder)
    {
        if (!folder.Has("composer.json"))
        {
            return null;
        }

        using var document = Json(folder, "composer.json");
        using var locked = folder.Has("composer.lock") ? Json(folder, "composer.lock") : null;
        var root = document.RootElement;
        JsonElement[] packages = locked is null ? [] : [.. Items(locked.RootElement, "packages")];
        var requires = Texts(root, "require");
        HashSet<string> provided = [.. packages.SelectMany(package => Texts(package, "provide").Keys)];
        var repositories = Values(root, "repositories").ToList();
        return new ComposerFile
        {
            Name = Text(root, "name"),
            Type = Text(root, "type"),
            Requires = requires,
            Packages = (locked is null ? requires.Keys : packages.Select(package => Text(package, "name")).OfType<string>())
                .ToHashSet(StringComparer.OrdinalIgnoreCase),
            PhpRanges =
            [
                .. requires.TryGetValue("php", out var own) ? [(own, "composer.json")] : Array.Empty<(string, string)>(),
                .. packages.Select(package => (Asked: Texts(package, "require").GetValueOrDefault("php"), Name: Text(package, "name")))
                    .Where(one => one.Asked is not null).Select(one => (one.Asked!, $"composer.lock ({one.Name})")),
            ],
            PlatformPhp = Texts(Member(root, "config"), "platform").GetValueOrDefault("php"),
            Extensions =
                requires.Keys.Concat(packages.SelectMany(package => Texts(package, "require").Keys.Where(key => !provided.Contains(key))))
                .Where(key => key.StartsWith("ext-", StringComparison.OrdinalIgnoreCase))
                .Select(key => key["ext-".Length..].ToLowerInvariant()).ToHashSet(StringComparer.Ordinal),
            Scripts = Member(root, "scripts") is { ValueKind: JsonValueKind.Object } scripts
                ? scripts.EnumerateObject().Select(script => script.Name).ToHashSet(StringComparer.Ordinal) : [],
            Programs = [.. Member(root, "bin") is { ValueKind: JsonValueKind.String } one ? [one.GetString()!]
                : Items(root, "bin").Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)],
            PublicFolder = Text(Member(root, "extra"), "public-dir"),
            IsLocked = locked is not null,
            IsVendored = Text(Member(root, "config"), "vendor-dir")?.Trim('/') is var named && (named ?? "vendor") is var vendor
                // Without such a file nothing tells what was installed here from what belongs to the project.
                && folder.Has(vendor + "/autoload.php") && folder.ReadIfThere(".gitignore") is { } ignored
                && !ignored.Split('\n').Any(line => line.Trim().Trim('/', '*') == vendor),
            NeedsGit = repositories.Exists(one => Text(one, "type") is "vcs" or "git" or "github")
                || packages.Any(package => Member(package, "dist").ValueKind != JsonValueKind.Object),
            // The stage of the tests installs what is for development, too.
            NeedsUnzip = locked is null
                ? requires.Keys.Concat(Texts(root, "require-dev").Keys).Any(name => name.Contains('/', StringComparison.Ordinal))
                : packages.Concat(Items(locked.RootElement, "packages-dev"))
                    .Any(package => Text(Member(package, "dist"), "type") is "zip" or null),
            LocalFolders = [.. repositories.Where(one => Text(one, "type") == "path").Select(one => Text(one, "url")).OfType<string>()],
            Feeds = [.. repositories.Where(one => Text(one, "type") == "composer").Select(one => Text(one, "url")).OfType<string>()
                .Where(url => !PrivateFeed.IsPublic(url, PublicFeeds))],
            Development = Texts(root, "require-dev").Keys.ToHashSet(StringComparer.Ordinal),
        };
    }

    /// <summary>Tells whether a package is installed for production.</summary>
    public bool Uses(string package) => Packages.Contains(package) || Requires.ContainsKey(package);

    private static JsonDocument Json(ProjectFolder folder, string file)
    {
        try
        {
            return JsonDocument.Parse(folder.Read(file).TrimStart('\uFEFF'));
        }
        catch (JsonException exception)
        {
            throw new MultiStageException($"'{file}' in '{folder.Path}' is not valid JSON: {exception.Message}", exception);
        }
    }

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;

    private static string? Text(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static JsonElement.ArrayEnumerator Items(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.Array } items ? items.EnumerateArray() : [];

    /// <summary>Returns the values of a list, or of an object whose names do not matter.</summary>
    private static IEnumerable<JsonElement> Values(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.Object } named ? named.EnumerateObject().Select(one => one.Value)
            : Items(element, name);

    private static Dictionary<string, string> Texts(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.Object } table
            ? table.EnumerateObject().Where(one => one.Value.ValueKind == JsonValueKind.String)
                .GroupBy(one => one.Name, StringComparer.OrdinalIgnoreCase)
                .ToDictionary(group => group.Key, group => group.Last().Value.GetString()!, StringComparer.OrdinalIgnoreCase)
            : new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
}
