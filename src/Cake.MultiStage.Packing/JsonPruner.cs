using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Cake.MultiStage.Packing;

/// <summary>
/// Takes the JSON metadata of types that the addin never sends or receives out of the generated serializer contexts of a dependency. One
/// method of such a context names every type, so that a linker can drop none; most of Docker.DotNet is that.
/// </summary>
internal sealed class JsonPruner
{
    private const string Prefix = "Create_";

    private readonly ModuleDefinition _module;
    private readonly ILookup<string, MethodDefinition> _virtual;
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly HashSet<MethodDefinition> _reached = [];
    private readonly Queue<MethodDefinition> _open = new();

    private JsonPruner(ModuleDefinition module)
    {
        _module = module;
        _virtual = module.GetTypes().SelectMany(type => type.Methods).Where(method => method.IsVirtual)
            .ToLookup(method => method.Name, StringComparer.Ordinal);
    }

    /// <summary>Writes all dependencies into a folder, pruned where they have such contexts.</summary>
    public static void Run(string addin, IReadOnlyList<string> dependencies, string folder)
    {
        Directory.CreateDirectory(folder);
        using var resolver = new DefaultAssemblyResolver();
        resolver.AddSearchDirectory(Path.GetDirectoryName(dependencies[0]));
        using var user = ModuleDefinition.ReadModule(addin);
        foreach (var file in dependencies)
        {
            using var module = ModuleDefinition.ReadModule(file, new ReaderParameters { AssemblyResolver = resolver });
            var copy = Path.Combine(folder, Path.GetFileName(file));
            var contexts = module.Types.Where(IsContext).ToList();
            if (contexts.Count == 0)
            {
                File.Copy(file, copy, overwrite: true);
                continue;
            }

            var pruner = new JsonPruner(module);
            pruner.Reach(user.GetMemberReferences().OfType<MethodReference>()
                .Where(method => method.DeclaringType.Scope.Name == module.Assembly.Name.Name));
            var named = new HashSet<string>(StringComparer.Ordinal);
            foreach (var context in InOrder(module))
            {
                pruner.Prune(context, named);
            }

            module.Write(copy, new WriterParameters { DeterministicMvid = true });
        }
    }

    /// <summary>Gets the contexts as the serializer asks them: the first one that knows a type answers.</summary>
    private static IEnumerable<TypeDefinition> InOrder(ModuleDefinition module) => module.GetTypes().SelectMany(type => type.Methods)
        .Single(method => Calls(method).Any(call => call is { Name: "Combine", DeclaringType.Name: "JsonTypeInfoResolver" }))
        .Body.Instructions.Select(step => step.Operand).OfType<MethodDefinition>()
        .Where(method => method.Name == "get_Default" && IsContext(method.DeclaringType)).Select(method => method.DeclaringType);

    public static bool IsContext(TypeDefinition? type) =>
        type?.BaseType?.FullName == "System.Text.Json.Serialization.JsonSerializerContext";

    /// <summary>Follows what the addin calls through the dependency, and keeps which types come along.</summary>
    private void Reach(IEnumerable<MethodReference> calls)
    {
        foreach (var call in calls)
        {
            Open(_module.GetType(call.DeclaringType.GetElementType().FullName)?.Methods.Where(method => method.Name == call.Name) ?? []);
        }

        while (_open.TryDequeue(out var method))
        {
            foreach (var type in Types(method))
            {
                See(type);
            }

            foreach (var call in Calls(method))
            {
                See(call.DeclaringType);
                foreach (var argument in call is GenericInstanceMethod generic ? generic.GenericArguments : [])
                {
                    See(argument);
                }

                Open(call.DeclaringType.Scope == _module && call.Resolve() is { } called ? [called] : []);
            }
        }
    }

    private void Open(IEnumerable<MethodDefinition> methods)
    {
        foreach (var method in methods.Where(method => !IsContext(method.DeclaringType) && _reached.Add(method)))
        {
            _open.Enqueue(method);
            Open(method.IsVirtual ? _virtual[method.Name].Where(other => IsA(other.DeclaringType, method.DeclaringType)) : []);
        }
    }

    private static bool IsA(TypeDefinition type, TypeDefinition of) =>
        type.Interfaces.Any(implemented => implemented.InterfaceType.GetElementType().FullName == of.FullName)
        || (type.BaseType is { } parent && (parent.GetElementType().FullName == of.FullName
            || (parent.Scope == type.Module && IsA(parent.Resolve(), of))));

    private void See(TypeReference type)
    {
        if (!_seen.Add(type.FullName))
        {
            return;
        }

        foreach (var argument in type is GenericInstanceType generic ? generic.GenericArguments : [])
        {
            See(argument);
        }

        // State machines and closures: the rest of the method that made them.
        if (type.Name.StartsWith('<') && type.Scope == _module && type.Resolve() is { } made)
        {
            Open(made.Methods);
        }
    }

