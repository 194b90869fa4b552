using System.Text.Json;
using System.Text.RegularExpressions;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects.DotNet;

/// <summary>
/// The files of SQLite that a program makes in the folder it runs in, as its settings or its source name them ("Connection strings" of
/// Microsoft.Data.Sqlite): the folder has to belong to its user, else the first query fails.
/// </summary>
internal sealed partial class DatabaseFiles
{
    private static readonly string[] Settings = ["appsettings.json", "appsettings.Production.json"];

    private readonly List<(string File, string Source, string? Key)> _found = [];

    /// <param name="folder">The folder with the projects.</param>
    /// <param name="program">The one that is started.</param>
    /// <param name="closure">It and all that it refers to.</param>
    public DatabaseFiles(ProjectFolder folder, DotNetProject program, IReadOnlyList<DotNetProject> closure)
    {
        if (!closure.Any(project => project.Packages.Any(package => package.Contains("Sqlite", StringComparison.OrdinalIgnoreCase))))
        {
            return;
        }

        foreach (var file in folder.Existing(Settings.Select(name => PosixPath.Join(program.Folder, name))))
        {
            _found.AddRange(OfSettings(file, folder.Read(file)));
        }

        if (_found.Count == 0)
        {
            _found.AddRange(OfSources(folder, program));
        }
    }

    /// <summary>Gets the folders that are written to, relative to the program's; empty for its own.</summary>
    public IReadOnlyList<string> Folders => [.. _found.Select(one => PosixPath.FolderOf(one.File)).Distinct(StringComparer.Ordinal)];

    /// <summary>Says what is written, and how it is kept.</summary>
    /// <param name="home">The folder that the program runs in.</param>
    public IEnumerable<Assumption> Assumptions(string home) => _found.DistinctBy(one => one.File, StringComparer.Ordinal)
        .Select(one => new Assumption(
        $"{one.Source} has the program write to '{one.File}': {PosixPath.Join(home, PosixPath.FolderOf(one.File)).TrimEnd('/')} "
            + "belongs to its user, and what is written there ends with the container. To keep it set "
            + (one.Key is { } key
                ? $"dotnet.Environment[\"{key}\"] = \"Data Source=/data/{PosixPath.NameOf(one.File)}\" and "
                    + "dotnet.Volumes.Add(\"/data\")."
                : "dotnet.Volumes, and have the program write to a folder there."),
        Doubtful: true));

    private static List<(string, string, string?)> OfSettings(string file, string text)
    {
        List<(string, string, string?)> found = [];
        try
        {
            using var json = JsonDocument.Parse(text.TrimStart('\uFEFF'),
                new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            Visit(json.RootElement, "");
        }
        catch (JsonException)
        {
            // What reads it says what is wrong with it; it is no part of the description.
            return [];
        }

        return found;

        void Visit(JsonElement element, string key)
        {
            if (element.ValueKind == JsonValueKind.Object)
            {
                foreach (var member in element.EnumerateObject())
                {
                    Visit(member.Value, key.Length == 0 ? member.Name : $"{key}__{member.Name}");
                }
            }
            else if (element.ValueKind == JsonValueKind.String && FileOf(element.GetString()!) is { } database)
            {
                found.Add((database, file, key));
            }
        }
    }

    private static IEnumerable<(string, string, string?)> OfSources(ProjectFolder folder, DotNetProject program) =>
        // Not what tools make: that differs from one machine to the next.
        (FileProgram.Is(program.Path) ? [program.Path] : folder.Find("*.cs", "*.fs")
            .Where(path => program.Folder.Length == 0 || path.StartsWith(program.Folder + "/", StringComparison.Ordinal)))
            .Select(path => (Path: path, Text: folder.Read(path)))
            // That one is of the tools that make migrations.
            .Where(source => !source.Text.Contains("IDesignTimeDbContextFactory", StringComparison.Ordinal))
            .SelectMany(source => Literal().Matches(source.Text)
                .Select(match => FileOf(match.Groups["text"].Value)).OfType<string>()
                .Select(database => (database, source.Path, (string?)null)));

    /// <summary>Returns the file of a connection string, relative to the program's folder; null where it is elsewhere.</summary>
    private static string? FileOf(string text) => Connection().Match(text) is { Success: true } match
        && match.Groups["file"].Value.Trim() is { Length: > 0 } file && !file.AsSpan().ContainsAny(":{|$")
        && !Path.IsPathRooted(file) && !text.Contains("Mode=Memory", StringComparison.OrdinalIgnoreCase)
        && !text.Contains("Mode=ReadOnly", StringComparison.OrdinalIgnoreCase) && FileName().IsMatch(file)
        && DotNetProject.Follow("", file) is var path && !path.StartsWith("..", StringComparison.Ordinal) ? path : null;

    [GeneratedRegex(@"(\A|;)\s*(Data\s?Source|Filename)\s*=\s*(?<file>[^;]+)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Connection();

    // A server of another kind is named by the same word.
    [GeneratedRegex(@"\.(db|db3|sqlite|sqlite3|s3db)\z",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex FileName();

    [GeneratedRegex("\"(?<text>(Data\\s?Source|Filename)\\s*=[^\"\\r\\n]*)\"",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Literal();
}
