using Tomlyn;
using Tomlyn.Model;

namespace Cake.MultiStage.Projects.Rust;

/// <summary>One <c>Cargo.toml</c> (The Cargo Book, "The Manifest Format" and "Workspaces").</summary>
/// <param name="Folder">The folder of the file: empty, or ending in <c>/</c>.</param>
/// <param name="Content">What it says.</param>
internal sealed record CargoManifest(string Folder, TomlTable Content)
{
    private static readonly string[] DependencyTables = ["dependencies", "dev-dependencies", "build-dependencies"];

    public string Path => Folder + "Cargo.toml";

    public string? Package => Text(Table(Content, "package"), "name");

    /// <summary>Gets the program that runs before the package is compiled; null where it is named by its place.</summary>
    public string? BuildScript => Text(Table(Content, "package"), "build");

    public string? DefaultRun => Text(Table(Content, "package"), "default-run");

    /// <summary>Gets the least version of Rust that the package, or its workspace, asks for.</summary>
    public string? RustVersion =>
        Text(Table(Content, "package"), "rust-version") ?? Text(Table(Table(Content, "workspace"), "package"), "rust-version");

    public bool IsWorkspace => Content.ContainsKey("workspace");

    public IReadOnlyList<string> Members => Texts(Table(Content, "workspace"), "members");

    public IReadOnlyList<string> DefaultMembers => Texts(Table(Content, "workspace"), "default-members");

    public IReadOnlyList<string> Excluded => Texts(Table(Content, "workspace"), "exclude");

    /// <summary>Gets a value indicating whether something comes from outside of the project: a registry or a repository.</summary>
    public bool NeedsDownloads =>
        Dependencies().Any(
            dependency => dependency is not TomlTable table || !(table.ContainsKey("path") || table.ContainsKey("workspace")));

    /// <summary>Gets the folders of dependencies that lie beside the package, relative to it.</summary>
    public IReadOnlyList<string> PathDependencies =>
        [.. Dependencies().OfType<TomlTable>().Select(table => Text(table, "path")).OfType<string>()];

    /// <exception cref="MultiStageException">The file can't be read, or is not valid TOML.</exception>
    public static CargoManifest Read(ProjectFolder project, string folder) => new(folder, Toml(project, folder + "Cargo.toml"));

    /// <exception cref="MultiStageException">The file can't be read, or is not valid TOML.</exception>
    public static TomlTable Toml(ProjectFolder project, string path)
    {
        try
        {
            return TomlSerializer.Deserialize<TomlTable>(project.Read(path)) ?? [];
        }
        catch (TomlException exception)
        {
            throw new MultiStageException($"'{project.Path}/{path}' is not valid TOML: {exception.Message}", exception);
        }
    }

    public static TomlTable? Table(TomlTable? table, string name) =>
        table is not null && table.TryGetValue(name, out var value) ? value as TomlTable : null;

    public static string? Text(TomlTable? table, string name) =>
        table is not null && table.TryGetValue(name, out var value) ? value as string : null;

    /// <summary>Returns the programs: those that the file names, and those that Cargo finds by their place.</summary>
    public IReadOnlyList<string> Binaries(ProjectFolder project)
    {
        var named = Targets("bin").Select(target => Text(target, "name")).OfType<string>();
        var main = Package is { } package
            && project.Has(Folder + "src/main.rs")
            && Targets("bin").All(target => Text(target, "path") != "src/main.rs") ? [package] : Array.Empty<string>();
        // A folder called bin is elsewhere one that tools make, so the project's own search leaves it out.
        var found = !project.HasFolder(Folder + "src/bin")
            ? []
            : new ProjectFolder(System.IO.Path.Combine(project.Path, Folder + "src/bin")).Find("*.rs").Select(path => path.Split('/'))
            .Where(parts => parts.Length == 1 || (parts.Length == 2 && parts[1] == "main.rs"))
            // A file that the manifest gives a name of its own is no other program.
            .Where(parts => Targets("bin").All(target => Text(target, "path") != "src/bin/" + string.Join('/', parts)))
            .Select(parts => parts.Length == 1 ? System.IO.Path.GetFileNameWithoutExtension(parts[0]) : parts[0]);
        return [.. named.Concat(main).Concat(found).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Returns the source files without which Cargo does not take the manifest: it looks for them by their place.</summary>
    public IReadOnlyList<string> Placeholders() => Package is null ? [] :
    [
        Folder + "src/lib.rs",
        Folder + "src/main.rs",
        .. Missing("bin", "src/bin").Where(path => !path.EndsWith("/" + Package + ".rs", StringComparison.Ordinal)),
        .. Missing("bench", "benches"), .. Missing("test", "tests"), .. Missing("example", "examples"),
    ];

    private IEnumerable<string> Missing(string kind, string folder) =>
        Targets(kind)
            .Where(target => !target.ContainsKey("path"))
            .Select(target => Text(target, "name"))
            .OfType<string>()
            .Select(name => $"{Folder}{folder}/{name}.rs");

    private TomlTableArray Targets(string kind) =>
        Content.TryGetValue(kind, out var targets) && targets is TomlTableArray array ? array : [];

    /// <summary>Gets the names of what it depends on.</summary>
    public IEnumerable<string> DependencyNames => DependencyOwners().SelectMany(table => table.Keys);

    private IEnumerable<object> Dependencies() => DependencyOwners().SelectMany(table => table.Values);

    private IEnumerable<TomlTable> DependencyOwners() =>
        new[] { Content, Table(Content, "workspace") }.Concat(Table(Content, "target")?.Values.OfType<TomlTable>() ?? [])
            .SelectMany(owner => DependencyTables.Select(name => Table(owner, name))).OfType<TomlTable>();

    public static List<string> Texts(TomlTable? table, string name) =>
        table is not null && table.TryGetValue(name, out var value) && value is TomlArray array ? [.. array.OfType<string>()] : [];
}
