using Cake.MultiStage.Aliases;
using Mono.Cecil;
using Mono.Cecil.Cil;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.House;

/// <summary>Finds what the addin itself never uses; that a test does doesn't count.</summary>
public sealed class DeadCodeTests : IDisposable
{
    private readonly ModuleDefinition _module = ModuleDefinition.ReadModule(typeof(MultiStageAliases).Assembly.Location);

    public void Dispose() => _module.Dispose();

    [Test]
    public void Every_internal_type_and_member_is_used()
    {
        var used = Used();
        var types = _module.GetTypes().Where(type => !IsGenerated(type)).ToList();
        var dead = types.Where(type => !type.IsEnum && !IsPublic(type) && !used.Contains(type.FullName)).Select(type => type.FullName)
            .Concat(types.SelectMany(type => type.Methods)
                .Where(method => IsOurs(method) && !used.Contains(method.FullName))
                .Select(method => method.FullName))
            .Concat(types.SelectMany(type => type.Fields)
                .Where(field => IsOurs(field) && !used.Contains(field.FullName))
                .Select(field => field.FullName));
        Assert.That(string.Join('\n', dead.Order(StringComparer.Ordinal)), Is.Empty);
    }

    [Test]
    public void What_is_used_is_seen()
    {
        var used = Used();
        Assert.That(used, Does.Contain(typeof(AliasSession).FullName));
        Assert.That(used.Count(name => name.Contains("AliasSession::", StringComparison.Ordinal)), Is.GreaterThan(3));
    }

    private HashSet<string> Used()
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var type in _module.GetTypes())
        {
            foreach (var method in type.Methods)
            {
                foreach (var instruction in method.HasBody ? method.Body.Instructions : [])
                {
                    Take(used, instruction, method);
                }
            }
        }

        return used;
    }

    private static void Take(HashSet<string> used, Instruction instruction, MethodDefinition user)
    {
        if (instruction.Operand is not MemberReference reference
            || Resolved(reference) is not { } member
            || member.FullName == user.FullName)
        {
            return;
        }

        // A type is used where a member of it is, a field where it is read or where its address is taken.
        for (var type = member as TypeDefinition ?? member.DeclaringType?.Resolve(); type is not null; type = type.DeclaringType)
        {
            if (!IsWithin(user.DeclaringType, type))
            {
                used.Add(type.FullName);
            }
        }

        if (member is not FieldDefinition || instruction.OpCode.Code is not (Code.Stfld or Code.Stsfld))
        {
            used.Add(member.FullName);
        }
    }

    private static IMemberDefinition? Resolved(MemberReference reference) => reference switch
    {
        MethodReference method => method.Resolve(),
        FieldReference field => field.Resolve(),
        TypeReference type => type.Resolve(),
        _ => null,
    };

    private static bool IsWithin(TypeDefinition? type, TypeDefinition outer) =>
        type is not null && (type == outer || IsWithin(type.DeclaringType, outer));

    private static bool IsPublic(TypeDefinition type) => type.IsPublic || (type.IsNestedPublic && IsPublic(type.DeclaringType));

    /// <summary>Whether a compiler made a type: a closure, a protocol's messages, a regular expression.</summary>
    private static bool IsGenerated(TypeDefinition type) =>
        type.Name.Contains('<', StringComparison.Ordinal)
        || type.CustomAttributes.Any(attribute => attribute.AttributeType.Name is "CompilerGeneratedAttribute" or "GeneratedCodeAttribute")
        || type.Interfaces.Any(shape => shape.InterfaceType.FullName == "Google.Protobuf.IMessage")
        || type.Fields.Any(field => field.Name == "__ServiceName")
        || type.Namespace is "System.Text.RegularExpressions.Generated" or "System.Runtime.CompilerServices" or "Microsoft.CodeAnalysis"
        || (type.DeclaringType is { } outer && IsGenerated(outer));

    private static bool IsOurs(MethodDefinition method) =>
        !((method.IsPublic || method.IsFamily) && IsPublic(method.DeclaringType))
        && !method.IsAbstract && !method.IsVirtual && !method.HasOverrides
        && !(method.IsConstructor && (method.IsStatic || method.IsPrivate || !method.HasParameters || IsCopy(method)))
        && !method.CustomAttributes.Any(attribute => attribute.AttributeType.Name is "CompilerGeneratedAttribute" && !method.IsGetter)
        && !method.Name.Contains('<', StringComparison.Ordinal)
        && method.Name is not ("Deconstruct" or "op_Inequality" or "op_Equality" or "PrintMembers");

    private static bool IsCopy(MethodDefinition method) =>
        method.Parameters.Count == 1 && method.Parameters[0].ParameterType == method.DeclaringType;

    private static bool IsOurs(FieldDefinition field) =>
        !field.Name.Contains('<', StringComparison.Ordinal)
            && !field.IsLiteral
            && !field.DeclaringType.IsEnum
            && !IsHeld(field)
            && !(field.IsPublic && IsPublic(field.DeclaringType));

    /// <summary>Whether a field only keeps something from being collected, such as a timer.</summary>
    private static bool IsHeld(FieldDefinition field) => field.FieldType.Name is "ITimer" or "Timer" or "PosixSignalRegistration";
}
