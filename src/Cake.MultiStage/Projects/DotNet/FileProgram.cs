using System.Text.RegularExpressions;
using System.Xml.Linq;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects.DotNet;

/// <summary>
/// A program that is one file of C#: its directives are its project (.NET documentation, "File-based apps"; it is published as a native
/// program unless it says otherwise).
/// </summary>
internal static partial class FileProgram
{
    private static readonly string[] ProjectFiles = [".csproj", ".fsproj", ".vbproj"];

    /// <summary>Tells whether a path is one's, and not a project file's.</summary>
    public static bool Is(string path) => path.EndsWith(".cs", StringComparison.Ordinal);

    /// <summary>Returns those right in a folder that say so: by a directive, or by what a shell starts them with.</summary>
    public static IReadOnlyList<string> In(ProjectFolder folder) =>
        [.. folder.Entries("").Where(name => Is(name) && folder.Has(name) && Mark().IsMatch(folder.Read(name)))];

    /// <summary>Reads one as the project that the SDK makes of it.</summary>
    public static MsBuildFile Read(ProjectFolder folder, string path)
    {
        var said = Directive().Matches(folder.Read(path))
            .Select(match => (Kind: match.Groups["kind"].Value, Value: match.Groups["value"].Value.Trim())).ToList();
        string[] sdks = [.. Of("sdk").Select(Named)];
        return new MsBuildFile(path, new XElement("Project",
            new XAttribute("Sdk", sdks.Length == 0 ? "Microsoft.NET.Sdk" : string.Join(';', sdks)),
            new XElement("PropertyGroup",
                Property("OutputType", "Exe"), Property("TargetFramework", "net10.0"), Property("PublishAot", "true"),
                Of("property").Select(text => text.Split('=', 2)).Where(pair => pair.Length == 2 && Name().IsMatch(pair[0].Trim()))
                    .Select(pair => Property(pair[0].Trim(), pair[1].Trim()))),
            new XElement("ItemGroup",
                Of("package").Select(package => Item("PackageReference", Named(package))),
                Of("project").Select(project => Item("ProjectReference", ProjectFile(folder, path, project))))));

        IEnumerable<string> Of(string kind) => said.Where(one => one.Kind == kind).Select(one => one.Value);
    }

    private static XElement Property(string name, string value) => new(name, value);

    private static XElement Item(string kind, string include) => new(kind, new XAttribute("Include", include));

    private static string Named(string text) => text.Split('@', ' ')[0];

    /// <summary>A project is named by its folder, too.</summary>
    private static string ProjectFile(ProjectFolder folder, string path, string project) =>
        DotNetProject.Follow(PosixPath.FolderOf(path), project) is var at && folder.HasFolder(at)
            && folder.Entries(at).FirstOrDefault(name => ProjectFiles.Contains(Path.GetExtension(name), StringComparer.Ordinal)) is { } file
            ? $"{project.TrimEnd('/', '\\')}/{file}" : project;

    [GeneratedRegex(@"\A\uFEFF?#!|^#:(sdk|package|property|project)\s",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Mark();

    [GeneratedRegex(@"^#:(?<kind>[a-z]+)\s+(?<value>[^\r\n]+)",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Directive();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_.-]*\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}
