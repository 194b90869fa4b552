using System.Globalization;
using Mono.Cecil;

namespace Cake.MultiStage.Packing;

/// <summary>
/// Takes away of internal types what only a compiler that refers to them or a debugger would read: which methods make a property, and what
/// fields are called. Names of types and methods stay, for the sake of stack traces.
/// </summary>
internal static class MemberPruner
{
    /// <summary>Takes the properties and events away; their methods stay.</summary>
    public static void DropProperties(IEnumerable<TypeDefinition> types)
    {
        // Values that an attribute is given by name are found by these.
        foreach (var type in types.Where(type => !IsAttribute(type)))
        {
            foreach (var method in type.Methods)
            {
                method.SemanticsAttributes = MethodSemanticsAttributes.None;
            }

            type.Properties.Clear();
            type.Events.Clear();
        }
    }

    /// <summary>Gives fields that no other assembly names the shortest names.</summary>
    public static void Rename(ModuleDefinition module, Func<FieldDefinition, bool> isHidden)
    {
        var references = module.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody)
            .SelectMany(method => method.Body.Instructions)
            .Select(step => step.Operand).OfType<FieldReference>()
            .Where(field => field is not FieldDefinition && field.DeclaringType.Scope == module)
            .Select(field => (Reference: field, Field: field.Resolve()))
            .ToList();
        foreach (var type in module.GetTypes().Where(type => !type.IsEnum && !IsAttribute(type)))
        {
            foreach (var (index, field) in type.Fields.Where(isHidden).Index())
            {
                field.Name = "_" + index.ToString(CultureInfo.InvariantCulture);
            }
        }

        foreach (var (reference, field) in references)
        {
            reference.Name = field.Name;
        }
    }

    private static bool IsAttribute(TypeDefinition type) => type.BaseType?.FullName == "System.Attribute";
}
