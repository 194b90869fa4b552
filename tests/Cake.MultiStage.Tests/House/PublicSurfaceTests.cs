using System.Reflection;
using Cake.Core.Annotations;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Tasks;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.House;

/// <summary>The public types: what a script names or is handed, and nothing beside it.</summary>
public sealed class PublicSurfaceTests
{
    private const int MostTypes = 141;
    private const BindingFlags Members = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Type[] Public = [.. typeof(MultiStageAliases).Assembly.GetExportedTypes()];

    [Test]
    public void The_public_types_are_few() =>
        Assert.That(Public, Has.Length.AtMost(MostTypes), string.Join('\n', Public.Select(type => type.FullName)));

    [Test]
    public void A_script_imports_every_namespace_of_public_types() => Assert.That(
        Public.Select(type => type.Namespace).Distinct(StringComparer.Ordinal),
        Is.EquivalentTo(typeof(MultiStageAliases).GetCustomAttributes<CakeNamespaceImportAttribute>().Select(import => import.Namespace)));

    [Test]
    public void A_script_can_come_upon_every_public_type()
    {
        var reached = new HashSet<Type> { typeof(MultiStageAliases), typeof(MultiStageTasks) };
        var open = new Queue<Type>(reached.Concat(Public.Where(type => type.IsSubclassOf(typeof(Exception)))));
        while (open.TryDequeue(out var type))
        {
            var kinds = Public.Where(kind => kind.BaseType == type);
            foreach (var next in Signatures(type).SelectMany(Parts).Where(Public.Contains).Concat(kinds).Where(reached.Add))
            {
                open.Enqueue(next);
            }
        }

        Assert.That(Public.Where(type => !type.IsSubclassOf(typeof(Exception))).Except(reached).Select(type => type.FullName), Is.Empty);
    }

    private static IEnumerable<Type> Signatures(Type type) =>
    [
        .. type.BaseType is { } parent ? [parent] : Type.EmptyTypes,
        .. type.GetProperties(Members).Select(property => property.PropertyType),
        .. type.GetFields(Members).Select(field => field.FieldType),
        .. type.GetMethods(Members)
            .SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType)),
        .. type.GetConstructors(Members)
            .SelectMany(constructor => constructor.GetParameters().Select(parameter => parameter.ParameterType)),
    ];

    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!)
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition())
        : [type];
}
