using Mono.Cecil;

namespace Cake.MultiStage.Packing;

/// <summary>Finds what an assembly of the package expects of another one and doesn't find there, before a script does.</summary>
internal static class Verifier
{
    public static void Run(string folder)
    {
        using var resolver = new DefaultAssemblyResolver();
        resolver.AddSearchDirectory(folder);
        var files = Directory.GetFiles(folder, "*.dll");
        var names = files.Select(Path.GetFileNameWithoutExtension).ToHashSet(StringComparer.Ordinal);
        foreach (var file in files)
        {
            using var module = ModuleDefinition.ReadModule(file, new ReaderParameters { AssemblyResolver = resolver });
            var missing = module.GetTypeReferences().Where(type => names.Contains(type.Scope.Name) && type.Resolve() is null)
                .Concat<MemberReference>(module.GetMemberReferences()
                    .Where(member => names.Contains(member.DeclaringType.GetElementType().Scope.Name) && member.Resolve() is null))
                .Select(member => member.FullName)
                .ToList();
            if (missing.Count > 0)
            {
                throw new InvalidOperationException($"{module.Name} lacks {string.Join(", ", missing)}.");
            }
        }
    }
}
