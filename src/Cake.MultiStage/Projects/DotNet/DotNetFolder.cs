using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects.DotNet;

/// <summary>The projects of a folder, and the files beside them that a restore reads.</summary>
internal sealed partial class DotNetFolder(ProjectFolder folder)
{
    private static readonly string[] AboveNames = ["Directory.Packages.props", "Directory.Build.props", "Directory.Build.targets"];
    private static readonly string[] ProjectFiles = ["*.csproj", "*.fsproj", "*.vbproj"];
    private static readonly string[] ConfigNames = ["nuget.config", "NuGet.config", "NuGet.Config"];

    private readonly Lazy<IReadOnlyList<DotNetProject>> _projects =
        new(() => [.. Paths(folder).Select(path => new DotNetProject(folder, path))]);

    public IReadOnlyList<DotNetProject> Projects => _projects.Value;

    /// <summary>
    /// Returns the tests of the folder that is described. Where the build context is wider, those beside it count that refer to the
    /// program.
    /// </summary>
    public IReadOnlyList<DotNetProject> Tests(DotNetProject program) => [.. Projects.Where(project => project.IsTest
        && (project.Path.StartsWith(folder.Described, StringComparison.Ordinal)
            || project.References.Contains(program.Path, StringComparer.Ordinal)))];

    /// <summary>Finds the project to ship.</summary>
    /// <returns>The project, and what was assumed in choosing it.</returns>
    /// <exception cref="MultiStageException">There is none, several, or not the one that was named.</exception>
    public (DotNetProject Project, Assumption? Assumption) Chosen(string? name)
    {
        if (name is not null && IsSolution(name))
        {
            var listed = Listed(folder, DotNetProject.Follow("", name));
            return new ProgramChoice(folder.Path, [.. Everything().Where(project => listed.Contains(project.Path))]).Only();
        }

        return name is null ? new ProgramChoice(folder.Path, Projects).Only()
            : FileProgram.Is(name) && folder.Has(name) ? (new DotNetProject(folder, DotNetProject.Follow("", name)), null)
            : (new ProgramChoice(folder.Path, [.. Projects, .. Unlisted(name)]).Named(name), null);
    }

