using System.Text.RegularExpressions;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects.DotNet;

/// <summary>
/// One project with what MSBuild reads around it: <c>Directory.Build.props</c> and the like (MSBuild's documentation, "Customize the build
/// by folder").
/// </summary>
internal sealed partial class DotNetProject
{
    private readonly Dictionary<string, string> _properties = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<MsBuildFile> _files = [];
    private readonly List<string> _outside = [];
    private readonly ProjectFolder _folder;
    private readonly Lazy<IReadOnlyList<string>> _given;
    private DotNetRole? _role;

    public DotNetProject(ProjectFolder folder, string path)
    {
        (_folder, Path) = (folder, path);
        _properties["MSBuildProjectName"] = Name;
        Take("Directory.Build.props");
        // NuGet reads it before the project, and properties in it hold as any.
        Take("Directory.Packages.props");
        var own = MsBuildFile.Read(folder, path);
        Take(own);
        Take("Directory.Build.targets");
        string[] references = [.. own.Included("ProjectReference").Select(include => Follow(Folder, Expand(include, path)))];
        References = [.. references.Where(reference => !IsPattern(reference)).Distinct(StringComparer.Ordinal)];
        string[] around = [.. _files.Where(file => file != own).SelectMany(file => file.Included("ProjectReference"))
            .Select(include => MsBuildFile.Expand(include, _properties).Replace('\\', '/'))
            // A path that begins with a property is somewhere in the folder.
            .Select(include => include.StartsWith("$(", StringComparison.Ordinal)
                ? "**/" + include[(include.LastIndexOf(')') + 1)..].TrimStart('/') : Follow(Folder, include))
            .Concat(references.Where(IsPattern))];
        // Of all projects of a large repository only those that are published are asked for it.
        _given = new(() => around.Length == 0 ? [] : [.. folder.Find("*.csproj", "*.fsproj", "*.vbproj")
            .Where(other => other != path && Array.Exists(around, pattern => Fits(pattern, other)))]);
    }

    /// <summary>
    /// Follows a path as a project file writes it, from a folder or from the project's own; what leaves that begins with <c>..</c>.
    /// </summary>
    public static string Follow(string folder, string path) => path.Replace('\\', '/') is var text && text.StartsWith('/')
        ? PosixPath.Clean(text.TrimStart('/')) : PosixPath.Join(folder, text);

    /// <summary>Gets the path of the project file.</summary>
    public string Path { get; }

    public string Folder => PosixPath.FolderOf(Path);

    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>Gets the paths of the projects it refers to; those outside of the folder begin with <c>..</c>.</summary>
    public IReadOnlyList<string> References { get; }

    /// <summary>
    /// Gets the paths of projects that it may refer to besides: by a pattern, or by what is around it, whose conditions are not known.
    /// </summary>
    public IReadOnlyList<string> Given => _given.Value;

    /// <summary>Gets the imports that lead out of the folder.</summary>
    public IReadOnlyList<string> OutsideImports => _outside;

    /// <summary>Gets the files that it imports, those of its surroundings among them.</summary>
    public IEnumerable<string> Imported => _files.Select(file => file.Path).Where(path => path != Path);

    public string AssemblyName => Property("AssemblyName") is { Length: > 0 } name ? name : Name;

    public bool IsWeb => HasSdk("Microsoft.NET.Sdk.Web");

    /// <summary>Gets a value indicating whether it needs the runtime of ASP.NET Core.</summary>
    public bool UsesAspNet =>
        IsWeb
            || _files.Exists(
                file => file.Included("FrameworkReference").Contains("Microsoft.AspNetCore.App", StringComparer.OrdinalIgnoreCase));

    /// <summary>Gets what it is for.</summary>
    public DotNetRole Role => _role ??= DotNetRoles.Of(this);

    public bool IsTest => Role == DotNetRole.Test;

    /// <summary>Gets a value indicating whether what it builds is started, for whatever purpose.</summary>
    public bool IsProgram => IsWeb || HasSdk("Microsoft.NET.Sdk.Worker") || Property("OutputType") is { } type
        && (type.Equals("Exe", StringComparison.OrdinalIgnoreCase) || type.Equals("WinExe", StringComparison.OrdinalIgnoreCase));

    /// <summary>Gets all target frameworks, as the project writes them.</summary>
    public IReadOnlyList<string> AllFrameworks => [.. (Property("TargetFrameworks") ?? Property("TargetFramework") ?? "")
        .Split(';').Select(framework => framework.Trim()).Where(framework => framework.Length > 0)];

    /// <summary>Gets the packages that it refers to, by itself or by what is around it, on no condition, and those of Paket.</summary>
    public IEnumerable<string> Packages =>
        _files.SelectMany(file => file.Path == Path ? file.Included("PackageReference") : file.AlwaysIncluded("PackageReference"))
            .Concat(LocalTools.Paket(_folder, Folder));

