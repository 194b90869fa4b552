using Mono.Cecil;

namespace Cake.MultiStage.Packing;

/// <summary>What scripts and projects can name.</summary>
internal static class Visibility
{
    public static bool IsVisible(TypeDefinition type) => type.DeclaringType is { } outer
        ? IsVisible(outer) && (type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamilyOrAssembly)
        : type.IsPublic;
}
