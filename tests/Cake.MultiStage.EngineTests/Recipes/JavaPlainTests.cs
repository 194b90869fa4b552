using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests.Recipes;

/// <summary>The recipe <c>java-plain</c>: the compiler alone, on scratch with a runtime of its own.</summary>
public sealed class JavaPlainTests(string buildKit) : RecipeTests("java-plain", buildKit)
{
    protected override string SourceFile => "src/com/example/Clock.java";

    protected override string BuildStep => "javac";

    protected override async Task Use_the_image(string image)
    {
        var (code, output) = await Engine.RunAsync(image);
        Assert.That(code, Is.Zero, output);
        Assert.That(output, Does.EndWith("1:01:01\n"));
    }
}
