using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.C;

/// <summary>One configuration that CMakePresets.json names (CMake's manual, "cmake-presets(7)").</summary>
/// <param name="Name">Its name.</param>
/// <param name="Generator">What makes the build; null for CMake's default.</param>
/// <param name="Words">The values of its variables and its environment.</param>
/// <param name="Toolchain">The file of the toolchain; null for none.</param>
/// <param name="BuildType">The kind of build; null where it says none.</param>
/// <param name="IsForHost">Whether its condition holds in a Linux container.</param>
internal sealed record CMakePreset(string Name, string? Generator, IReadOnlyList<string> Words, string? Toolchain, string? BuildType,
    bool IsForHost)
{
    private static readonly string[] Others = ["Visual Studio", "Xcode", "NMake", "MinGW", "MSYS", "Borland", "Watcom"];

    /// <summary>Gets a value indicating whether one tree holds several kinds of builds.</summary>
    public bool IsMultiple => Generator == "Ninja Multi-Config";

    /// <summary>Gets a value indicating whether a Linux container can build by it, with what Debian has.</summary>
    public bool IsFit => IsForHost && !Array.Exists(Others, other => Generator?.StartsWith(other, StringComparison.Ordinal) == true)
        && Toolchain?.Contains('$', StringComparison.Ordinal) != true
        && Words.All(word => !word.EndsWith("cl.exe", StringComparison.Ordinal) && word is not ("cl" or "clang-cl"));

    /// <summary>Gets a value indicating whether it says which compiler builds.</summary>
    public bool NamesCompiler => Words.Any(word => word.Split('/')[^1] is var name
        && (name.StartsWith("clang", StringComparison.Ordinal) || name.StartsWith("gcc", StringComparison.Ordinal)
            || name.StartsWith("g++", StringComparison.Ordinal)));

    public bool IsRelease => BuildType is "Release" or "RelWithDebInfo" or "MinSizeRel"
        || (BuildType is null && Name.Contains("release", StringComparison.OrdinalIgnoreCase));

    /// <summary>Gets what the build takes of Debian.</summary>
    public IEnumerable<string> Packages =>
    [
        .. Generator?.StartsWith("Ninja", StringComparison.Ordinal) == true ? ["ninja-build"] : Array.Empty<string>(),
        .. Words.Any(word => word.Split('/')[^1] is "clang" or "clang++") ? ["clang"] : Array.Empty<string>(),
        .. Words.Any(word => word.Split('/')[^1] is "mold" or "-fuse-ld=mold") ? ["mold"] : Array.Empty<string>(),
        .. Words.Any(word => word is "lld" or "-fuse-ld=lld") ? ["lld"] : Array.Empty<string>(),
        .. Words.Any(word => word.Split('/')[^1] is "ccache") ? ["ccache"] : Array.Empty<string>(),
    ];
}

/// <summary>Reads CMakePresets.json; the user's own CMakeUserPresets.json is of a machine, and no part of the project.</summary>
internal sealed partial class CMakePresets
{
    private const string File = "CMakePresets.json";
    private const int MostFiles = 20;
    private const int Deepest = 30;

    private readonly Dictionary<string, JsonObject> _presets = new(StringComparer.Ordinal);

    /// <summary>Gets the presets that a person can name, in their order.</summary>
    public IReadOnlyList<CMakePreset> Presets { get; }

    private CMakePresets(ProjectFolder folder)
    {
        List<string> order = [];
        Read(folder, File, order, []);
        Presets = [.. order.Where(name => !(Value(_presets[name], "hidden") is JsonValue hidden && hidden.TryGetValue(out bool isHidden)
            && isHidden)).Select(Of)];
    }

    /// <summary>Reads a folder's; null where it has none.</summary>
    /// <exception cref="MultiStageException">The file is not valid.</exception>
    public static CMakePresets? Read(ProjectFolder folder) => folder.Has(File) ? new CMakePresets(folder) : null;

    /// <summary>Chooses the one that is built by: the one named, or else the only one that builds a release here.</summary>
    /// <param name="name">The name; null for none, empty for building without.</param>
    /// <exception cref="MultiStageException">There is none of that name.</exception>
    public CMakePreset? Choose(string? name)
    {
        if (name is not null)
        {
            return name.Length == 0 ? null : Presets.FirstOrDefault(preset => preset.Name == name) ?? throw new MultiStageException(
                $"{File} has no preset '{name}'. It has: {string.Join(", ", Presets.Select(preset => preset.Name))}.");
        }

        var fit = Presets.Where(preset => preset.IsFit).ToList();
        return fit.Where(preset => preset.IsRelease).ToList() is [var release] ? release
            : fit is [var only] && only.BuildType is null or "Release" or "RelWithDebInfo" or "MinSizeRel" ? only
            : fit.Find(preset => preset.IsRelease && preset.Name is "release" or "default" or "linux" or "linux-release");
    }

