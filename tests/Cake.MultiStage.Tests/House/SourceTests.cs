using Mono.Cecil;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.House;

/// <summary>The source as one reads it, and what the package's linker relies on.</summary>
public sealed class SourceTests
{
    private const int LongestLine = 140;

    private static readonly string Root = FindRoot(new DirectoryInfo(TestContext.CurrentContext.TestDirectory));

    /// <summary>The analyzer lets literals and comments pass.</summary>
    [Test]
    public void No_line_is_longer_than_a_screen_is_wide() => Assert.That(
        from folder in new[] { "src", "tests" }
        from file in Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        let path = Path.GetRelativePath(Root, file).Replace('\\', '/')
        where !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal)
        from line in File.ReadLines(file).Index()
        where line.Item.Length > LongestLine
        select $"{path}({line.Index + 1}): {line.Item.Length} characters",
        Is.Empty);

    /// <summary>
    /// What reflection would find out about a type is empty once the linker took away what nothing calls, and an anonymous type has nothing
    /// else: JSON is written and read by generated metadata alone.
    /// </summary>
    [Test]
    public void JSON_is_written_and_read_by_generated_metadata()
    {
        using var module = ModuleDefinition.ReadModule(typeof(MultiStageException).Assembly.Location);
        var calls = module.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody)
            .SelectMany(method => method.Body.Instructions.Select(step => step.Operand).OfType<MethodReference>()
                .Where(called => called.DeclaringType.FullName == "System.Text.Json.JsonSerializer")
                .Select(called => (User: method.FullName, Called: called)))
            .ToList();
        Assert.That(calls, Is.Not.Empty);
        Assert.That(calls.Where(call => !call.Called.Parameters.Any(parameter => IsMetadata(parameter.ParameterType)))
            .Select(call => $"{call.User} calls {call.Called.FullName}"), Is.Empty);
    }

    private static bool IsMetadata(TypeReference type) =>
        type.GetElementType().Name is "JsonTypeInfo" or "JsonTypeInfo`1" or "JsonSerializerContext";

    private static string FindRoot(DirectoryInfo folder) =>
        File.Exists(Path.Combine(folder.FullName, "Cake.MultiStage.sln")) ? folder.FullName : FindRoot(folder.Parent!);
}