    /// <summary>
    /// Gets a value indicating whether it is a project of JavaScript (Microsoft.VisualStudio.JavaScript.Sdk), which npm builds.
    /// </summary>
    public bool IsJavaScript => Path.EndsWith(".esproj", StringComparison.OrdinalIgnoreCase);

    /// <summary>Gets the commands that its targets run.</summary>
    public IEnumerable<string> Commands => _files.SelectMany(file => file.Commands);

    /// <summary>
    /// Gets a value indicating whether it runs without cultures: it says so itself or in <c>runtimeconfig.template.json</c>.
    /// </summary>
    public bool IsInvariant => Is("InvariantGlobalization")
        || (_folder.ReadIfThere(PosixPath.Join(Folder, "runtimeconfig.template.json")) is { } template
            && InvariantSetting().IsMatch(template));

    /// <summary>Gets the target frameworks for every system, the newest first.</summary>
    public IReadOnlyList<string> Frameworks =>
        [.. AllFrameworks.Where(framework => VersionOf(framework) is not null).OrderByDescending(VersionOf)];

    public DotNetDeployment Deployment =>
        Is("PublishAot") ? DotNetDeployment.NativeAot
        : Is("PublishTrimmed") ? DotNetDeployment.Trimmed
        : Is("SelfContained") || Is("PublishSelfContained") ? DotNetDeployment.SelfContained
        : DotNetDeployment.FrameworkDependent;

    public string? Property(string name) => _properties.GetValueOrDefault(name);

    public bool Is(string property) => string.Equals(Property(property), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads the version out of a framework such as <c>net10.0</c>, or <c>net8</c> for short; null for another kind.</summary>
    public static Version? VersionOf(string framework) =>
        framework.StartsWith("net", StringComparison.Ordinal)
        && Version.TryParse(framework[3..] is [>= '5' and <= '9'] short_ ? short_ + ".0" : framework[3..], out var version)
        && version.Major >= 5
            ? version
            : null;

    public bool HasSdk(string sdk) =>
        _files.Exists(file => file.Sdks.Any(name => name.Trim().Split('/')[0].Equals(sdk, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Takes in the nearest file of a name; only that one is MSBuild's to read, others where it imports them.</summary>
    private void Take(string name)
    {
        if (PosixPath.Upwards(Folder).Select(folder => PosixPath.Join(folder, name)).FirstOrDefault(_folder.Has) is { } path)
        {
            Take(MsBuildFile.Read(_folder, path));
        }
    }

    private void Take(MsBuildFile file)
    {
        _files.Add(file);
        foreach (var imported in file.Imports.Select(import => ImportOf(file.Path, import))
            .OfType<string>()
            .Where(path => _folder.Has(path) && !_files.Exists(other => other.Path == path))
            .ToList())
        {
            Take(MsBuildFile.Read(_folder, imported));
        }

        foreach (var (name, value) in file.Properties)
        {
            _properties[name] = MsBuildFile.Expand(value, _properties);
        }
    }

    /// <summary>Works out which file an import means, also in the usual way to go on upwards: <c>GetPathOfFileAbove</c>.</summary>
    private string? ImportOf(string path, string import)
    {
        var folder = PosixPath.FolderOf(path);
        if (import.Contains("GetPathOfFileAbove", StringComparison.Ordinal))
        {
            var name = import.Split('\'')[1..].FirstOrDefault() ?? PosixPath.NameOf(path);
            var inner = folder.Length == 0
                ? null
                : PosixPath.Upwards(PosixPath.FolderOf(folder))
                    .Select(above => PosixPath.Join(above, name))
                    .FirstOrDefault(_folder.Has);
            if (inner is null && _folder.Above(name) is { } outer)
            {
                _outside.Add(System.IO.Path.GetRelativePath(_folder.Path, System.IO.Path.Combine(outer.Path, name))
                    .Replace(System.IO.Path.DirectorySeparatorChar, '/'));
            }

            return inner;
        }

        var found = Follow(folder, Expand(import, path));
        if (PosixPath.Leaves(found) && _folder.Has(found))
        {
            _outside.Add(found);
        }

        return found.Length > 0 && !PosixPath.Leaves(found) ? found : null;
    }

    private static bool IsPattern(string reference) => reference.Contains('*', StringComparison.Ordinal);

    private static bool Fits(string pattern, string path) => !IsPattern(pattern) ? pattern == path
        : Regex.IsMatch(path, @"\A" + Regex.Escape(pattern).Replace(@"\*\*/", "(.*/)?", StringComparison.Ordinal)
            .Replace(@"\*\*", ".*", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal) + @"\z",
            RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);

    private string Expand(string text, string path) => MsBuildFile.Expand(
        text.Replace("$(MSBuildThisFileDirectory)", "./", StringComparison.OrdinalIgnoreCase)
            .Replace("$(MSBuildProjectDirectory)", path == Path ? "." : "$(MSBuildProjectDirectory)", StringComparison.OrdinalIgnoreCase),
        _properties);

    [GeneratedRegex("\"System\\.Globalization\\.Invariant\"\\s*:\\s*\"?true",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex InvariantSetting();
}
