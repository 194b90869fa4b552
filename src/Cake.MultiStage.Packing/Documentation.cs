using System.Xml.Linq;
using Mono.Cecil;
using Mono.Cecil.Rocks;

namespace Cake.MultiStage.Packing;

/// <summary>Leaves in the XML documentation what a script or a project can name.</summary>
internal static class Documentation
{
    public static void Run(string addin, string file)
    {
        using var module = ModuleDefinition.ReadModule(addin);
        var visible = module.GetTypes().Where(Visibility.IsVisible)
            .SelectMany(type => Members(type).Prepend(type)).Select(DocCommentId.GetDocCommentId)
            .ToHashSet(StringComparer.Ordinal);
        var document = XDocument.Load(Path.ChangeExtension(addin, ".xml"), LoadOptions.PreserveWhitespace);
        foreach (var member in document.Descendants("member")
            .Where(member => !visible.Contains((string)member.Attribute("name")!)).ToList())
        {
            if (member.PreviousNode is XText space)
            {
                space.Remove();
            }

            member.Remove();
        }

        document.Save(file, SaveOptions.DisableFormatting);
    }

    private static IEnumerable<IMemberDefinition> Members(TypeDefinition type) =>
    [
        .. type.Methods.Where(IsVisible),
        .. type.Fields.Where(field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly),
        .. type.Properties.Where(property => IsVisible(property.GetMethod) || IsVisible(property.SetMethod)),
        .. type.Events.Where(change => IsVisible(change.AddMethod)),
    ];

    private static bool IsVisible(MethodDefinition? method) =>
        method is { IsPublic: true } or { IsFamily: true } or { IsFamilyOrAssembly: true };
}