    /// <summary>Returns the project of a path where no solution of the folder lists it, as one above samples does not.</summary>
    private DotNetProject[] Unlisted(string name) => DotNetProject.Follow("", name) is var path && !PosixPath.Leaves(path)
        && Array.Exists(ProjectFiles, pattern => path.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase)) && folder.Has(path)
        && Projects.All(project => project.Path != path) ? [new DotNetProject(folder, path)] : [];

    /// <summary>
    /// Returns what a project needs that is outside of the folder: projects it refers to, and files that MSBuild looks for above.
    /// </summary>
    public IReadOnlyList<string> Outside(DotNetProject project)
    {
        var references = Closure(project).SelectMany(other => other.References.Concat(other.OutsideImports));
        var around = AboveNames.Where(name => !PosixPath.Upwards(project.Folder).Any(at => folder.Has(PosixPath.Join(at, name))))
            .Select(
                name => folder.Above(name) is { } above
                    ? System.IO.Path.GetRelativePath(folder.Path, System.IO.Path.Combine(above.Path, name))
                        .Replace(System.IO.Path.DirectorySeparatorChar, '/')
                    : null).OfType<string>();
        return [.. references.Where(PosixPath.Leaves)
            .Concat(around)
            .Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Returns a project and all that it refers to, by whatever way, in the folder.</summary>
    /// <exception cref="MultiStageException">A reference leads to no file.</exception>
    public IReadOnlyList<DotNetProject> Closure(DotNetProject project)
    {
        List<DotNetProject> found = [project];
        for (var i = 0; i < found.Count; i++)
        {
            foreach (var reference in found[i].References.Concat(found[i].Given))
            {
                if (!PosixPath.Leaves(reference) && !folder.Has(reference))
                {
                    throw new MultiStageException(
                        $"'{found[i].Path}' in '{folder.Path}' refers to '{reference}', which does not exist. Correct its "
                            + "ProjectReference.");
                }

                if (!PosixPath.Leaves(reference) && !found.Exists(other => other.Path == reference))
                {
                    found.Add(new DotNetProject(folder, reference));
                }
            }
        }

        return [.. found.OrderBy(other => other.Path, StringComparer.Ordinal)];
    }

    /// <summary>Returns all that a restore of some projects reads, folders of packages among it, in ordinal order.</summary>
    public IReadOnlyList<string> RestoreFiles(IReadOnlyList<DotNetProject> projects)
    {
        var around = projects.SelectMany(project => PosixPath.Upwards(project.Folder)).Distinct(StringComparer.Ordinal).ToList();
        string[] configs = [.. folder.Existing(around.SelectMany(above => ConfigNames.Select(name => PosixPath.Join(above, name))))];
        return [.. projects.Select(project => project.Path)
            .Concat(projects.SelectMany(project => project.Imported))
            .Concat(folder.Existing(projects.Select(project => PosixPath.Join(project.Folder, "packages.lock.json"))))
            .Concat(
                folder.Existing(
                    around.SelectMany(
                        above => new[] { PosixPath.Join(above, "Directory.Packages.props"), PosixPath.Join(above, "global.json") })))
            .Concat(configs)
            .Concat(configs.SelectMany(Feeds))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>Returns the feeds that a restore of some projects asks beside NuGet's own ("nuget.config reference").</summary>
    public IEnumerable<PrivateFeed> PrivateFeeds(IReadOnlyList<DotNetProject> projects) =>
        from config in folder.Existing(projects.SelectMany(project => PosixPath.Upwards(project.Folder)).Distinct(StringComparer.Ordinal)
            .SelectMany(above => ConfigNames.Select(name => PosixPath.Join(above, name))))
        let xml = folder.ReadXml(config)
        from source in xml.Descendants("packageSources").Elements("add")
        let name = (string?)source.Attribute("key") ?? ""
        let address = (string?)source.Attribute("value") ?? ""
        where address.Contains("://", StringComparison.Ordinal) && !PublicFeed().IsMatch(address)
        let tag = XmlConvert.EncodeLocalName(name)
        let password = xml.Descendants("packageSourceCredentials").Elements(tag).Elements("add")
            .Where(one => ((string?)one.Attribute("key"))?.EndsWith("Password", StringComparison.OrdinalIgnoreCase) == true)
            .Select(one => (string?)one.Attribute("value")).FirstOrDefault()
        select new PrivateFeed(config, address, "dotnet.Credentials = BuildSecret.FromValue(\"<configuration><packageSourceCredentials>"
            + $"<{tag}><add key='Username' value='USER' /><add key='ClearTextPassword' value='\" + EnvironmentVariable(\"FEED_TOKEN\") + "
            + $"\"' /></{tag}></packageSourceCredentials></configuration>\")")
        {
            Login = password is null ? null : password.Contains('%', StringComparison.Ordinal)
                ? $"its password is to come from {password}, which the build has not. Take its packageSourceCredentials out, and"
                : "its password stands there, and travels to the builder. Take its packageSourceCredentials out, and",
        };

    /// <summary>Reads the SDK that <c>global.json</c> asks for, and its policy for newer ones ("global.json overview").</summary>
    public (string Version, string RollForward)? Sdk()
    {
        using var json = Global();
        if (json is null
            || !json.RootElement.TryGetProperty("sdk", out var sdk)
            || !sdk.TryGetProperty("version", out var version)
            || version.GetString() is not { Length: > 0 } text)
        {
            return null;
        }

        return (text, sdk.TryGetProperty("rollForward", out var policy) && policy.GetString() is { } rolls ? rolls : "latestPatch");
    }

    /// <summary>Says whether a project's lock file has the packages of a Linux platform, too.</summary>
    public bool LocksLinux(DotNetProject project) =>
        folder.ReadIfThere(PosixPath.Join(project.Folder, "packages.lock.json")) is { } text && LinuxSection().IsMatch(text);

    /// <summary>
    /// Says whether <c>global.json</c> has <c>dotnet test</c> run Microsoft.Testing.Platform, which has arguments of its own.
    /// </summary>
    public bool UsesTestingPlatform()
    {
        using var json = Global();
        return json is not null
            && json.RootElement.TryGetProperty("test", out var test)
            && test.TryGetProperty("runner", out var runner)
            && runner.GetString() == "Microsoft.Testing.Platform";
    }

    private static IEnumerable<string> Paths(ProjectFolder folder)
    {
        string[] solutions = [.. folder.Find("*.sln", "*.slnx").Where(path => !path.Contains('/', StringComparison.Ordinal))];
        string[] all = [.. folder.Find(ProjectFiles)];
        var listed = solutions.SelectMany(solution => Listed(folder, solution)).ToHashSet(StringComparer.Ordinal);
        return listed.Overlaps(all) ? all.Where(listed.Contains) : all.Length > 0 ? all : FileProgram.In(folder);
    }

    private static bool IsSolution(string name) => Path.GetExtension(name) is ".sln" or ".slnx" or ".slnf";

    /// <summary>Reads the projects that a solution lists, or a filter of one, whose paths are relative to the solution.</summary>
    /// <exception cref="MultiStageException">It doesn't exist.</exception>
    private static HashSet<string> Listed(ProjectFolder folder, string path)
    {
        var text = folder.ReadIfThere(path)
            ?? throw new MultiStageException($"'{folder.Path}' has no '{path}'. Name a solution, a filter of one (.slnf) or a project.");
        var from = FilteredSolution().Match(text) is { Success: true } filter
            ? PosixPath.FolderOf(DotNetProject.Follow(PosixPath.FolderOf(path), filter.Groups["path"].Value))
            : PosixPath.FolderOf(path);
        return SolutionEntry().Matches(text).Select(match => DotNetProject.Follow(from, match.Groups["path"].Value))
            .ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Returns all projects, also those that no solution of the folder lists.</summary>
    private IEnumerable<DotNetProject> Everything() => folder.Find(ProjectFiles).Select(path => new DotNetProject(folder, path));

    /// <summary>Returns the folders of the project that are feeds of packages.</summary>
    private IEnumerable<string> Feeds(string config) =>
        folder.ReadXml(config).Descendants("packageSources").Elements("add")
            .Select(source => (string?)source.Attribute("value") ?? "")
            .Where(value => value.Length > 0 && !value.Contains("://", StringComparison.Ordinal))
            .Select(value => DotNetProject.Follow(PosixPath.FolderOf(config), value))
            .Where(path => path.Length > 0 && !PosixPath.Leaves(path) && folder.HasFolder(path));

    /// <exception cref="MultiStageException">The file is not valid JSON.</exception>
    private JsonDocument? Global()
    {
        try
        {
            return folder.ReadIfThere("global.json") is { } text
                ? JsonDocument.Parse(text,
                    new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true })
                : null;
        }
        catch (JsonException exception)
        {
            throw new MultiStageException($"'global.json' in '{folder.Path}' can't be read: {exception.Message}", exception);
        }
    }

    [GeneratedRegex("\"(?<path>[^\"]+\\.(cs|fs|vb)proj)\"",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex SolutionEntry();

    [GeneratedRegex("\"path\"\\s*:\\s*\"(?<path>[^\"]+\\.slnx?)\"",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex FilteredSolution();

    // Feeds of open projects ask for no login.
    [GeneratedRegex(@"://([\w-]+\.)*nuget\.org/|://pkgs\.dev\.azure\.com/dnceng/public/|/dotnet-(public|eng|tools)/|://www\.myget\.org/F/",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex PublicFeed();

    [GeneratedRegex("\"net[0-9.]+/linux-", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex LinuxSection();
}