    /// <summary>Leaves in a context what was seen, and what that consists of, unless another context is asked for it before.</summary>
    private void Prune(TypeDefinition context, HashSet<string> answered)
    {
        var known = context.Methods.Where(method => method.Name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(Subject, StringComparer.Ordinal);
        var wanted = new HashSet<string>(_seen.Where(known.ContainsKey), StringComparer.Ordinal);
        var open = new Queue<string>(wanted);
        while (open.TryDequeue(out var name))
        {
            var properties = known[name].Name[Prefix.Length..] + "PropInit";
            var parts = context.Methods.Where(method => method == known[name] || method.Name == properties);
            foreach (var part in parts.SelectMany(Calls).SelectMany(Arguments).Where(part => known.ContainsKey(part) && wanted.Add(part)))
            {
                open.Enqueue(part);
            }
        }

        var choice = context.Methods.Single(method => method.Name.EndsWith("IJsonTypeInfoResolver.GetTypeInfo", StringComparison.Ordinal));
        foreach (var create in choice.Body.Instructions
            .Where(step => step.Operand is MethodDefinition create && create.Name.StartsWith(Prefix, StringComparison.Ordinal)).ToList())
        {
            var subject = Subject((MethodDefinition)create.Operand);
            if (!wanted.Contains(subject) || !answered.Add(subject))
            {
                Drop(choice.Body, create);
            }
        }

        foreach (var method in context.Methods.Where(method => method.HasBody))
        {
            DropHandlers(method.Body);
            DropAttributes(method.Body);
        }
    }

    private static string Subject(MethodDefinition create) => ((GenericInstanceType)create.ReturnType).GenericArguments[0].FullName;

    /// <summary>Takes out <c>if (type == typeof(T)) return Create_T(options);</c>.</summary>
    private static void Drop(MethodBody body, Instruction create)
    {
        var first = create;
        for (var step = 0; step < 7; step++)
        {
            first = first.Previous;
        }

        var start = body.Instructions.IndexOf(first);
        var block = body.Instructions.Skip(start).Take(9).ToList();
        Expect(block[0].OpCode == OpCodes.Ldarg_1 && block[1].OpCode == OpCodes.Ldtoken && block[^1].OpCode == OpCodes.Ret, body);
        foreach (var step in body.Instructions.Where(step => step.Operand == block[0]))
        {
            step.Operand = block[^1].Next;
        }

        foreach (var step in block)
        {
            body.Instructions.Remove(step);
        }
    }

    /// <summary>
    /// Leaves out the quick way to write a type, which the serializer passes over wherever its options have converters, as here.
    /// </summary>
    private static void DropHandlers(MethodBody body)
    {
        foreach (var load in body.Instructions.Where(step => step.OpCode == OpCodes.Ldftn && step.Operand is MethodReference handler
            && handler.Name.EndsWith("SerializeHandler", StringComparison.Ordinal)).ToList())
        {
            Expect(load.Previous.OpCode == OpCodes.Ldarg_0 && load.Next.OpCode == OpCodes.Newobj, body);
            load.Previous.OpCode = OpCodes.Ldnull;
            body.Instructions.Remove(load.Next);
            body.Instructions.Remove(load);
        }
    }

    /// <summary>
    /// Leaves out of a context's method the ways to members' attributes, which only who asks for them by reflection needs.
    /// </summary>
    public static void DropAttributes(MethodBody body)
    {
        foreach (var set in body.Instructions.Where(step => step.Operand is MethodReference
            { Name: "set_AttributeProviderFactory" or "set_ConstructorAttributeProviderFactory" }).ToList())
        {
            // A delegate that is made once: ldsfld, dup, brtrue, pop, ldsfld, ldftn, newobj, dup, stsfld.
            if (set.Previous.OpCode != OpCodes.Stsfld)
            {
                continue;
            }

            for (var step = 0; step < 9; step++)
            {
                Forget(set.Previous.Operand);
                body.Instructions.Remove(set.Previous);
            }

            Expect(set.Previous.OpCode == OpCodes.Dup, body);
            body.Instructions.Insert(body.Instructions.IndexOf(set), Instruction.Create(OpCodes.Ldnull));
        }
    }

    /// <summary>Takes out the lambda, and the field that keeps its delegate, where no linker does.</summary>
    private static void Forget(object? operand)
    {
        switch (operand)
        {
            case MethodDefinition lambda when lambda.Name.StartsWith('<'):
                lambda.DeclaringType?.Methods.Remove(lambda);
                break;
            case FieldDefinition field when field.Name.StartsWith("<>9__", StringComparison.Ordinal):
                field.DeclaringType?.Fields.Remove(field);
                break;
            default:
                break;
        }
    }

    private static void Expect(bool form, MethodBody body)
    {
        if (!form)
        {
            throw new InvalidOperationException($"{body.Method.FullName} is not of the form that the JSON source generator writes.");
        }
    }

    private static IEnumerable<MethodReference> Calls(MethodDefinition method) =>
        method.HasBody ? method.Body.Instructions.Select(step => step.Operand).OfType<MethodReference>() : [];

    private static IEnumerable<TypeReference> Types(MethodDefinition method) =>
    [
        method.ReturnType,
        .. method.Parameters.Select(parameter => parameter.ParameterType),
        .. method.HasBody ? method.Body.Variables.Select(variable => variable.VariableType) : [],
    ];

    private static IEnumerable<string> Arguments(MethodReference call) =>
    [
        .. call is GenericInstanceMethod method ? method.GenericArguments.Select(type => type.FullName) : [],
        .. call.DeclaringType is GenericInstanceType type ? type.GenericArguments.Select(part => part.FullName) : [],
    ];
}
