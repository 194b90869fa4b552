using System.Text.Json;
using System.Text.RegularExpressions;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Packages;

namespace Cake.MultiStage.Checking;

/// <summary>
/// Reads what scanners found in an image (SARIF 2.1.0, as Trivy, Grype and others write it), and finds out which instruction brought it: by
/// the file that is named, else by the package.
/// </summary>
internal sealed partial class ScannerFindings(MeasuredImage image)
{
    private const int LargestFile = 64 << 20;
    private const int MostFindings = 10_000;
    private const int LongestText = 2000;

    private readonly HashSet<string> _tools = new(StringComparer.Ordinal);

    /// <summary>Says whether an id is one that a scanner's findings may have, of those whose files were read.</summary>
    public bool MayName(string id) => _tools.Any(tool => id.StartsWith(tool + "-", StringComparison.Ordinal));

    /// <exception cref="MultiStageException">The file doesn't exist, is not SARIF, or has more findings than are read.</exception>
    public async Task<IReadOnlyList<Finding>> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = File.OpenRead(file);
            if (stream.Length > LargestFile)
            {
                throw new MultiStageException($"'{file}' can't be read: it is larger than 64 MB.");
            }

            using var document = await JsonDocument.ParseAsync(stream, default, cancellationToken);
            List<Finding> found = [];
            foreach (var run in document.RootElement.GetProperty("runs").EnumerateArray())
            {
                found.AddRange(Run(run).Take(MostFindings + 1 - found.Count));
                if (found.Count > MostFindings)
                {
                    // The gravest may be among those that would be cut.
                    throw new MultiStageException($"'{file}' has more than 10,000 findings. Have the scanner leave out what doesn't "
                        + "matter, as in 'trivy image --severity HIGH,CRITICAL'.");
                }
            }

            return found;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new MultiStageException(
                $"What a scanner found can't be read: {exception.Message} Have the scanner write SARIF there first, as in "
                    + "'trivy image --format sarif --output trivy.sarif IMAGE'.", exception);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new MultiStageException($"'{file}' is not a SARIF 2.1.0 log: {exception.Message}", exception);
        }
    }

    private IEnumerable<Finding> Run(JsonElement run)
    {
        var driver = run.GetProperty("tool").GetProperty("driver");
        var tool = Word(Text(driver, "name") ?? "scanner");
        _tools.Add(tool);
        List<JsonElement> rules = driver.TryGetProperty("rules", out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray()] : [];
        var byId = rules.Where(rule => Text(rule, "id") is not null)
            .DistinctBy(rule => Text(rule, "id"), StringComparer.Ordinal).ToDictionary(rule => Text(rule, "id")!, StringComparer.Ordinal);
        if (!run.TryGetProperty("results", out var results) || results.ValueKind != JsonValueKind.Array)
        {
            yield break;
        }

        foreach (var result in results.EnumerateArray())
        {
            var id = Text(result, "ruleId");
            var rule = id is not null && byId.TryGetValue(id, out var named) ? named
                : result.TryGetProperty("ruleIndex", out var index) && index.TryGetInt32(out var at) && at >= 0 && at < rules.Count
                    ? rules[at]
                : default;
            if (Level(result, rule) is { } level && !IsSuppressed(result))
            {
                yield return Finding(tool, id ?? Text(rule, "id") ?? "finding", level, result, rule);
            }
        }
    }

    private Finding Finding(string tool, string id, FindingLevel level, JsonElement result, JsonElement rule)
    {
        var message = Text(Member(result, "message"), "text") ?? Text(Member(rule, "shortDescription"), "text") ?? id;
        var (path, instruction) = Place(result, message);
        return new Finding(
            $"{tool}-{Word(id)}",
            level,
            Line(message),
            Line(Text(Member(rule, "help"), "text") is { Length: > 0 and < LongestText } help
                && !help.StartsWith(message, StringComparison.Ordinal) ? help : $"See {Text(rule, "helpUri") ?? tool}."))
        {
            Reason = Line(Text(Member(rule, "shortDescription"), "text") ?? $"Found by {tool}."),
            Path = path,
            Instruction = instruction,
            Address = Uri.TryCreate(Text(rule, "helpUri"), UriKind.Absolute, out var address)
                && address.Scheme is "https" or "http" ? address : null,
        };
    }

    /// <summary>Finds the file in the image that a result is about, and the instruction that brought it.</summary>
    private (string? Path, string? Instruction) Place(JsonElement result, string message)
    {
        List<FileSystemNode> named =
            [.. Places(result).Select(image.Files.Resolve).OfType<FileSystemNode>().Where(node => !node.IsDirectory)];
        // Grype names the list of all packages, which the last instruction changed that installed any.
        if (named.Find(node => !PackageContent.IsDatabase(node.Path)) is { } file)
        {
            return (file.Path, image.Layers[file.Layer].CreatedBy);
        }

        var database = named.FirstOrDefault();
        return PackageName().Match(message) is { Success: true } match
            && match.Groups["name"].Value is var name
            && image.Packages.FirstOrDefault(package => (database is null || package.Path is null)
                && (package.Name == name || package.Name.EndsWith(":" + name, StringComparison.Ordinal))) is { } found
            ? (found.Path ?? database?.Path, found.CreatedBy is { Length: > 0 } text ? text : null)
            : (database?.Path, database is null ? null : image.Layers[database.Layer].CreatedBy);
    }

    private static IEnumerable<string> Places(JsonElement result)
    {
        if (!result.TryGetProperty("locations", out var locations) || locations.ValueKind != JsonValueKind.Array)
        {
            yield break;
        }

        foreach (var location in locations.EnumerateArray())
        {
            if (Text(Member(Member(location, "physicalLocation"), "artifactLocation"), "uri") is { } uri)
            {
                yield return "/" + Uri.UnescapeDataString(uri).TrimStart('/');
            }

            foreach (var logical in Member(location, "logicalLocations") is { ValueKind: JsonValueKind.Array } names
                ? names.EnumerateArray().ToArray() : [])
            {
                // Grype: image@sha256:…:/lib/apk/db/installed
                if (Text(logical, "fullyQualifiedName") is { } name && name.IndexOf(":/", StringComparison.Ordinal) is >= 0 and var colon)
                {
                    yield return name[(colon + 1)..];
                }
            }
        }
    }

    /// <summary>Gets the level of a result, else that of its rule; <see langword="null"/> for what passed.</summary>
    private static FindingLevel? Level(JsonElement result, JsonElement rule) =>
        Text(result, "kind") is not (null or "fail" or "open" or "review") ? null
        : (Text(result, "level") ?? Text(Member(rule, "defaultConfiguration"), "level")) switch
        {
            "error" => FindingLevel.Error,
            "note" => FindingLevel.Note,
            "none" => null,
            _ => FindingLevel.Warning,
        };

    private static bool IsSuppressed(JsonElement result) =>
        Member(result, "suppressions") is { ValueKind: JsonValueKind.Array } list && list.EnumerateArray()
            .Any(one => Text(one, "status") is null or "accepted");

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;

    private static string? Text(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static string Line(string text) =>
        string.Join(' ', (text.Length > LongestText ? text[..LongestText] + "…" : text)
            .Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    /// <summary>Writes an id as rules are named here.</summary>
    private static string Word(string id) =>
        NoWord().Replace(id.ToLowerInvariant(), "-").Trim('-') is { Length: > 0 } word ? word : "finding";

    [GeneratedRegex("[^a-z0-9]+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex NoWord();

    [GeneratedRegex(
        @"\bpackage(: |\s+)'?(?<name>[^\s',]+)",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex PackageName();
}
