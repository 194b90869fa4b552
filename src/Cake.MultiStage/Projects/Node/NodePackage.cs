using System.Text.Json;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects.Node;

/// <summary>What package.json says (npm's documentation, "package.json").</summary>
internal sealed record NodePackage
{
    public string? Name { get; private init; }

    public string? Version { get; private init; }

    public string? Main { get; private init; }

    public string? Bin { get; private init; }

    /// <summary>Gets the package manager with its version, as in <c>pnpm@10.20.0</c>.</summary>
    public string? PackageManager { get; private init; }

    public string? Engine { get; private init; }

    public string? VoltaVersion { get; private init; }

    /// <summary>Gets the file that bundlers, and Bun, take for the program.</summary>
    public string? Module { get; private init; }

    /// <summary>Gets the versions of Bun that it asks for.</summary>
    public string? BunEngine { get; private init; }

    public required IReadOnlyDictionary<string, string> Scripts { get; init; }

    /// <summary>Gets the names of the packages that the program needs when it runs, optional ones among them.</summary>
    public required IReadOnlySet<string> Dependencies { get; init; }

    public required IReadOnlySet<string> DevelopmentDependencies { get; init; }

    /// <summary>Gets what is asked of each package, by its name.</summary>
    public required IReadOnlyDictionary<string, string> Ranges { get; init; }

    /// <summary>Gets what ships when it is published; empty where it does not say.</summary>
    public IReadOnlyList<string> Files { get; private init; } = [];

    /// <summary>Gets the patterns of the folders with the packages of its workspace.</summary>
    public IReadOnlyList<string> Workspaces { get; private init; } = [];

    /// <summary>Gets the files that change packages when they are installed.</summary>
    public IReadOnlyList<string> Patches { get; private init; } = [];

    /// <summary>Gets a value indicating whether other packages take it in: it says what they find in it.</summary>
    public bool IsForOthers { get; private init; }

    /// <summary>Gets a value indicating whether anything is to be installed.</summary>
    public bool HasAnyDependencies => Dependencies.Count + DevelopmentDependencies.Count > 0;

    /// <summary>Gets the folders and archives of the project that packages are installed from, relative to it.</summary>
    public IReadOnlyList<string> LocalDependencies =>
    [
        .. Ranges.Values.Where(range => range.StartsWith("file:", StringComparison.Ordinal)
            || range.StartsWith("link:", StringComparison.Ordinal))
            .Select(range => range["file:".Length..]).Select(path => (path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path)
                .TrimEnd('/'))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    /// <summary>Tells whether it asks for a package, for whatever purpose.</summary>
    public bool Uses(string name) => Dependencies.Contains(name) || DevelopmentDependencies.Contains(name);

    /// <summary>Returns the texts of scripts, of those before and after them, and of those that they name.</summary>
    public IEnumerable<string> Reached(params IEnumerable<string> names)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        var left = new Queue<string>(names.SelectMany(name => new[] { "pre" + name, name, "post" + name }));
        while (left.TryDequeue(out var name))
        {
            if (Scripts.TryGetValue(name, out var text) && seen.Add(name))
            {
                yield return text;
                foreach (var word in ShellLine.Parse(text).Commands.SelectMany(command => command.Words))
                {
                    left.Enqueue(word);
                }
            }
        }
    }

    /// <exception cref="MultiStageException">The file is not JSON.</exception>
    public static NodePackage Read(ProjectFolder folder)
    {
        try
        {
            using var document = JsonDocument.Parse(
                folder.Read("package.json").TrimStart('\uFEFF'), new JsonDocumentOptions { AllowTrailingCommas = true,
                    CommentHandling = JsonCommentHandling.Skip });
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object ? Read(root)
                : throw new MultiStageException($"'package.json' in '{folder.Path}' is not a valid JSON object.");
        }
        catch (JsonException exception)
        {
            throw new MultiStageException($"'package.json' in '{folder.Path}' is not valid JSON: {exception.Message}", exception);
        }
    }

    private static NodePackage Read(JsonElement root)
    {
        var (needed, optional, development) = (Map(root, "dependencies"), Map(root, "optionalDependencies"), Map(root, "devDependencies"));
        return new NodePackage
        {
            Name = Text(root, "name"),
            Version = Text(root, "version"),
            Main = Text(root, "main"),
            Bin = Text(root, "bin") ?? OwnProgram(Map(root, "bin"), Text(root, "name")),
            PackageManager = Text(root, "packageManager") ?? Manager(root),
            Engine = Text(Member(root, "engines"), "node"),
            VoltaVersion = Text(Member(root, "volta"), "node"),
            Module = Text(root, "module"),
            BunEngine = Text(Member(root, "engines"), "bun"),
            Scripts = Map(root, "scripts"),
            Dependencies = needed.Keys.Concat(optional.Keys).ToHashSet(StringComparer.Ordinal),
            DevelopmentDependencies = development.Keys.ToHashSet(StringComparer.Ordinal),
            Ranges = development.Concat(optional).Concat(needed).GroupBy(pair => pair.Key, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => group.Last().Value, StringComparer.Ordinal),
            IsForOthers = Member(root, "exports").ValueKind != JsonValueKind.Undefined || Text(root, "types") is not null,
            Files = Texts(Member(root, "files")),
            Workspaces = [.. Texts(Member(root, "workspaces")), .. Texts(Member(Member(root, "workspaces"), "packages"))],
            Patches = [.. Map(Member(root, "pnpm"), "patchedDependencies").Values, .. Map(root, "patchedDependencies").Values],
        };
    }

    /// <summary>Returns the program that is called as the package is, else the first that lies in its folder.</summary>
    private static string? OwnProgram(Dictionary<string, string> programs, string? name) =>
        programs.GetValueOrDefault(name?.Split('/')[^1] ?? "") ?? programs.Values.FirstOrDefault(file => !PosixPath.Leaves(file));

    // npm's documentation, "devEngines": the older field has a version alone, this one a range.
    private static string? Manager(JsonElement root) =>
        Member(Member(root, "devEngines"), "packageManager") is var asked && Text(asked, "name") is { } name
            ? name + (Text(asked, "version") is { } version && char.IsAsciiDigit(version[0]) ? "@" + version : "") : null;

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    private static string? Text(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() is { Length: > 0 } text ? text : null : null;

    private static IReadOnlyList<string> Texts(JsonElement element) => element.ValueKind == JsonValueKind.Array
        ? [.. element.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!)] : [];

    private static Dictionary<string, string> Map(JsonElement element, string name)
    {
        Dictionary<string, string> map = new(StringComparer.Ordinal);
        if (Member(element, name) is { ValueKind: JsonValueKind.Object } members)
        {
            foreach (var member in members.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.String))
            {
                map[member.Name] = member.Value.GetString()!;
            }
        }

        return map;
    }
}