    private void Read(ProjectFolder folder, string path, List<string> order, HashSet<string> seen)
    {
        if (!seen.Add(path) || seen.Count > MostFiles)
        {
            return;
        }

        JsonObject? content;
        try
        {
            content = JsonNode.Parse(folder.Read(path),
                documentOptions: new JsonDocumentOptions
                {
                    CommentHandling = JsonCommentHandling.Skip,
                    AllowTrailingCommas = true,
                    AllowDuplicateProperties = false,
                }) as JsonObject;
        }
        catch (JsonException exception)
        {
            throw new MultiStageException($"'{path}' in '{folder.Path}' is not valid JSON: {exception.Message}", exception);
        }

        foreach (var include in Texts(Value(content, "include")))
        {
            var other = Images.PosixPath.Join(path[..(path.LastIndexOf('/') + 1)], include);
            if (folder.Has(other))
            {
                Read(folder, other, order, seen);
            }
        }

        foreach (var preset in (Value(content, "configurePresets") as JsonArray ?? []).OfType<JsonObject>())
        {
            if (Text(preset, "name") is { } name && _presets.TryAdd(name, preset))
            {
                order.Add(name);
            }
        }
    }

    private CMakePreset Of(string name)
    {
        var lineage = Lineage(name, 0).ToList();
        Dictionary<string, string> variables = new(StringComparer.Ordinal);
        Dictionary<string, string> environment = new(StringComparer.Ordinal);
        foreach (var preset in Enumerable.Reverse(lineage))
        {
            Collect(preset, "cacheVariables", variables);
            Collect(preset, "environment", environment);
        }

        string? First(string member) => lineage.Select(preset => Text(preset, member)).FirstOrDefault(text => text is not null);
        var condition = lineage.Select(preset => Value(preset, "condition")).FirstOrDefault(one => one is not null);
        return new CMakePreset(name, First("generator"),
            [.. variables.Values.Concat(environment.Values).SelectMany(value => value.Split(' ', StringSplitOptions.RemoveEmptyEntries))],
            First("toolchainFile") ?? variables.GetValueOrDefault("CMAKE_TOOLCHAIN_FILE"), variables.GetValueOrDefault("CMAKE_BUILD_TYPE"),
            Holds(condition, name, 0));
    }

    /// <summary>Returns a preset and those that it inherits from, the earlier ones first, which take precedence.</summary>
    private IEnumerable<JsonObject> Lineage(string name, int depth)
    {
        if (depth > Deepest || !_presets.TryGetValue(name, out var preset))
        {
            return [];
        }

        return Texts(Value(preset, "inherits")).SelectMany(parent => Lineage(parent, depth + 1)).Prepend(preset).Take(100);
    }

    private static void Collect(JsonObject preset, string member, Dictionary<string, string> values)
    {
        foreach (var (name, value) in Value(preset, member) as JsonObject ?? [])
        {
            var text = value is JsonObject typed ? Value(typed, "value") : value;
            if (text is JsonValue)
            {
                values[name] = text.ToString();
            }
        }
    }

    private static bool Holds(JsonNode? condition, string preset, int depth)
    {
        if (condition is JsonValue constant)
        {
            return !constant.TryGetValue(out bool value) || value;
        }

        if (condition is not JsonObject one || depth > Deepest)
        {
            return true;
        }

        bool All(Func<IEnumerable<JsonNode?>, bool> judge) => judge(Value(one, "conditions") as JsonArray ?? []);
        string Filled(string member) => Macro().Replace(Text(one, member) ?? "", match => match.Value switch
        {
            "${hostSystemName}" => "Linux",
            "${presetName}" => preset,
            "${sourceDir}" => "/src",
            "${dollar}" => "$",
            _ => "",
        });
        return Text(one, "type") switch
        {
            "const" => Holds(Value(one, "value"), preset, depth + 1),
            "equals" => Filled("lhs") == Filled("rhs"),
            "notEquals" => Filled("lhs") != Filled("rhs"),
            "inList" => Texts(Value(one, "list")).Contains(Filled("string"), StringComparer.Ordinal),
            "notInList" => !Texts(Value(one, "list")).Contains(Filled("string"), StringComparer.Ordinal),
            "anyOf" => All(conditions => conditions.Any(inner => Holds(inner, preset, depth + 1))),
            "allOf" => All(conditions => conditions.All(inner => Holds(inner, preset, depth + 1))),
            "not" => !Holds(Value(one, "condition"), preset, depth + 1),
            "matches" => Matches(Filled("string"), Filled("regex")),
            "notMatches" => !Matches(Filled("string"), Filled("regex")),
            _ => true,
        };
    }

    private static bool Matches(string text, string pattern)
    {
        try
        {
            return Regex.IsMatch(text, pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, TimeSpan.FromSeconds(1));
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    private static JsonNode? Value(JsonObject? owner, string name) =>
        owner is not null && owner.TryGetPropertyValue(name, out var value) ? value : null;

    private static string? Text(JsonObject owner, string name) =>
        Value(owner, name) is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static IEnumerable<string> Texts(JsonNode? node) => node is JsonArray several
        ? several.OfType<JsonValue>().Select(value => value.TryGetValue(out string? text) ? text : null).OfType<string>()
        : node is JsonValue one && one.TryGetValue(out string? only) && only is not null ? [only] : [];

    [GeneratedRegex(@"\$(env|penv)?\{[^}]*\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Macro();
}
