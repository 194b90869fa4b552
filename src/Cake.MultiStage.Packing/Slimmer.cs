using System.Globalization;
using System.Runtime.CompilerServices;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Cake.MultiStage.Packing;

/// <summary>
/// Takes out of the addin and its dependencies, before they are linked, what holds on to code that nothing needs while a script runs: code
/// that was made for patterns, descriptions of protocol messages, and texts of records that nobody sees.
/// </summary>
internal static class Slimmer
{
    private const string Message = "Google.Protobuf.IMessage";

    /// <summary>Writes the addin and those of its dependencies that have protocol messages into a folder, over what is there.</summary>
    public static void Run(string addin, string folder)
    {
        using var resolver = new DefaultAssemblyResolver();
        resolver.AddSearchDirectory(folder);
        resolver.AddSearchDirectory(Path.GetDirectoryName(addin));
        foreach (var file in Directory.GetFiles(folder, "Google.Protobuf.dll"))
        {
            using var library = ModuleDefinition.ReadModule(file, new ReaderParameters { AssemblyResolver = resolver, InMemory = true });
            DropDescriptors(library);
            library.Write(file, new WriterParameters { DeterministicMvid = true });
        }

        using var module = ModuleDefinition.ReadModule(addin, new ReaderParameters
        {
            AssemblyResolver = resolver,
            ReadSymbols = true,
            SymbolReaderProvider = new PortablePdbReaderProvider(),
        });
        DropFriends(module);
        InterpretPatterns(module);
        DropDescriptors(module);
        DropTexts(module);
        module.Write(Path.Combine(folder, Path.GetFileName(addin)), new WriterParameters
        {
            DeterministicMvid = true,
            WriteSymbols = true,
            SymbolWriterProvider = new PortablePdbWriterProvider(),
        });
    }

    /// <summary>Forgets the tests, for whose sake the linker would keep all that is internal.</summary>
    private static void DropFriends(ModuleDefinition module)
    {
        var attributes = module.Assembly.CustomAttributes;
        foreach (var friend in attributes.Where(one => one.AttributeType.Name == nameof(InternalsVisibleToAttribute)).ToList())
        {
            attributes.Remove(friend);
        }
    }

    /// <summary>
    /// Has .NET's interpreter match the patterns: what the source generator made of each is many times as long as the pattern.
    /// </summary>
    private static void InterpretPatterns(ModuleDefinition module)
    {
        foreach (var (method, attribute) in module.GetTypes().SelectMany(type => type.Methods)
            .Select(method => (method, attribute: method.CustomAttributes.FirstOrDefault(IsPattern)))
            .Where(pair => pair.attribute is not null).ToList())
        {
            var made = method.Body.Instructions.Select(step => step.Operand).OfType<FieldDefinition>().Single().DeclaringType;
            var constructor = made.Methods.Single(candidate => candidate is { IsConstructor: true, IsStatic: false });
            if (made.BaseType.Name != "Regex")
            {
                continue;
            }

            // Ignoring case was the compiler's culture's, which is none; the interpreter would take the user's.
            var arguments = attribute!.ConstructorArguments;
            var options = arguments.Count > 1 ? Convert.ToInt32(arguments[1].Value, CultureInfo.InvariantCulture) : 0;
            var limit = arguments.Count > 2 && arguments[2].Value is int milliseconds and > 0 ? milliseconds : -1;
            var parent = constructor.Body.Instructions.Select(step => step.Operand).OfType<MethodReference>()
                .First(called => called is { Name: ".ctor", DeclaringType.Name: "Regex" });
            var time = new TypeReference("System", nameof(TimeSpan), module, module.TypeSystem.CoreLibrary, valueType: true);
            var kind = new TypeReference(
                "System.Text.RegularExpressions", "RegexOptions", module, parent.DeclaringType.Scope, valueType: true);
            var steps = Empty(constructor);
            steps.Emit(OpCodes.Ldarg_0);
            steps.Emit(OpCodes.Ldstr, (string)arguments[0].Value);
            steps.Emit(OpCodes.Ldc_I4, options | CultureInvariant(options));
            steps.Emit(OpCodes.Ldc_I8, limit * TimeSpan.TicksPerMillisecond);
            steps.Emit(OpCodes.Newobj, Constructor(time, module.TypeSystem.Int64));
            steps.Emit(OpCodes.Call, Constructor(parent.DeclaringType, module.TypeSystem.String, kind, time));
            steps.Emit(OpCodes.Ret);
            made.NestedTypes.Clear();
        }
    }

    private static bool IsPattern(CustomAttribute attribute) => attribute.AttributeType.Name == "GeneratedRegexAttribute";

    private static int CultureInvariant(int options) => (options & 1) != 0 ? 0x200 : 0;

