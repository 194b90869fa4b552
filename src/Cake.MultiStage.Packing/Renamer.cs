using System.Runtime.CompilerServices;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Cake.MultiStage.Packing;

/// <summary>
/// Gives the dependencies names of the addin's own and makes their types internal, so that neither the runtime nor a compiler takes them
/// for another version of the same library that a script or a project uses too.
/// </summary>
internal static class Renamer
{
    // What says of code that a generator or a compiler wrote it.
    private static readonly string[] Marks = ["GeneratedCodeAttribute", "DebuggerNonUserCodeAttribute", "CompilerGeneratedAttribute"];

    // What compilers, analyzers and debuggers read of an assembly that they refer to, as nobody does to these.
    private static readonly string[] Unread =
    [
        .. Marks, "NullableAttribute", "NullableContextAttribute", "ObsoleteAttribute",
        "EditorBrowsableAttribute", "DebuggerBrowsableAttribute", "DebuggerDisplayAttribute", "DebuggerTypeProxyAttribute",
        "DebuggerStepThroughAttribute", "UnconditionalSuppressMessageAttribute", "DynamicallyAccessedMembersAttribute",
        "RequiresUnreferencedCodeAttribute", "RequiresDynamicCodeAttribute", "JsonPropertyNameAttribute", "PreserveBaseOverridesAttribute",
    ];

    // What they and the tests of the report's schema read of types that nobody else sees.
    private static readonly string[] UnreadOfInternals =
    [
        "NullableAttribute", "NullableContextAttribute", "DescriptionAttribute",
        "RegularExpressionAttribute", "GeneratedRegexAttribute", "IteratorStateMachineAttribute", "IsReadOnlyAttribute",
        "ExtensionAttribute", "JsonSerializableAttribute", "JsonSourceGenerationOptionsAttribute", "JsonPropertyNameAttribute",
        "JsonIgnoreAttribute", "RequiredMemberAttribute", "CompilerFeatureRequiredAttribute", "SetsRequiredMembersAttribute",
        "TupleElementNamesAttribute", "DebuggerBrowsableAttribute", "DebuggerHiddenAttribute", "NotNullWhenAttribute",
        "NotNullIfNotNullAttribute", "MemberNotNullAttribute", "ObsoleteAttribute", "RefSafetyRulesAttribute",
        "ParamCollectionAttribute", "ScopedRefAttribute", "DefaultMemberAttribute",
    ];

    public static void Run(string addin, IReadOnlyList<string> dependencies, string folder)
    {
        using var resolver = new Resolver();
        var copies = dependencies.Select(file => Read(file, resolver, symbols: false)).ToList();
        using var user = Read(addin, resolver, symbols: true);
        var own = user.Assembly.Name.Name;
        var names = copies.ToDictionary(copy => copy.Assembly.Name.Name, copy => copy.Assembly.Name, StringComparer.Ordinal);
        foreach (var module in copies.Append(user))
        {
            Refer(module, names, own);
        }

        foreach (var copy in copies)
        {
            foreach (var type in copy.Types.Where(type => type.IsPublic))
            {
                type.IsNotPublic = true;
            }

            Strip(copy.GetTypes(), Unread);
            MemberPruner.Rename(copy, field => field.IsPrivate);
            Befriend(copy, [own, .. names.Keys.Select(name => $"{own}.{name}")]);
            Rename(copy, $"{own}.{copy.Assembly.Name.Name}");
            resolver.Know(copy.Assembly);
        }

        foreach (var copy in copies)
        {
            copy.Write(Path.Combine(folder, copy.Name), new WriterParameters { DeterministicMvid = true });
        }

        Strip(user.GetTypes(), Marks);
        var internals = user.GetTypes().Where(type => !Visibility.IsVisible(type)).ToList();
        Strip(internals, UnreadOfInternals);
        Unname(internals);
        MemberPruner.DropProperties(internals);
        MemberPruner.Rename(user, field => field.IsPrivate || field.IsAssembly || !Visibility.IsVisible(field.DeclaringType));
        foreach (var method in user.Types.Where(JsonPruner.IsContext).SelectMany(type => type.Methods).Where(method => method.HasBody))
        {
            JsonPruner.DropAttributes(method.Body);
        }

        user.Write(Path.Combine(folder, Path.GetFileName(addin)), new WriterParameters
        {
            DeterministicMvid = true,
            WriteSymbols = true,
            SymbolWriterProvider = new PortablePdbWriterProvider(),
        });
        copies.ForEach(copy => copy.Dispose());
    }

