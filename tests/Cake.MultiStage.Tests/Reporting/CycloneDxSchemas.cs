using Mono.Cecil;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Reporting;

/// <summary>The schemas of CycloneDX as its own library carries them; it is read, not loaded.</summary>
internal static class CycloneDxSchemas
{
    private const string Prefix = "CycloneDX.Core.Schemas.";

    public static string Text(string name)
    {
        using var module = ModuleDefinition.ReadModule(
            Path.Combine(TestContext.CurrentContext.TestDirectory, "Reporting", "CycloneDX.Core.dll"));
        var resource = module.Resources.OfType<EmbeddedResource>().Single(resource => resource.Name == Prefix + name);
        using var reader = new StreamReader(resource.GetResourceStream());
        return reader.ReadToEnd();
    }
}