    private static MethodReference Constructor(TypeReference type, params TypeReference[] parameters)
    {
        var constructor = new MethodReference(".ctor", type.Module.TypeSystem.Void, type) { HasThis = true };
        foreach (var parameter in parameters)
        {
            constructor.Parameters.Add(new ParameterDefinition(parameter));
        }

        return constructor;
    }

    private static ILProcessor Empty(MethodDefinition method)
    {
        method.Body = new MethodBody(method);
        method.DebugInformation.SequencePoints.Clear();
        method.DebugInformation.Scope = null;
        return method.Body.GetILProcessor();
    }

    /// <summary>
    /// Empties the descriptions of messages, which only their texts, JSON and <c>Any</c> ask for, and takes out their texts.
    /// </summary>
    private static void DropDescriptors(ModuleDefinition module)
    {
        foreach (var type in module.GetTypes().Where(type => type.Interfaces.Any(shape => shape.InterfaceType.FullName is Message)
            || type.FullName.StartsWith("Google.Protobuf.Collections.", StringComparison.Ordinal)))
        {
            foreach (var method in type.Methods
                .Where(method => method.HasBody && method.Name.EndsWith("get_Descriptor", StringComparison.Ordinal)))
            {
                var steps = Empty(method);
                steps.Emit(OpCodes.Ldnull);
                steps.Emit(OpCodes.Ret);
            }

            foreach (var text in type.Methods.Where(method => method is { Name: "ToString", Parameters.Count: 0 }).ToList())
            {
                type.Methods.Remove(text);
            }
        }
    }

    /// <summary>Takes out the compiler's <c>ToString</c> of internal records, except of those whose text is seen to be asked for.</summary>
    private static void DropTexts(ModuleDefinition module)
    {
        var records = module.GetTypes()
            .Where(type => !Visibility.IsVisible(type) && type.Methods.Any(method => method.Name == "PrintMembers"))
            .ToDictionary(type => type.FullName, StringComparer.Ordinal);
        var asked = new HashSet<string>(StringComparer.Ordinal);
        foreach (var method in module.GetTypes().SelectMany(type => type.Methods)
            .Where(method => method.HasBody && method.Name is not ("PrintMembers" or "ToString")))
        {
            foreach (var step in method.Body.Instructions)
            {
                asked.UnionWith(Asked(step, method).Where(records.ContainsKey));
            }
        }

        foreach (var record in records.Values.Where(record => !Line(record).Any(type => asked.Contains(type.FullName))
            && !records.Values.Any(other => asked.Contains(other.FullName) && Line(other).Contains(record))))
        {
            foreach (var text in record.Methods.Where(method => method is { Name: "ToString", Parameters.Count: 0 }
                && method.CustomAttributes.Any(attribute => attribute.AttributeType.Name == "CompilerGeneratedAttribute")).ToList())
            {
                record.Methods.Remove(text);
            }
        }
    }

    private static IEnumerable<TypeDefinition> Line(TypeDefinition type)
    {
        for (var part = type; part is not null && part.Module == type.Module; part = part.BaseType?.Resolve())
        {
            yield return part;
        }
    }

    /// <summary>Names the types whose text a step may ask for.</summary>
    private static IEnumerable<string> Asked(Instruction step, MethodDefinition method) => step switch
    {
        { OpCode.Code: Code.Box or Code.Constrained, Operand: TypeReference type } => [type.FullName],
        { Operand: GenericInstanceMethod { Name: "AppendFormatted" or "Concat" or "Join" or "Append" } call } =>
            call.GenericArguments.Select(type => type.FullName),
        { Operand: MethodReference { Name: "ToString", DeclaringType.FullName: "System.Object" } } => Pushed(step.Previous, method),
        _ => [],
    };

    private static IEnumerable<string> Pushed(Instruction? step, MethodDefinition method) => step switch
    {
        { Operand: MethodReference call } => [call.ReturnType.FullName],
        { Operand: FieldReference field } => [field.FieldType.FullName],
        { Operand: VariableReference variable } => [variable.VariableType.FullName],
        { Operand: ParameterReference parameter } => [parameter.ParameterType.FullName],
        { OpCode.Code: Code.Ldarg_0 } => [method.HasThis ? method.DeclaringType.FullName : method.Parameters[0].ParameterType.FullName],
        { OpCode.Code: Code.Ldarg_1 or Code.Ldarg_2 or Code.Ldarg_3 } =>
            [method.Parameters[step.OpCode.Code - Code.Ldarg_0 - (method.HasThis ? 1 : 0)].ParameterType.FullName],
        { OpCode.Code: Code.Ldloc_0 or Code.Ldloc_1 or Code.Ldloc_2 or Code.Ldloc_3 } =>
            [method.Body.Variables[step.OpCode.Code - Code.Ldloc_0].VariableType.FullName],
        _ => [],
    };
}