    private static ModuleDefinition Read(string file, IAssemblyResolver resolver, bool symbols) => ModuleDefinition.ReadModule(
        file,
        new ReaderParameters
        {
            AssemblyResolver = resolver,
            InMemory = true,
            ReadSymbols = symbols,
            SymbolReaderProvider = symbols ? new PortablePdbReaderProvider() : null,
        });

    private static void Refer(ModuleDefinition module, Dictionary<string, AssemblyNameDefinition> names, string own)
    {
        foreach (var reference in module.AssemblyReferences.Where(reference => names.ContainsKey(reference.Name)))
        {
            (reference.Version, reference.PublicKeyToken) = (names[reference.Name].Version, null);
            reference.Name = $"{own}.{reference.Name}";
        }
    }

    private static void Strip(IEnumerable<TypeDefinition> types, string[] names)
    {
        foreach (var owner in types.SelectMany(type => (IEnumerable<ICustomAttributeProvider>)
        [
            type, .. type.GenericParameters, .. type.Fields, .. type.Properties, .. type.Events, .. type.Methods,
            .. type.Methods.SelectMany(method => (IEnumerable<ICustomAttributeProvider>)
                [method.MethodReturnType, .. method.Parameters, .. method.GenericParameters]),
        ]).Where(owner => owner.HasCustomAttributes))
        {
            foreach (var attribute in owner.CustomAttributes.Where(attribute => names.Contains(attribute.AttributeType.Name)).ToList())
            {
                owner.CustomAttributes.Remove(attribute);
            }
        }
    }

    /// <summary>Takes the names off parameters, which nobody reads where nobody can call: each has a row and a text of its own.</summary>
    private static void Unname(IEnumerable<TypeDefinition> types)
    {
        foreach (var parameter in types.SelectMany(type => type.Methods).SelectMany(method => method.Parameters))
        {
            parameter.Name = "";
        }
    }

    private static void Befriend(ModuleDefinition copy, IEnumerable<string> friends)
    {
        var attributes = copy.Assembly.CustomAttributes;
        foreach (var old in attributes.Where(attribute => attribute.AttributeType.Name == nameof(InternalsVisibleToAttribute)).ToList())
        {
            attributes.Remove(old);
        }

        var attribute = new TypeReference(
            "System.Runtime.CompilerServices", nameof(InternalsVisibleToAttribute), copy, copy.TypeSystem.CoreLibrary);
        var constructor = new MethodReference(".ctor", copy.TypeSystem.Void, attribute)
        {
            HasThis = true,
            Parameters = { new ParameterDefinition(copy.TypeSystem.String) },
        };
        foreach (var friend in friends)
        {
            attributes.Add(new CustomAttribute(constructor)
            {
                ConstructorArguments = { new CustomAttributeArgument(copy.TypeSystem.String, friend) },
            });
        }
    }

    private static void Rename(ModuleDefinition copy, string name)
    {
        (copy.Name, copy.Assembly.Name.Name, copy.Assembly.Name.PublicKey) = ($"{name}.dll", name, []);
        copy.Attributes &= ~ModuleAttributes.StrongNameSigned;
    }

    private sealed class Resolver : DefaultAssemblyResolver
    {
        public void Know(AssemblyDefinition assembly) => RegisterAssembly(assembly);
    }
}
