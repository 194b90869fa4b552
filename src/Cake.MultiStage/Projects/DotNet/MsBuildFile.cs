using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Cake.MultiStage.Projects.DotNet;

/// <summary>A file of MSBuild's as it is written: nothing is evaluated but references to properties that are known.</summary>
internal sealed partial record MsBuildFile(string Path, XElement Root)
{
    /// <exception cref="MultiStageException">The file is not valid XML.</exception>
    public static MsBuildFile Read(ProjectFolder folder, string path) =>
        FileProgram.Is(path) ? FileProgram.Read(folder, path) : new(path, folder.ReadXml(path));

    /// <summary>Gets the SDKs it names, such as <c>Microsoft.NET.Sdk.Web</c>.</summary>
    public IEnumerable<string> Sdks =>
        [.. ((string?)Root.Attribute("Sdk") ?? "").Split(';'),
            .. Elements("Sdk").Select(element => (string?)element.Attribute("Name") ?? ""),
            .. Elements("Import").Select(element => (string?)element.Attribute("Sdk") ?? "")];

    /// <summary>Gets the properties that hold on any condition.</summary>
    public IEnumerable<(string Name, string Value)> Properties =>
        Elements("PropertyGroup").Where(group => group.Attribute("Condition") is null)
            .SelectMany(group => group.Elements()).Where(property => property.Attribute("Condition") is null)
            .Select(property => (property.Name.LocalName, property.Value.Trim()));

    /// <summary>Returns what items of a kind include, on any condition.</summary>
    public IEnumerable<string> Included(string kind) => Values(Elements(kind));

    /// <summary>Returns what items of a kind include without a condition.</summary>
    public IEnumerable<string> AlwaysIncluded(string kind) =>
        Values(Elements(kind).Where(item => item.AncestorsAndSelf().All(element => element.Attribute("Condition") is null)));

    /// <summary>Gets the commands that its targets run.</summary>
    public IEnumerable<string> Commands => Elements("Exec").Select(exec => (string?)exec.Attribute("Command")).OfType<string>();

    /// <summary>Returns the files it imports, as it writes them.</summary>
    public IEnumerable<string> Imports => Elements("Import").Select(import => (string?)import.Attribute("Project")).OfType<string>();

    /// <summary>Puts in the values of properties that are known, as far as a path or a list is long.</summary>
    public static string Expand(string text, IReadOnlyDictionary<string, string> properties)
    {
        // Each of forty properties that has the one before it twice doubles what is held.
        const int Longest = 4096;
        var left = Longest;
        return text.Length > Longest ? text : PropertyReference().Replace(text, match =>
            properties.TryGetValue(match.Groups["name"].Value, out var value) && value.Length <= left && (left -= value.Length) >= 0
                ? value : match.Value);
    }

    private static IEnumerable<string> Values(IEnumerable<XElement> items) => items
        .Select(item => (string?)item.Attribute("Include"))
        .OfType<string>()
        .SelectMany(include => include.Split(';'))
        .Select(include => include.Trim())
        .Where(include => include.Length > 0);

    private IEnumerable<XElement> Elements(string name) => Root.Descendants().Where(element => element.Name.LocalName == name);

    [GeneratedRegex(@"\$\((?<name>[A-Za-z_][A-Za-z0-9_.-]*)\)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex PropertyReference();
}
